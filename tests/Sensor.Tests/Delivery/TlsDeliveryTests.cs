using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Sensor.Configuration;
using Sensor.Output.Delivery;
using Sensor.Output.Delivery.Dispatch;
using Sensor.Tests.Commands;
using static Sensor.Tests.Delivery.Deliveries;

namespace Sensor.Tests.Delivery;

/// <summary>Syslog over TLS: who is believed, who is not and why, and that a refused handshake loses nothing.</summary>
public sealed class TlsDeliveryTests : TemporaryFolder
{
    private readonly TestCertificates _certificates = new();

    private TargetSettings Tls(TcpReceiver receiver, string host = "localhost") => Target() with
    {
        Protocol = SyslogProtocol.Tls,
        Host = host,
        Port = receiver.Port,
        CaFile = Write("ca.pem", _certificates.AuthorityPem),
    };

    private static SslServerAuthenticationOptions Server(X509Certificate2 certificate) => new() { ServerCertificate = certificate };

    [Theory]
    [InlineData("localhost")]
    [InlineData("127.0.0.1")]
    public async Task Messages_arrive_over_tls(string host)
    {
        await using var receiver = new TcpReceiver { Tls = Server(_certificates.Make(host)) };
        var outbox = new MemoryOutbox();
        outbox.Add(Entries(1000));
        await using var dispatcher = new Dispatcher(outbox);
        await dispatcher.ApplyAsync([Tls(receiver, host)]);
        await Until(() => dispatcher.Only().Depth == 0, "all is delivered");
        Assert.Equal(Entries(1000).Select(entry => entry.Body), receiver.Messages);
    }

    public static TheoryData<string, string> Unbelievable() => new()
    {
        { "wrong name", "is not for localhost (see ServerName)" },
        { "expired", "it has expired or is not valid yet" },
        { "untrusted", "no believed authority stands behind it (see CaFile)" },
    };

    [Theory, MemberData(nameof(Unbelievable))]
    public async Task A_receiver_that_is_not_to_be_believed_gets_nothing_until_it_is(string what, string why)
    {
        using var wrong = what switch
        {
            "wrong name" => _certificates.Make("other.example.net"),
            "expired" => _certificates.Make("localhost", expired: true),
            _ => _certificates.Make("localhost", selfSigned: true),
        };
        await using var receiver = new TcpReceiver { Tls = Server(wrong) };
        var outbox = new MemoryOutbox();
        outbox.Add(Entries(10));
        await using var dispatcher = new Dispatcher(outbox);
        await dispatcher.ApplyAsync([Tls(receiver)]);
        await Until(() => dispatcher.Only().FailuresInRow >= 3, "it is refused");
        Assert.Contains(why, dispatcher.Only().LastError);
        Assert.Empty(receiver.Messages);
        receiver.Tls = Server(_certificates.Make("localhost"));
        await Until(() => dispatcher.Only().Depth == 0, "all is delivered");
        Assert.Equal(Entries(10).Select(entry => entry.Body), receiver.Messages);
    }

    [Fact]
    public async Task The_name_to_hold_the_certificate_against_can_be_given()
    {
        await using var receiver = new TcpReceiver { Tls = Server(_certificates.Make("logs.example.net")) };
        var outbox = new MemoryOutbox();
        outbox.Add(Entry(1));
        await using var dispatcher = new Dispatcher(outbox);
        await dispatcher.ApplyAsync([Tls(receiver) with { ServerName = "logs.example.net" }]);
        await Until(() => dispatcher.Only().Depth == 0, "it is delivered");
    }

