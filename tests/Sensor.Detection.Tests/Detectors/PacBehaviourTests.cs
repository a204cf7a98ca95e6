using System.Text;
using Sensor.Core.Observations;
using Sensor.Detection.Incidents;
using Sensor.Detection.Pac;
using Sensor.Detection.Tests.Pac;
using Sensor.Detection.Trust;

namespace Sensor.Detection.Tests.Detectors;

public sealed class PacBehaviourTests
{
    private const string Plain = "function FindProxyForURL(url, host) { return 'x'; }";

    private readonly Station _alice = Station.Number(10), _mallory = Station.Number(66), _server = Station.Number(100);

    [Fact]
    public void Updates_to_a_luring_hosts_proxy_are_certain_and_critical()
    {
        var lan = Lured(ScriptedEvaluator.Only(PacProbeKind.Update, "PROXY 192.168.1.66:8080"));
        Serve(lan, _mallory, Plain);

        var finding = Assert.Single(lan.AlertsOf("pac-diverts-updates")).Finding;
        Assert.Equal((Severity.Critical, Confidence.Certain), (finding.Severity, finding.Confidence));
        Assert.Contains("the host that served it", finding.Summary, StringComparison.Ordinal);
        Assert.Contains(_alice.V4, finding.Victim!.Addresses);
    }

    [Fact]
    public void Updates_alone_to_a_proxy_speak_for_themselves()
    {
        var lan = new FactFeeder(pacEvaluator: ScriptedEvaluator.Only(PacProbeKind.Update, "PROXY 198.51.100.9:80"));
        Serve(lan, _server, Plain);
        Assert.Equal((Severity.High, Confidence.Likely), Rating(Assert.Single(lan.AlertsOf("pac-diverts-updates")).Finding));
    }

    [Theory]
    [InlineData(new[] { "proxy.corp.example:8080" }, 1)]
    [InlineData(new[] { "proxy.corp.example:8080", "198.51.100.9" }, 0)]
    [InlineData(new string[0], 0)]
    public void A_trusted_server_that_sends_updates_to_a_proxy_beside_those_listed_is_named(string[] proxies, int alerts)
    {
        var trust = new TrustSettings { WpadHosts = ["192.168.1.100"], Proxies = proxies };
        var lan = new FactFeeder(trust, pacEvaluator: ScriptedEvaluator.Only(PacProbeKind.Update, "PROXY 198.51.100.9:80"));
        Serve(lan, _server, Plain);
        Assert.Equal(alerts, lan.AlertsOf("pac-diverts-updates").Count());
        Assert.Empty(lan.Of("rogue-pac-server"));
    }

    [Fact]
    public void A_companys_proxy_for_everything_is_recorded_only()
    {
        var lan = new FactFeeder(pacEvaluator: ScriptedEvaluator.AllTo("PROXY proxy.corp.example:8080"));
        Serve(lan, _server, Plain);
        Assert.Equal((Severity.Low, Confidence.Possible), Rating(Assert.Single(lan.Of("pac-diverts-updates"))));
        Assert.Equal((Severity.Low, Confidence.Possible), Rating(Assert.Single(lan.Of("pac-diverts-everything"))));
        Assert.Empty(lan.Alerts);
    }

    [Fact]
    public void A_proxy_of_everything_by_a_luring_host_is_certain()
    {
        var lan = Lured(ScriptedEvaluator.AllTo("PROXY 192.168.1.66:8080"));
        Serve(lan, _mallory, Plain);
        Assert.Equal((Severity.High, Confidence.Certain), Rating(Assert.Single(lan.AlertsOf("pac-diverts-everything")).Finding));
    }

    [Fact]
    public void Banks_alone_to_a_proxy_speak_for_themselves()
    {
        var lan = new FactFeeder(pacEvaluator: ScriptedEvaluator.Only(PacProbeKind.Bank, "SOCKS5 198.51.100.9:1080"));
        Serve(lan, _server, Plain);
        var finding = Assert.Single(lan.AlertsOf("pac-diverts-everything")).Finding;
        Assert.Equal((Severity.High, Confidence.Likely), Rating(finding));
        Assert.Contains("bank hosts", finding.Summary, StringComparison.Ordinal);
    }

    public static TheoryData<TrustSettings> Trusting() =>
    [
        new TrustSettings { Proxies = ["198.51.100.9"] },
        new TrustSettings { WpadHosts = ["192.168.1.100"] },
        new TrustSettings { PacUrls = ["http://wpad/wpad.dat"] },
        new TrustSettings { PacHashes = [PacFingerprint.Of(Encoding.ASCII.GetBytes(Plain)).Sha256] },
    ];

    [Theory]
    [MemberData(nameof(Trusting))]
    public void What_is_trusted_is_quiet(TrustSettings trust)
    {
        var lan = new FactFeeder(trust, pacEvaluator: ScriptedEvaluator.Only(PacProbeKind.Update, "PROXY 198.51.100.9:80"));
        Serve(lan, _server, Plain);
        Assert.Empty(lan.Of("pac-diverts-updates"));
    }

