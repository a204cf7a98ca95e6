using Sensor.Tests.Delivery;

namespace Sensor.Tests.Lab;

/// <summary>What takes the alerts: rsyslog as Debian has it, or syslog-ng unpacked beside it.</summary>
internal enum Receiver
{
    Rsyslog,
    SyslogNg,
}

/// <summary>
/// One real syslog receiver in a namespace of its own that listens for UDP, TCP and TLS and writes down what it understood, a file each.
/// </summary>
internal sealed class SyslogReceivers : IDisposable
{
    /// <summary>The address it listens at, and the name in its certificate.</summary>
    public const string Address = "10.255.0.2", ServerName = "siem.lab.example";

    /// <summary>Ways a message can come, as the daemon's configuration calls them.</summary>
    public static readonly string[] Protocols = ["udp", "tcp", "tls"];

    private readonly string _folder;
    private readonly LabProcess _process;

    /// <summary>Starts it in <paramref name="place"/>, with its files in <paramref name="folder"/>, and waits until it listens.</summary>
    public SyslogReceivers(Receiver kind, NetworkNamespace place, string folder)
    {
        _folder = folder;
        WriteCertificates();
        _process = kind == Receiver.Rsyslog ? StartRsyslog(place) : StartSyslogNg(place);
        var patience = DateTime.UtcNow.AddSeconds(30);
        while (!Listens(place))
        {
            Assert.False(_process.HasEnded, $"the receiver ended: {_process.Said}");
            Assert.True(DateTime.UtcNow < patience, $"the receiver does not listen: {_process.Said}");
            Thread.Sleep(50);
        }
    }

    /// <summary>The authority of its certificate, a PEM file.</summary>
    public string CaFile => PathOf("ca.pem");

    /// <summary>What it has said itself.</summary>
    public string Said => _process.Said;

    /// <summary>What came by <paramref name="protocol"/> from the sensor that calls itself <paramref name="host"/>, in order.</summary>
    public List<ReceivedAlert> From(string host, string protocol) => !File.Exists(PathOf(protocol)) ? [] :
        [.. Lines(PathOf(protocol)).Select(ReceivedAlert.Of).Where(alert => alert.Host == host)];

    public void Dispose()
    {
        _process.Stop(TimeSpan.FromSeconds(5));
        _process.Dispose();
    }

    /// <summary>Whole lines only: the last one may be being written.</summary>
    private static string[] Lines(string path)
    {
        using var reader = new StreamReader(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        var text = reader.ReadToEnd();
        return text[..(text.LastIndexOf('\n') + 1)].Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    private static bool Listens(NetworkNamespace place)
    {
        using var shown = place.Start("ss", ["-lntuH"]);
        shown.Wait(TimeSpan.FromSeconds(10));
        return new[] { ":514 ", ":6514 " }.All(port => shown.Said.Contains(port, StringComparison.Ordinal))
            && shown.Said.Split('\n').Count(line => line.Contains(":514 ", StringComparison.Ordinal)) >= 2;
    }

    private LabProcess StartRsyslog(NetworkNamespace place)
    {
        var hasTls = Directory.GetDirectories("/usr/lib", "*-linux-gnu*")
            .Any(folder => File.Exists(Path.Combine(folder, "rsyslog", "lmnsd_gtls.so")));
        Assert.SkipUnless(hasTls, "not installed: rsyslog-gnutls");
        var program = LabTools.Find("rsyslogd");
        Assert.SkipWhen(program is null, "not installed: rsyslogd");
        File.WriteAllText(PathOf("rsyslog.conf"), $$"""
            global(workDirectory="{{_folder}}" maxMessageSize="64k" parser.escapeControlCharactersOnReceive="off"
              defaultNetstreamDriverCAFile="{{CaFile}}" defaultNetstreamDriverCertFile="{{PathOf("server.pem")}}"
              defaultNetstreamDriverKeyFile="{{PathOf("server.key")}}")
            module(load="imudp")
            module(load="imtcp")
            template(name="t" type="string"
              string="%timegenerated:::date-rfc3339%|%timereported:::date-rfc3339%|%hostname%|%msgid%|%structured-data%|%msg%\n")
            ruleset(name="udp") { action(type="omfile" file="{{PathOf("udp")}}" template="t") }
            ruleset(name="tcp") { action(type="omfile" file="{{PathOf("tcp")}}" template="t") }
            ruleset(name="tls") { action(type="omfile" file="{{PathOf("tls")}}" template="t") }
            input(type="imudp" address="{{Address}}" port="514" ruleset="udp")
            input(type="imtcp" address="{{Address}}" port="514" ruleset="tcp")
            input(type="imtcp" address="{{Address}}" port="6514" ruleset="tls"
              streamDriver.Name="gtls" streamDriver.Mode="1" streamDriver.AuthMode="anon")
            """);
        return place.Start(program!, ["-n", "-f", PathOf("rsyslog.conf"), "-i", PathOf("rsyslog.pid")]);
    }

    private LabProcess StartSyslogNg(NetworkNamespace place)
    {
        var unpacked = UnpackedSyslogNg.Into(_folder);
        var tls = $"tls(key-file(\"{PathOf("server.key")}\") cert-file(\"{PathOf("server.pem")}\") peer-verify(optional-untrusted))";
        File.WriteAllText(PathOf("syslog-ng.conf"), $$"""
            @version: 3.38
            @module afsocket
            @module affile
            @module syslogformat
            options { keep-hostname(yes); log-msg-size(65536); frac-digits(6); ts-format(iso); };
            template t { template("$R_ISODATE|$S_ISODATE|$HOST|$MSGID|$SDATA|$MSG\n"); };
            source udp { syslog(ip({{Address}}) port(514) transport("udp")); };
            source tcp { syslog(ip({{Address}}) port(514) transport("tcp")); };
            source tls { syslog(ip({{Address}}) port(6514) transport("tls") {{tls}}); };
            log { source(udp); destination { file("{{PathOf("udp")}}" template(t)); }; };
            log { source(tcp); destination { file("{{PathOf("tcp")}}" template(t)); }; };
            log { source(tls); destination { file("{{PathOf("tls")}}" template(t)); }; };
            """);
        return place.Start(unpacked.Program,
            [
                "-F", "--no-caps", "-f", PathOf("syslog-ng.conf"), "-R", PathOf("persist"), "-p", PathOf("pid"), "-c", PathOf("ctl"),
                $"--module-path={unpacked.Modules}",
            ],
            ("LD_LIBRARY_PATH", unpacked.Libraries));
    }

    private void WriteCertificates()
    {
        using var certificates = new TestCertificates();
        using var own = certificates.Make(ServerName);
        File.WriteAllText(PathOf("server.pem"), own.ExportCertificatePem());
        File.WriteAllText(PathOf("server.key"), TestCertificates.KeyPem(own));
        File.WriteAllText(CaFile, certificates.AuthorityPem);
    }

    private string PathOf(string name) => Path.Combine(_folder, name);
}