    /// <summary>With TLS 1.3 the refusal comes after the handshake, when the first messages are already on their way.</summary>
    [Fact]
    public async Task A_receiver_that_wants_another_client_certificate_refuses_and_nothing_is_lost()
    {
        using var right = _certificates.Make("sensor");
        using var wrong = _certificates.Make("sensor", selfSigned: true);
        await using var receiver = new TcpReceiver
        {
            Tls = new SslServerAuthenticationOptions
            {
                ServerCertificate = _certificates.Make("localhost"),
                ClientCertificateRequired = true,
                RemoteCertificateValidationCallback = (_, shown, _, _) => shown?.GetCertHashString() == right.GetCertHashString(),
            },
        };
        var target = Tls(receiver) with { CertificateFile = Write("client.pem", wrong.ExportCertificatePem()), KeyFile = Write("key.pem", TestCertificates.KeyPem(wrong)) };
        var outbox = new MemoryOutbox();
        outbox.Add(Entries(20));
        await using var dispatcher = new Dispatcher(outbox);
        await dispatcher.ApplyAsync([target]);
        await Until(() => dispatcher.Only().FailuresInRow >= 3, "it is refused");
        Assert.Equal((20, 0), (dispatcher.Only().Depth, dispatcher.Only().Delivered));
        // The certificate is renewed in place: no reload is needed.
        Write("client.pem", right.ExportCertificatePem());
        Write("key.pem", TestCertificates.KeyPem(right));
        await Until(() => dispatcher.Only().Depth == 0, "all is delivered");
        Assert.Equal(Entries(20).Select(entry => entry.Body), receiver.First);
    }

    [Fact]
    public async Task A_receiver_that_speaks_no_tls_is_said()
    {
        await using var receiver = new TcpReceiver { Script = static connection => connection.ReadThenResetAsync(10) };
        var outbox = new MemoryOutbox();
        outbox.Add(Entry(1));
        await using var dispatcher = new Dispatcher(outbox);
        await dispatcher.ApplyAsync([Tls(receiver)]);
        await Until(() => dispatcher.Only().FailuresInRow >= 2, "it fails");
        Assert.StartsWith($"tls://localhost:{receiver.Port}: ", dispatcher.Only().LastError, StringComparison.Ordinal);
        Assert.Equal(1, dispatcher.Only().Depth);
    }

    [Fact]
    public async Task A_receiver_that_never_answers_the_handshake_is_given_up()
    {
        await using var receiver = new TcpReceiver { Script = static connection => connection.NeverReadAsync() };
        var outbox = new MemoryOutbox();
        outbox.Add(Entry(1));
        await using var dispatcher = new Dispatcher(outbox);
        await dispatcher.ApplyAsync([Tls(receiver) with { ConnectTimeout = TimeSpan.FromMilliseconds(200) }]);
        await Until(() => dispatcher.Only().FailuresInRow >= 2, "it fails");
        Assert.Contains("no answer within 200 ms", dispatcher.Only().LastError);
    }

    [Fact]
    public async Task A_reset_in_the_middle_of_a_record_loses_nothing()
    {
        await using var receiver = new TcpReceiver
        {
            Tls = Server(_certificates.Make("localhost")),
            Script = connection => connection.Number < 4 ? connection.ReadThenResetAsync(3000) : connection.ReadAllAsync(),
        };
        var outbox = new MemoryOutbox();
        outbox.Add(Entries(1000));
        await using var dispatcher = new Dispatcher(outbox);
        await dispatcher.ApplyAsync([Tls(receiver)]);
        await Until(() => dispatcher.Only().Depth == 0, "all is delivered");
        Assert.Equal(Entries(1000).Select(entry => entry.Body), receiver.First);
    }

    [Fact]
    public async Task Certificates_that_are_gone_are_said_and_the_messages_wait()
    {
        await using var receiver = new TcpReceiver { Tls = Server(_certificates.Make("localhost")) };
        var outbox = new MemoryOutbox();
        outbox.Add(Entry(1));
        await using var dispatcher = new Dispatcher(outbox);
        await dispatcher.ApplyAsync([Tls(receiver) with { CaFile = PathOf("gone.pem") }]);
        await Until(() => dispatcher.Only().FailuresInRow >= 2, "it fails");
        Assert.Contains("no such file", dispatcher.Only().LastError);
        Write("gone.pem", _certificates.AuthorityPem);
        await Until(() => dispatcher.Only().Depth == 0, "it is delivered");
    }
}
