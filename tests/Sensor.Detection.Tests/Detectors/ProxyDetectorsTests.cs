using System.Text;
using Sensor.Core.Observations;
using Sensor.Core.Wire;
using Sensor.Detection.Incidents;
using Sensor.Detection.Trust;

namespace Sensor.Detection.Tests.Detectors;

public sealed class ProxyDetectorsTests
{
    private readonly Station _alice = Station.Number(10), _bob = Station.Number(30), _carol = Station.Number(31), _dave = Station.Number(32),
        _mallory = Station.Number(66), _third = Station.Number(77), _proxy = Station.Number(8), _gateway = Station.Number(1);

    [Fact]
    public void A_proxy_that_lured_is_critical_and_the_incident_grows()
    {
        var lan = new FactFeeder();
        lan.Seen(_alice);
        lan.Seen(_mallory);
        lan.Answer(lan.Ask(NameProtocol.Llmnr, _alice, "wpad"), _mallory, [_mallory.V4]);
        ServePac(lan, _mallory, _alice, "PROXY 192.168.1.66:3128");
        Use(lan, _alice, _mallory, "www.example.com");
        Answer(lan, _mallory, _alice, 407, "http://www.example.com/", schemes: "NTLM");
        Show(lan, _alice, _mallory, "CORP", "alice", "PC7");

        var finding = Assert.Single(lan.Of("rogue-proxy"));
        Assert.Equal((Severity.Critical, Confidence.Certain, Stage.Proxy), (finding.Severity, finding.Confidence, finding.Detector.Stage));
        Assert.Contains(_alice.V4, finding.Victim!.Addresses);
        Assert.Equal((Severity.High, Confidence.Certain), Rated(Assert.Single(lan.Of("proxy-asks-credentials"))));
        var exposed = Assert.Single(lan.Of("credentials-exposed"));
        Assert.Equal((Severity.Critical, Confidence.Certain), Rated(exposed));
        Assert.Contains(@"CORP\alice on PC7", exposed.Summary, StringComparison.Ordinal);
        var incident = Assert.Single(lan.Engine.Incidents.Incidents);
        var victim = Assert.Single(incident.Victims);
        Assert.Equal(Stage.Proxy, victim.Furthest);
        Assert.Contains(victim.Stages, static reached => reached.Stage == Stage.Credentials);
    }

    [Fact]
    public void A_proxy_named_by_a_suspects_pac_is_the_suspects_also_by_name()
    {
        var lan = new FactFeeder();
        lan.Seen(_mallory);
        lan.Answer(lan.Ask(NameProtocol.Llmnr, _alice, "wpad"), _mallory, [_mallory.V4]);
        ServePac(lan, _mallory, _alice, "PROXY gateway.corp.example:8080");
        lan.Answer(lan.Ask(NameProtocol.Dns, _alice, "gateway.corp.example", server: _gateway), _gateway, [_third.V4]);
        Use(lan, _alice, _third, "www.example.com");

        var finding = Assert.Single(lan.Of("rogue-proxy"));
        Assert.Equal((Severity.Critical, Confidence.Certain), Rated(finding));
        Assert.Equal([_mallory.Mac], finding.Suspect.Macs);
        Assert.Contains("192.168.1.77", finding.Summary, StringComparison.Ordinal);
    }

    [Fact]
    public void The_sites_proxy_stays_quiet_when_a_rogue_pac_names_it_too()
    {
        var lan = new FactFeeder();
        foreach (var client in new[] { _bob, _carol, _dave })
            Use(lan, client, _proxy, "www.example.com");
        lan.Answer(lan.Ask(NameProtocol.Llmnr, _alice, "wpad"), _mallory, [_mallory.V4]);
        ServePac(lan, _mallory, _alice, "PROXY 192.168.1.8:3128");
        Use(lan, _alice, _proxy, "www.example.com");
        Answer(lan, _proxy, _alice, 407, "http://www.example.com/", schemes: "Negotiate NTLM");
        Show(lan, _alice, _proxy, "CORP", "alice", "PC7");

        Assert.All(lan.Of("rogue-proxy"), static finding => Assert.Equal((Severity.Low, Confidence.Possible), Rated(finding)));
        Assert.Equal(2, lan.Of("rogue-proxy").Count());
        Assert.Empty(lan.Of("proxy-asks-credentials"));
        Assert.Empty(lan.Of("credentials-exposed"));
    }

