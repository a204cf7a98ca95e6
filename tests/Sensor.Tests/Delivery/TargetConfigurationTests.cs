using Sensor.Configuration;
using Sensor.Output.Delivery;
using Sensor.Tests.Commands;

namespace Sensor.Tests.Delivery;

/// <summary>`sensor check` on targets: one line with the key's path for everything that cannot work.</summary>
public sealed class TargetConfigurationTests : TemporaryFolder
{
    private const string Udp = "\"Name\": \"t\", \"Host\": \"127.0.0.1\"", Tls = Udp + ", \"Protocol\": \"tls\"";

    private Invocation Check(string targets) => Invocation.Of("check", "--config", Write("c.json", $"{{ \"Alerts\": {{ \"Targets\": [{targets}] }} }}"));

    [Theory]
    [InlineData("{ \"Name\": \"t\" }", "Targets[0]:Host: name the receiver")]
    [InlineData("{ \"Host\": \"h\" }", "Targets[0]:Name: \"\" is not a name")]
    [InlineData("{ " + Udp + ", \"Format\": \"xml\" }", "Targets[0]:Format: \"xml\" is not one of text, cef, leef, eve, ecs, ocsf, stix")]
    [InlineData("{ " + Udp + ", \"Format\": \"stix\" }", "Targets[0]:Format: a STIX bundle cannot be shortened")]
    [InlineData("{ " + Udp + ", \"Port\": 65536 }", "Targets[0]:Port: 65536 is not a whole number from 0 to 65535")]
    [InlineData("{ " + Udp + ", \"Port\": \"514\" }", "Targets[0]:Port: \"514\" is not a whole number")]
    [InlineData("{ " + Udp + ", \"Framing\": \"lf\" }", "Targets[0]:Framing: syslog with Protocol udp has no use for this key")]
    [InlineData("{ " + Tls + ", \"Framing\": \"lf\" }", "Targets[0]:Framing: TLS always counts octets")]
    [InlineData("{ " + Udp + ", \"CaFile\": \"x\" }", "Targets[0]:CaFile: syslog with Protocol udp has no use for this key")]
    [InlineData("{ " + Tls + ", \"CaFile\": \"/nowhere/ca.pem\" }", "Targets[0]:CaFile: /nowhere/ca.pem: no such file")]
    [InlineData("{ " + Tls + ", \"KeyFile\": \"x\" }", "Targets[0]:KeyFile: a key without CertificateFile")]
    [InlineData("{ " + Tls + ", \"CertificateFile\": \"/dev/null\" }", "Targets[0]:CertificateFile: /dev/null: ")]
    [InlineData("{ " + Udp + ", \"MaxSize\": 480 }", "Targets[0]:MaxSize: 480 is not 0 or from 1024 to 65000")]
    [InlineData("{ " + Udp + ", \"Host\": \"a b\" }", "the key is given twice")]
    [InlineData("{ \"Name\": \"t\", \"Host\": \"a b\" }", "Targets[0]:Host: \"a b\" is not a host name or an address")]
    [InlineData("{ " + Udp + " }, { " + Udp + " }", "Targets[1]:Name: another target is called \"t\"")]
    [InlineData("{ " + Udp + ", \"AppName\": \"a b\" }", "Targets[0]:AppName: must be 1 to 48 printable ASCII")]
    [InlineData("{ " + Udp + ", \"RetryMost\": \"10ms\" }", "Targets[0]:RetryMost: shorter than RetryFirst")]
    [InlineData("{ " + Udp + ", \"Facility\": \"local9\" }", "Targets[0]:Facility: \"local9\" is not one of kern, user")]
    [InlineData("{ " + Udp + ", \"Formt\": \"cef\" }", "Targets[0]:Formt: there is no such key; did you mean Format?")]
    [InlineData("{ \"Name\": \"t\", \"Type\": \"exec\" }", "Targets[0]:Type: \"exec\" is not one of syslog, journald, webhook, file, stdout")]
    [InlineData("{ \"Name\": \"t\", \"Type\": \"file\" }", "Targets[0]:Path: a file target needs the path of a file")]
    [InlineData("{ \"Name\": \"t\", \"Type\": \"file\", \"Path\": \"/nowhere/eve.json\" }", "Targets[0]:Path: /nowhere/eve.json: there is no folder /nowhere")]
    [InlineData("{ \"Name\": \"t\", \"Type\": \"file\", \"Path\": \"/tmp\" }", "Targets[0]:Path: /tmp: is a folder")]
    [InlineData("{ \"Name\": \"t\", \"Type\": \"stdout\", \"Port\": 1 }", "Targets[0]:Port: a target of Type stdout has no use for this key")]
    [InlineData("{ \"Name\": \"t\", \"Type\": \"webhook\", \"Url\": \"ftp://x/\" }", "Targets[0]:Url: \"ftp://x/\" is not an https:// URL")]
    [InlineData("{ \"Name\": \"t\", \"Type\": \"webhook\", \"Url\": \"http://example.net/\" }", "Targets[0]:Url: plain http to another machine")]
    [InlineData("{ \"Name\": \"t\", \"Type\": \"webhook\", \"Url\": \"https://u:p@example.net/\" }", "Targets[0]:Url: holds a password")]
    [InlineData("{ \"Name\": \"t\", \"Type\": \"webhook\", \"Url\": \"https://x/\", \"SecretFile\": \"/nowhere/s\" }", "Targets[0]:SecretFile: /nowhere/s: no such file")]
    [InlineData("{ \"Name\": \"t\", \"Type\": \"webhook\", \"Url\": \"https://x/\", \"SecretVariable\": \"SENSOR_NO_SUCH\" }",
        "Targets[0]:SecretVariable: SENSOR_NO_SUCH: there is no environment variable SENSOR_NO_SUCH")]
    public void What_cannot_work_is_said_in_one_line(string targets, string complaint)
    {
        var run = Check(targets);
        Assert.Equal(2, run.Status);
        Assert.StartsWith("sensor: ", Assert.Single(run.ErrorLines), StringComparison.Ordinal);
        Assert.Contains("c.json", run.ErrorLines[0]);
        Assert.Contains(complaint, run.ErrorLines[0]);
    }

