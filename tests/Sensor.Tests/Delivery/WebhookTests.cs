using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Sensor.Configuration;
using Sensor.Output.Delivery;
using Sensor.Output.Delivery.Dispatch;
using Sensor.Tests.Commands;
using static Sensor.Tests.Delivery.Deliveries;

namespace Sensor.Tests.Delivery;

/// <summary>Messages posted to a service that answers as told.</summary>
public sealed class WebhookTests : TemporaryFolder
{
    private const string Secret = "correct horse battery staple";

    private readonly ConcurrentQueue<Request> _requests = new();

    private sealed record Request(string Line, Dictionary<string, string> Headers, byte[] Body)
    {
        public string Id => Headers["x-sensor-message-id"];
    }

    private static TargetSettings Hook(string url) => Target() with { Type = TargetType.Webhook, Host = "", Url = url };

    [Fact]
    public async Task A_message_is_posted_with_its_id_and_a_signature_that_holds()
    {
        await using var service = new Service(_requests, _ => "200 OK");
        var outbox = new MemoryOutbox();
        outbox.Add(Entries(3));
        await using var dispatcher = new Dispatcher(outbox);
        await dispatcher.ApplyAsync([Hook(service.Url) with { SecretFile = Write("secret", Secret + "\n") }]);
        await Until(() => dispatcher.Only().Depth == 0, "all is delivered");
        Assert.Equal(["id-1", "id-2", "id-3"], _requests.Select(request => request.Id));
        foreach (var request in _requests)
        {
            Assert.StartsWith("POST /hook?token=t HTTP/1.1", request.Line, StringComparison.Ordinal);
            Assert.Equal(request.Id, request.Headers["idempotency-key"]);
            Assert.Equal("application/json; charset=utf-8", request.Headers["content-type"]);
            var signed = (byte[])[.. Encoding.ASCII.GetBytes(request.Headers["x-sensor-timestamp"] + "."), .. request.Body];
            var expected = Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.ASCII.GetBytes(Secret), signed));
            Assert.Equal("sha256=" + expected, request.Headers["x-sensor-signature"]);
            Assert.DoesNotContain(request.Headers.Values, value => value.Contains(Secret, StringComparison.Ordinal));
        }
        Assert.DoesNotContain("token", dispatcher.Only().Address);
    }

    [Theory]
    [InlineData("500 Internal Server Error")]
    [InlineData("503 Service Unavailable")]
    [InlineData("429 Too Many Requests")]
    [InlineData("401 Unauthorized")]
    [InlineData("404 Not Found")]
    [InlineData("302 Found\r\nLocation: http://127.0.0.1:1/elsewhere")]
    public async Task What_may_mend_is_tried_again_with_the_same_id_and_octets(string answer)
    {
        await using var service = new Service(_requests, number => number <= 3 ? answer : "204 No Content");
        var outbox = new MemoryOutbox();
        outbox.Add(Entries(2));
        await using var dispatcher = new Dispatcher(outbox);
        await dispatcher.ApplyAsync([Hook(service.Url)]);
        await Until(() => dispatcher.Only().Depth == 0, "all is delivered");
        Assert.Equal(["id-1", "id-1", "id-1", "id-1", "id-2"], _requests.Select(request => request.Id));
        Assert.Single(_requests.Where(request => request.Id == "id-1").DistinctBy(request => Encoding.UTF8.GetString(request.Body)));
        Assert.Equal(3, dispatcher.Only().Failures);
        Assert.False(_requests.First().Headers.ContainsKey("x-sensor-signature"));
    }

    [Theory]
    [InlineData("400 Bad Request")]
    [InlineData("413 Content Too Large")]
    [InlineData("422 Unprocessable Content")]
    public async Task A_message_the_service_will_never_take_is_set_aside(string answer)
    {
        await using var service = new Service(_requests, number => number == 1 ? answer : "200 OK");
        var outbox = new MemoryOutbox();
        outbox.Add(Entries(2));
        await using var dispatcher = new Dispatcher(outbox);
        await dispatcher.ApplyAsync([Hook(service.Url)]);
        await Until(() => dispatcher.Only().Depth == 0, "the queue is empty");
        Assert.Equal(["id-1", "id-2"], _requests.Select(request => request.Id));
        Assert.Equal((1, 1), (dispatcher.Only().Refused, dispatcher.Only().Delivered));
    }

    [Fact]
    public async Task When_to_come_again_is_up_to_the_service()
    {
        await using var service = new Service(_requests, _ => "429 Too Many Requests\r\nRetry-After: 1800");
        var outbox = new MemoryOutbox();
        outbox.Add(Entry(1));
        await using var dispatcher = new Dispatcher(outbox);
        await dispatcher.ApplyAsync([Hook(service.Url)]);
        await Until(() => dispatcher.Only().State == TargetState.Waiting, "it waits");
        var wait = dispatcher.Only().NextAttemptAt - dispatcher.Only().LastErrorAt;
        Assert.Equal(TimeSpan.FromMinutes(30), wait);
    }

    [Fact]
    public async Task Https_is_held_to_its_certificate()
    {
        using var certificates = new TestCertificates();
        using var right = certificates.Make("localhost");
        await using var service = new Service(_requests, _ => "200 OK") { Tls = new SslServerAuthenticationOptions { ServerCertificate = right } };
        var url = service.Url.Replace("http://127.0.0.1", "https://localhost", StringComparison.Ordinal);
        var outbox = new MemoryOutbox();
        outbox.Add(Entry(1));
        await using var dispatcher = new Dispatcher(outbox);
        await dispatcher.ApplyAsync([Hook(url)]);
        await Until(() => dispatcher.Only().FailuresInRow >= 2, "the system's authorities do not know it");
        Assert.Contains("no believed authority stands behind it (see CaFile)", dispatcher.Only().LastError);
        Assert.Empty(_requests);
        await dispatcher.ApplyAsync([Hook(url) with { CaFile = Write("ca.pem", certificates.AuthorityPem) }]);
        await Until(() => dispatcher.Only().Depth == 0, "it is delivered");
        Assert.Single(_requests);
    }

    [Fact]
    public async Task A_secret_that_cannot_be_read_is_said_without_it()
    {
        var outbox = new MemoryOutbox();
        outbox.Add(Entry(1));
        await using var dispatcher = new Dispatcher(outbox);
        await dispatcher.ApplyAsync([Hook("http://127.0.0.1:9/") with { SecretFile = Write("secret", "short") }]);
        await Until(() => dispatcher.Only().FailuresInRow >= 1, "it fails");
        Assert.Contains("the secret must have 16 to 4096 characters", dispatcher.Only().LastError);
        Assert.DoesNotContain("short", dispatcher.Only().LastError);
    }

    [Theory]
    [InlineData(BodyFormat.Text)]
    [InlineData(BodyFormat.Cef)]
    [InlineData(BodyFormat.Leef)]
    public void What_is_no_json_is_wrapped_in_an_object(BodyFormat format)
    {
        var root = JsonDocument.Parse(Told.Message(Hook("https://x/") with { Format = format }, name: "a\"b\n")).RootElement;
        SyslogFormatTests.CheckBody(format, root.GetProperty("text").GetString()!);
        Assert.Equal(("high", "llmnr-wpad-answer"), (root.GetProperty("severity").GetString(), root.GetProperty("kind").GetString()));
    }

    [Theory]
    [InlineData(BodyFormat.Eve)]
    [InlineData(BodyFormat.Ecs)]
    [InlineData(BodyFormat.Ocsf)]
    public void Json_is_posted_as_it_is(BodyFormat format) =>
        SyslogFormatTests.CheckBody(format, Told.Message(Hook("https://x/") with { Format = format }));

    /// <summary>Just enough of HTTP/1.1 to take a POST and answer it.</summary>
    private sealed class Service : IAsyncDisposable
    {
        private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
        private readonly CancellationTokenSource _stop = new();
        private readonly ConcurrentQueue<Request> _requests;
        private readonly Func<int, string> _answer;
        private readonly Task _running;
        private int _count;

        public Service(ConcurrentQueue<Request> requests, Func<int, string> answer)
        {
            (_requests, _answer) = (requests, answer);
            _listener.Start();
            _running = RunAsync();
        }

        public string Url => string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/hook?token=t");

        public SslServerAuthenticationOptions? Tls { get; init; }

        public async ValueTask DisposeAsync()
        {
            await _stop.CancelAsync();
            _listener.Stop();
            await _running;
            _stop.Dispose();
        }

        private async Task RunAsync()
        {
            while (!_stop.IsCancellationRequested)
            {
                try
                {
                    using var client = await _listener.AcceptTcpClientAsync(_stop.Token);
                    Stream stream = client.GetStream();
                    if (Tls is { } tls)
                    {
                        var secured = new SslStream(stream);
                        await secured.AuthenticateAsServerAsync(tls, _stop.Token);
                        stream = secured;
                    }
                    _requests.Enqueue(await ReadAsync(stream));
                    await stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 {_answer(++_count)}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"), _stop.Token);
                }
                catch (Exception over) when (over is OperationCanceledException or SocketException or IOException or ObjectDisposedException
                    or System.Security.Authentication.AuthenticationException)
                {
                }
            }
        }

        private async Task<Request> ReadAsync(Stream stream)
        {
            var head = new List<byte>();
            var octet = new byte[1];
            while (!(head.Count >= 4 && head[^4] == '\r' && head[^3] == '\n' && head[^2] == '\r' && head[^1] == '\n'))
            {
                await stream.ReadExactlyAsync(octet, _stop.Token);
                head.Add(octet[0]);
            }
            var lines = Encoding.ASCII.GetString([.. head]).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
            var headers = lines.Skip(1).Select(line => line.Split(": ", 2)).ToDictionary(pair => pair[0].ToLowerInvariant(), pair => pair[1]);
            var body = new byte[int.Parse(headers["content-length"], CultureInfo.InvariantCulture)];
            await stream.ReadExactlyAsync(body, _stop.Token);
            return new Request(lines[0], headers, body);
        }
    }
}