    [Fact]
    public void An_unknown_proxy_is_recorded_a_trusted_one_is_not()
    {
        var lan = new FactFeeder();
        Use(lan, _alice, _proxy, "www.example.com");
        Answer(lan, _proxy, _alice, 407, "http://www.example.com/", schemes: "Basic");
        Assert.Equal((Severity.Low, Confidence.Possible), Rated(Assert.Single(lan.Of("rogue-proxy"))));
        Assert.Equal((Severity.Low, Confidence.Possible), Rated(Assert.Single(lan.Of("proxy-asks-credentials"))));
        Assert.Empty(lan.Alerts);

        var trusting = new FactFeeder(new TrustSettings { Proxies = ["192.168.1.8"] });
        Use(trusting, _alice, _proxy, "www.example.com");
        Answer(trusting, _proxy, _alice, 407, "http://www.example.com/", schemes: "Basic");
        Assert.Empty(trusting.Findings);
        Use(trusting, _alice, _third, "www.example.com");
        Assert.Equal((Severity.Medium, Confidence.Likely), Rated(Assert.Single(trusting.Of("rogue-proxy"))));
    }

    [Fact]
    public void A_request_for_the_very_host_is_no_use_of_a_proxy()
    {
        var lan = new FactFeeder();
        Use(lan, _alice, _third, "192.168.1.77");
        Assert.Empty(lan.Findings);
    }

    [Fact]
    public void Who_used_the_proxy_before_the_suspicion_is_told_then()
    {
        var lan = new FactFeeder();
        lan.Seen(_mallory);
        Use(lan, _alice, _mallory, "www.example.com");
        Show(lan, _alice, _mallory, "CORP", "alice", "PC7");
        Assert.Empty(lan.Alerts);
        lan.Answer(lan.Ask(NameProtocol.Llmnr, _bob, "wpad"), _mallory, [_mallory.V4]);

        Assert.Equal((Severity.Critical, Confidence.Likely), Rated(lan.Of("rogue-proxy").Last()));
        var exposed = Assert.Single(lan.Of("credentials-exposed"));
        Assert.Equal([3, 5], [.. exposed.Frames.Select(static frame => (int)frame.Number)]);
    }

    [Fact]
    public void Packets_for_an_honest_proxy_that_go_to_an_arp_spoofer_are_the_spoofers()
    {
        var lan = new FactFeeder();
        lan.Seen(_proxy);
        lan.Seen(_mallory);
        lan.Answer(lan.Ask(NameProtocol.Llmnr, _bob, "wpad"), _mallory, [_mallory.V4]);
        Use(lan, _alice, _proxy with { Mac = _mallory.Mac }, "www.example.com");
        Show(lan, _alice, _proxy with { Mac = _mallory.Mac }, "CORP", "alice", "PC7");
        Assert.Equal([_mallory.Mac], Assert.Single(lan.Of("rogue-proxy")).Suspect.Macs);
        Assert.Equal([_mallory.Mac], Assert.Single(lan.Of("credentials-exposed")).Suspect.Macs);
    }

    [Theory]
    [InlineData(CredentialScheme.Kerberos, CredentialStep.Authenticate, false)]
    [InlineData(CredentialScheme.Ntlm, CredentialStep.Negotiate, false)]
    [InlineData(CredentialScheme.Ntlm, CredentialStep.Authenticate, true)]
    public void What_hands_over_nothing_is_not_told(CredentialScheme scheme, CredentialStep step, bool isAnonymous)
    {
        var lan = new FactFeeder();
        lan.Answer(lan.Ask(NameProtocol.Llmnr, _alice, "wpad"), _mallory, [_mallory.V4]);
        Show(lan, _alice, _mallory, "CORP", "alice", "PC7", scheme, step, isAnonymous);
        Assert.Empty(lan.Of("credentials-exposed"));
    }

