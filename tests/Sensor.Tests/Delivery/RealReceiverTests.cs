using System.Globalization;
using System.Net.Sockets;
using Sensor.Configuration;
using Sensor.Output.Delivery;
using Sensor.Output.Delivery.Dispatch;
using Sensor.Tests.Commands;
using Sensor.Tests.Lab;
using static Sensor.Tests.Delivery.Deliveries;

namespace Sensor.Tests.Delivery;

/// <summary>
/// rsyslog and syslog-ng, each started for the test on the loopback with a configuration of its own, take what is sent over UDP, TCP and TLS
/// and write down what they understood. Skipped, visibly, where they are not installed.
/// </summary>
public sealed class RealReceiverTests : TemporaryFolder
{
    private const int Messages = 200;

    /// <summary>So many find room in a socket's buffer even while the receiver sleeps: over UDP nobody could send them again.</summary>
    private const int Datagrams = 40;

    [Theory]
    [InlineData(SyslogProtocol.Udp, SyslogStandard.Rfc5424, SyslogFraming.Octets, BodyFormat.Text)]
    [InlineData(SyslogProtocol.Udp, SyslogStandard.Rfc3164, SyslogFraming.Octets, BodyFormat.Cef)]
    [InlineData(SyslogProtocol.Tcp, SyslogStandard.Rfc5424, SyslogFraming.Octets, BodyFormat.Ecs)]
    [InlineData(SyslogProtocol.Tcp, SyslogStandard.Rfc5424, SyslogFraming.Lf, BodyFormat.Eve)]
    [InlineData(SyslogProtocol.Tcp, SyslogStandard.Rfc3164, SyslogFraming.Lf, BodyFormat.Leef)]
    [InlineData(SyslogProtocol.Tls, SyslogStandard.Rfc5424, SyslogFraming.Octets, BodyFormat.Eve)]
    public async Task Rsyslog_understands_every_message(SyslogProtocol protocol, SyslogStandard standard, SyslogFraming framing, BodyFormat format)
    {
        var program = Program("rsyslogd");
        var target = TargetFor(protocol) with { Standard = standard, Format = format };
        if (protocol == SyslogProtocol.Tcp)
            target = target with { Framing = framing };
        var configuration = Write("rsyslog.conf", Rsyslog(protocol, target.Port));
        using var receiver = new LabProcess(program, ["-n", "-f", configuration, "-i", PathOf("rsyslog.pid")]);
        await DeliverTo(target, receiver);
        var lines = await Written(receiver, CountFor(target));
        Check(lines, target, withData: standard == SyslogStandard.Rfc5424);
    }

    [Theory]
    [InlineData(SyslogProtocol.Udp, BodyFormat.Text)]
    [InlineData(SyslogProtocol.Tcp, BodyFormat.Ecs)]
    [InlineData(SyslogProtocol.Tls, BodyFormat.Cef)]
    public async Task Syslog_ng_understands_every_message(SyslogProtocol protocol, BodyFormat format)
    {
        var unpacked = UnpackedSyslogNg.Into(Folder);
        var target = TargetFor(protocol) with { Format = format };
        var configuration = Write("syslog-ng.conf", SyslogNgConfiguration(protocol, target.Port));
        using var receiver = new LabProcess(unpacked.Program,
            ["-F", "--no-caps", "-f", configuration, "-R", PathOf("persist"), "-p", PathOf("pid"), "-c", PathOf("ctl"), $"--module-path={unpacked.Modules}"],
            ("LD_LIBRARY_PATH", unpacked.Libraries));
        await DeliverTo(target, receiver);
        Check(await Written(receiver, CountFor(target)), target, withData: true);
    }

    [Fact]
    public async Task Rsyslog_is_stopped_for_a_while_and_gets_everything_in_order()
    {
        var program = Program("rsyslogd");
        var target = TargetFor(SyslogProtocol.Tcp);
        var configuration = Write("rsyslog.conf", Rsyslog(SyslogProtocol.Tcp, target.Port));
        var outbox = new MemoryOutbox();
        await using var dispatcher = new Dispatcher(outbox);
        await dispatcher.ApplyAsync([target]);
        var bodies = Bodies(target);
        for (var round = 0; round < 3; round++)
        {
            outbox.Add(bodies.Skip(round * 60).Take(30));
            await Until(() => dispatcher.Only().FailuresInRow >= 2, "it is down");
            using var receiver = new LabProcess(program, ["-n", "-f", configuration, "-i", PathOf("rsyslog.pid")]);
            outbox.Add(bodies.Skip((round * 60) + 30).Take(30));
            await Until(() => dispatcher.Only().Depth == 0 || receiver.HasEnded, "all is delivered");
            Assert.False(receiver.HasEnded, receiver.Said);
            await Until(() => Lines().Distinct().Count() >= (round + 1) * 60, "all is written");
            receiver.Dispose();
        }
        Assert.Equal(Enumerable.Range(0, 180).Select(number => number.ToString(CultureInfo.InvariantCulture)), Lines().Select(Number).Distinct());
    }

    private static string Number(string line)
    {
        var at = line.IndexOf("number ", StringComparison.Ordinal) + "number ".Length;
        return new string([.. line[at..].TakeWhile(char.IsAsciiDigit)]);
    }

    private static int CountFor(TargetSettings target) => target.Protocol == SyslogProtocol.Udp ? Datagrams : Messages;

    private static List<OutboxEntry> Bodies(TargetSettings target) =>
    [
        .. Enumerable.Range(0, CountFor(target)).Select(number => Entry(number, body: Told.Message(
            target, string.Create(CultureInfo.InvariantCulture, $"number {number}, caf\u00e9 \"quoted\" back\\slash ]"), "w\u00f6rk\"station]\\"))),
    ];