    [Theory]
    [InlineData("\"Summaries\": { \"Window\": \"0s\" }", "Alerts:Summaries:Window: the window must have between 1s and 1d")]
    [InlineData("\"Summaries\": { \"VictimsOneByOne\": 0 }", "Alerts:Summaries:VictimsOneByOne: 0 is not a whole number from 1 to 10000")]
    [InlineData("\"RollUp\": { \"At\": \"25:00\" }", "Alerts:RollUp:At: \"25:00\" is not a time of day")]
    [InlineData("\"RollUp\": { \"At\": \"6\" }", "Alerts:RollUp:At: \"6\" is not a time of day")]
    public void So_are_the_settings_around_them(string section, string complaint)
    {
        var run = Invocation.Of("check", "--config", Write("c.json", $"{{ \"Alerts\": {{ {section} }} }}"));
        Assert.Equal(2, run.Status);
        Assert.Contains(complaint, Assert.Single(run.ErrorLines));
    }

    [Fact]
    public void What_can_work_is_right_and_read_as_written()
    {
        using var certificates = new TestCertificates();
        using var own = certificates.Make("sensor");
        var ca = Write("ca.pem", certificates.AuthorityPem);
        var pair = Write("own.pem", own.ExportCertificatePem() + "\n" + TestCertificates.KeyPem(own));
        var targets = $$"""
            { "Name": "siem", "Protocol": "tls", "Host": "logs.example.net", "CaFile": "{{ca}}", "CertificateFile": "{{pair}}", "Format": "ecs" },
            { "Name": "old", "Protocol": "tcp", "Host": "::1", "Framing": "lf", "Standard": "rfc3164", "Format": "leef", "Facility": "authpriv" },
            { "Name": "journal", "Type": "journald" }, { "Name": "log", "Protocol": "local" }, { "Name": "out", "Type": "stdout" },
            { "Name": "eve", "Type": "file", "Path": "{{PathOf("eve.json")}}", "RotateSize": 1000000, "Keep": 3, "Findings": "all" },
            { "Name": "hook", "Type": "webhook", "Url": "http://127.0.0.1:8080/x", "WriteTimeout": "5s", "MinimumSeverity": "high" }
            """;
        var run = Check(targets);
        Assert.Equal(("", 0), (run.Error, run.Status));
        var read = SensorConfiguration.Read(new(PathOf("c.json"), null, [])).Alerts.Targets;
        Assert.Equal(
            ["tls://logs.example.net:6514", "tcp://[::1]:514", "/run/systemd/journal/socket", "/dev/log", "standard output", PathOf("eve.json"), "http://127.0.0.1:8080"],
            read.Select(TargetDefaults.AddressOf));
        Assert.Equal([8192, 8192, 65_536, 8192, 1_048_576, 1_048_576, 1_048_576], read.Select(TargetDefaults.MaxSizeOf));
        Assert.Equal(SyslogFacility.Authpriv, read[1].Facility);
    }
}