    [Theory]
    [InlineData("CORP", "alice")]
    [InlineData("", "alice")]
    [InlineData("", "")]
    [InlineData("CORP", "\u0001\u0002")]
    public void A_log_in_that_was_told_is_counted_when_it_comes_again_and_is_one_with_what_was_remembered(string domain, string user)
    {
        var lan = new FactFeeder();
        lan.Seen(_mallory);
        Show(lan, _alice, _mallory, domain, user, "PC7");
        lan.Answer(lan.Ask(NameProtocol.Llmnr, _bob, "wpad"), _mallory, [_mallory.V4]);
        Show(lan, _alice, _mallory, domain, user, "PC7");
        Show(lan, _alice, _mallory, domain, new string('x', 400), "PC7");
        Show(lan, _alice, _mallory, domain, new string('x', 400), "PC7");

        Assert.Equal(2, lan.Of("credentials-exposed").Count());
        Assert.Equal([2, 2], lan.Engine.Incidents.Incidents.Single().Findings
            .Where(static recorded => recorded.Finding.Detector.Id == "credentials-exposed").Select(static recorded => recorded.Count));
    }

    [Fact]
    public void Log_ins_to_everybody_else_are_not_told_and_what_is_remembered_is_bounded()
    {
        var lan = new FactFeeder();
        lan.Seen(_mallory);
        for (var i = 0; i < 40; i++)
            Show(lan, _alice, _mallory, "CORP", $"user{i}", "PC7");
        Assert.Empty(lan.Findings);
        lan.Answer(lan.Ask(NameProtocol.Llmnr, _bob, "wpad"), _mallory, [_mallory.V4]);
        Assert.Equal(16, lan.Of("credentials-exposed").Count());
    }

    [Theory]
    [InlineData("http://download.windowsupdate.com/x.cab", "http://203.0.113.6/x.cab", Severity.High, Confidence.Likely)]
    [InlineData("download.windowsupdate.com:443", "http://203.0.113.6/", Severity.High, Confidence.Likely)]
    [InlineData("http://download.windowsupdate.com/x.cab", "http://fe2.update.microsoft.com/", Severity.High, Confidence.Likely)]
    [InlineData("http://download.windowsupdate.com/x.cab", "http://block.corp.example/why", Severity.Medium, Confidence.Possible)]
    public void A_redirect_of_an_update_that_leaves_the_vendor_is_told(string target, string location, Severity severity, Confidence confidence)
    {
        var lan = new FactFeeder();
        Answer(lan, _proxy, _alice, 302, target, location: location);
        Assert.Equal((severity, confidence), Rated(Assert.Single(lan.Of("proxy-rewrites"))));
    }

    [Theory]
    [InlineData("http://download.windowsupdate.com/x.cab", "http://au.download.windowsupdate.com/x.cab")]
    [InlineData("http://deb.debian.org/x.deb", "http://cdn-fastly.deb.debian.org/x.deb")]
    [InlineData("http://www.example.com/x.exe", "http://203.0.113.6/x.exe")]
    [InlineData("/x.cab", "http://203.0.113.6/x.cab")]
    [InlineData("http://download.windowsupdate.com/x.cab", "/y.cab")]
    public void A_redirect_that_stays_or_that_is_no_proxys_is_not_told(string target, string location)
    {
        var lan = new FactFeeder();
        Answer(lan, _proxy, _alice, 302, target, location: location, host: "download.windowsupdate.com");
        Assert.Empty(lan.Of("proxy-rewrites"));
    }

    [Fact]
    public void Of_two_answers_the_one_that_came_another_way_is_the_forged()
    {
        var lan = new FactFeeder();
        Contradict(lan, _mallory.Mac, 57, 302, 200);
        var finding = Assert.Single(lan.Of("response-injected"));
        Assert.Equal((Severity.High, Confidence.Certain), Rated(finding));
        Assert.Equal([_mallory.Mac], finding.Suspect.Macs);
        Assert.Contains(_alice.V4, finding.Victim!.Addresses);
    }