    private TargetSettings TargetFor(SyslogProtocol protocol)
    {
        var target = Target() with { Protocol = protocol, Port = TcpDeliveryTests.FreePort(), Host = protocol == SyslogProtocol.Tls ? "localhost" : "127.0.0.1" };
        if (protocol != SyslogProtocol.Tls)
            return target;
        using var certificates = new TestCertificates();
        using var own = certificates.Make("localhost");
        Write("server.pem", own.ExportCertificatePem());
        Write("server.key", TestCertificates.KeyPem(own));
        return target with { CaFile = Write("ca.pem", certificates.AuthorityPem) };
    }

    private async Task DeliverTo(TargetSettings target, LabProcess receiver)
    {
        if (target.Protocol == SyslogProtocol.Udp)
            await Until(() => receiver.HasEnded || IsBound(target.Port), "the receiver listens");
        var outbox = new MemoryOutbox();
        outbox.Add(Bodies(target));
        await using var dispatcher = new Dispatcher(outbox);
        await dispatcher.ApplyAsync([target]);
        await Until(() => dispatcher.Only().Depth == 0 || receiver.HasEnded, $"all is delivered: {dispatcher.Only().LastError}");
        Assert.False(receiver.HasEnded, receiver.Said);
    }

    private static bool IsBound(int port)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        try
        {
            socket.Bind(new System.Net.IPEndPoint(System.Net.IPAddress.Loopback, port));
            return false;
        }
        catch (SocketException)
        {
            return true;
        }
    }

    private string[] Lines() => File.Exists(PathOf("out")) ? File.ReadAllLines(PathOf("out")) : [];

    private async Task<string[]> Written(LabProcess receiver, int count)
    {
        await Until(() => Lines().Length >= count || receiver.HasEnded, $"all is written\n{receiver.Said}");
        return Lines();
    }

    private static void Check(string[] lines, TargetSettings target, bool withData)
    {
        Assert.Equal(CountFor(target), lines.Distinct().Count());
        for (var number = 0; number < CountFor(target); number++)
        {
            // priority|host|program|msgid|sd|msg, as the receiver understood them.
            var parts = lines[number].Split('|', 6);
            Assert.Equal("131", parts[0]);
            Assert.Equal(withData ? "sensor-1.example.net" : "sensor-1", parts[1]);
            Assert.StartsWith("sensor", parts[2], StringComparison.Ordinal);
            var message = parts[5].TrimStart(' ', '\uFEFF');
            SyslogFormatTests.CheckBody(target.Format ?? BodyFormat.Text, message);
            Assert.Equal(number.ToString(CultureInfo.InvariantCulture), Number(message));
            if (!withData)
                continue;
            Assert.Equal("llmnr-wpad-answer", parts[3]);
            Assert.Contains("suspectName=\"w\u00f6rk\\\"station\\]\\\\\"", parts[4]);
        }
    }

    private static string Program(string name)
    {
        var path = new[] { "/usr/sbin", "/usr/bin", "/sbin" }.Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists);
        Assert.SkipWhen(path is null, $"{name} is not installed");
        return path!;
    }

    private string Rsyslog(SyslogProtocol protocol, int port)
    {
        var tls = $"""
            global(defaultNetstreamDriver="gtls" defaultNetstreamDriverCAFile="{PathOf("ca.pem")}"
              defaultNetstreamDriverCertFile="{PathOf("server.pem")}" defaultNetstreamDriverKeyFile="{PathOf("server.key")}")
            module(load="imtcp" StreamDriver.Name="gtls" StreamDriver.Mode="1" StreamDriver.AuthMode="anon")
            """;
        Assert.SkipWhen(protocol == SyslogProtocol.Tls && !File.Exists("/usr/lib/x86_64-linux-gnu/rsyslog/lmnsd_gtls.so"), "rsyslog-gnutls is not installed");
        var load = protocol switch
        {
            SyslogProtocol.Udp => "module(load=\"imudp\")",
            SyslogProtocol.Tls => tls,
            _ => "module(load=\"imtcp\")",
        };
        return $"""
            global(workDirectory="{Folder}" maxMessageSize="64k" parser.escapeControlCharactersOnReceive="off")
            {load}
            template(name="t" type="string" string="%pri%|%hostname%|%programname%|%msgid%|%structured-data%|%msg%\n")
            ruleset(name="r") {"{"} action(type="omfile" file="{PathOf("out")}" template="t") {"}"}
            input(type="{(protocol == SyslogProtocol.Udp ? "imudp" : "imtcp")}" address="127.0.0.1" port="{port}" ruleset="r")
            """;
    }

    private string SyslogNgConfiguration(SyslogProtocol protocol, int port)
    {
        var tls = protocol == SyslogProtocol.Tls
            ? $"tls(key-file(\"{PathOf("server.key")}\") cert-file(\"{PathOf("server.pem")}\") peer-verify(optional-untrusted))" : "";
        return $$"""
            @version: 3.38
            @module afsocket
            @module affile
            @module syslogformat
            options { keep-hostname(yes); log-msg-size(65536); };
            source s { syslog(ip(127.0.0.1) port({{port}}) transport("{{protocol.ToString().ToLowerInvariant()}}") {{tls}}); };
            destination d { file("{{PathOf("out")}}" template("$PRI|$HOST|$PROGRAM|$MSGID|$SDATA|$MSG\n")); };
            log { source(s); destination(d); };
            """;
    }
}