    [Fact]
    public void A_trusted_proxy_may_go_by_a_name()
    {
        var lan = new FactFeeder(new TrustSettings { Proxies = ["192.168.1.8"] }, pacEvaluator: ScriptedEvaluator.AllTo("PROXY cache.corp.example:80"));
        lan.Answer(lan.Ask(NameProtocol.Dns, _alice, "cache.corp.example"), Station.Number(1), [Station.Number(8).V4]);
        Serve(lan, _server, Plain);
        Assert.Empty(lan.Of("pac-diverts-updates"));
    }

    [Fact]
    public void Hidden_code_is_likely_and_named_by_line()
    {
        var lan = new FactFeeder(pacEvaluator: ScriptedEvaluator.AllTo("DIRECT"));
        Serve(lan, _server, "function FindProxyForURL(u, h) {\n return eval(unescape('%31'));\n}");
        var finding = Assert.Single(lan.AlertsOf("pac-suspicious-code")).Finding;
        Assert.Equal((Severity.Medium, Confidence.Likely), Rating(finding));
        Assert.Contains("runs text as a program (line 2)", finding.Summary, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("function FindProxyForURL(u, h) { return isInNet(dnsResolve(h), '10.0.0.0', '255.0.0.0') ? 'DIRECT' : 'PROXY a.b:1'; }", false)]
    [InlineData("function FindProxyForURL(u, h) { return timeRange(8, 17) ? 'DIRECT' : 'PROXY a.b:1'; }", true)]
    public void Ordinary_code_raises_no_alert(string script, bool isRecorded)
    {
        var lan = new FactFeeder(pacEvaluator: ScriptedEvaluator.AllTo("DIRECT"));
        Serve(lan, _server, script);
        Assert.Empty(lan.AlertsOf("pac-suspicious-code"));
        Assert.Equal(isRecorded, lan.Of("pac-suspicious-code").Any());
    }

    [Fact]
    public void A_leak_that_only_shows_when_it_runs_is_told()
    {
        var lan = new FactFeeder(pacEvaluator: new ScriptedEvaluator(_ => "DIRECT")
        {
            LookedUp = [.. PacProbes.All.Where(probe => probe.Kind == PacProbeKind.Bank).Select(probe => $"https---{probe.Host.Replace('.', '-')}.t.evil.example")],
        });
        Serve(lan, _server, Plain);
        Assert.Contains("under evil.example", Assert.Single(lan.AlertsOf("pac-suspicious-code")).Finding.Summary, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(PacOutcome.Exhausted, true)]
    [InlineData(PacOutcome.TooLarge, true)]
    [InlineData(PacOutcome.Broken, false)]
    [InlineData(PacOutcome.Partial, false)]
    [InlineData(PacOutcome.Unavailable, false)]
    public void Only_what_does_not_end_is_hostile(PacOutcome outcome, bool isHostile)
    {
        var lan = new FactFeeder(pacEvaluator: new ScriptedEvaluator(_ => "DIRECT", outcome));
        Serve(lan, _server, Plain);
        Assert.Equal(isHostile, lan.AlertsOf("pac-hostile").Any());
    }

    [Fact]
    public void A_change_that_changes_no_decision_is_no_alert()
    {
        var lan = new FactFeeder(pacEvaluator: ScriptedEvaluator.AllTo("DIRECT"));
        Serve(lan, _server, Plain);
        Serve(lan, _server, Plain + "// another comment");
        var finding = Assert.Single(lan.Of("pac-changed"));
        Assert.Equal((Severity.Low, Confidence.Possible), Rating(finding));
        Assert.Contains("decides the same", finding.Summary, StringComparison.Ordinal);
    }

    [Fact]
    public void A_change_that_diverts_updates_is_high_and_says_so()
    {
        var calls = 0;
        var lan = new FactFeeder(pacEvaluator: new ScriptedEvaluator(probe => calls++ < PacProbes.All.Length * 2 || probe.Kind != PacProbeKind.Update ? "DIRECT" : "PROXY evil:80"));
        Serve(lan, _server, Plain);
        Serve(lan, _server, Plain + "// changed");
        var finding = Assert.Single(lan.AlertsOf("pac-changed")).Finding;
        Assert.Equal((Severity.High, Confidence.Likely), Rating(finding));
        Assert.Contains("from DIRECT to PROXY evil:80", finding.Summary, StringComparison.Ordinal);
    }

    [Fact]
    public void A_tools_proxy_that_only_the_running_script_returns_is_a_mark()
    {
        var lan = Lured(ScriptedEvaluator.AllTo("PROXY isaproxysrv:3141"));
        Serve(lan, _mallory, Plain);
        Assert.Single(lan.AlertsOf("pac-known-tool"));
    }

    private FactFeeder Lured(IPacEvaluator evaluator)
    {
        var lan = new FactFeeder(pacEvaluator: evaluator);
        lan.Seen(_alice);
        lan.Answer(lan.Ask(NameProtocol.Llmnr, _alice, "wpad"), _mallory, [_mallory.V4]);
        return lan;
    }

    private static (Severity, Confidence) Rating(Finding finding) => (finding.Severity, finding.Confidence);

    private void Serve(FactFeeder lan, Station server, string body) => PacServing.Serve(lan, server, _alice, body);
}