    [Fact]
    public void Two_payloads_the_same_way_are_likely_and_both_sides_of_a_router_possible()
    {
        var lan = new FactFeeder();
        Contradict(lan, _gateway.Mac, 64, 0, 0);
        Assert.Equal((Severity.High, Confidence.Likely), Rated(Assert.Single(lan.Of("response-injected"))));

        var routed = new FactFeeder();
        routed.Deliver(routed.Packet(_gateway, _alice, 443, 50_000, 6), static (ref AddressSeen fact, ObservationLog _) => fact.ManySources = true);
        Contradict(routed, Station.Number(99).Mac, 65, 0, 0);
        Assert.Equal((Severity.Low, Confidence.Possible), Rated(Assert.Single(routed.Of("response-injected"))));
    }

    private static (Severity Severity, Confidence Confidence) Rated(Finding finding) => (finding.Severity, finding.Confidence);

    private static void Use(FactFeeder lan, Station client, Station proxy, string host) =>
        lan.Deliver(lan.Packet(client, proxy, 50_000, 3128, 6), (ref ProxyUsed fact, ObservationLog log) =>
        {
            fact.Protocol = ProxyProtocol.HttpConnect;
            fact.Host = log.Keep(Encoding.ASCII.GetBytes(host));
            fact.Port = 443;
            fact.FirstFrameNumber = lan.Frame;
        });

    private static void Show(
        FactFeeder lan, Station client, Station server, string domain, string user, string workstation, CredentialScheme scheme = CredentialScheme.Ntlm,
        CredentialStep step = CredentialStep.Authenticate, bool isAnonymous = false) =>
        lan.Deliver(lan.Packet(client, server, 50_001, 445, 6), (ref CredentialsShown fact, ObservationLog log) =>
        {
            fact.Carrier = CredentialCarrier.Smb2;
            (fact.Scheme, fact.Step, fact.IsAnonymous) = (scheme, step, isAnonymous);
            fact.Domain = log.Keep(Encoding.ASCII.GetBytes(domain));
            fact.User = log.Keep(Encoding.ASCII.GetBytes(user));
            fact.Workstation = log.Keep(Encoding.ASCII.GetBytes(workstation));
            fact.FirstFrameNumber = lan.Frame;
        });

    private static void Answer(
        FactFeeder lan, Station server, Station client, ushort status, string target, string schemes = "", string location = "", string host = "", string body = "") =>
        lan.Deliver(lan.Packet(server, client, 3128, 50_000, 6), (ref HttpAnswered fact, ObservationLog log) =>
        {
            fact.Status = status;
            fact.Target = log.Keep(Encoding.ASCII.GetBytes(target));
            fact.Host = log.Keep(Encoding.ASCII.GetBytes(host));
            fact.AuthenticationSchemes = log.Keep(Encoding.ASCII.GetBytes(schemes));
            fact.Location = log.Keep(Encoding.ASCII.GetBytes(location));
            fact.Body = log.Keep(Encoding.ASCII.GetBytes(body));
            (fact.FirstFrameNumber, fact.LastFrameNumber, fact.Complete) = (lan.Frame, lan.Frame, true);
        });

    private static void ServePac(FactFeeder lan, Station server, Station client, string proxy) =>
        Answer(lan, server, client, 200, "/wpad.dat", host: "wpad", body: $"function FindProxyForURL(url, host) {{ return '{proxy}'; }}");

    private void Contradict(FactFeeder lan, MacAddress firstMac, byte firstTtl, ushort firstStatus, ushort secondStatus) =>
        lan.Deliver(lan.Packet(_gateway with { V4 = IpAddress.FromV4(0xC633_6450) }, _alice, 80, 50_002, 6), (ref PayloadContradicted fact, ObservationLog log) =>
        {
            (fact.FirstSourceMac, fact.FirstTtl, fact.FirstStatus, fact.SecondStatus) = (firstMac, firstTtl, firstStatus, secondStatus);
            fact.ReturnMac = _gateway.Mac;
            fact.Length = 100;
            fact.Target = log.Keep("/setup.exe"u8);
        });
}
