using System.Text;
using Sensor.Core.Observations;
using Sensor.Detection.Incidents;
using Sensor.Detection.Trust;

namespace Sensor.Detection.Tests.Detectors;

/// <summary>The sum of a lure, a PAC and an answered update request, for one suspect and one victim.</summary>
public sealed class FlameReplicationTests
{
    private readonly Station _alice = Station.Number(10), _bob = Station.Number(11), _mallory = Station.Number(66), _third = Station.Number(77),
        _gateway = Station.Number(1);

    [Theory]
    [InlineData(NameProtocol.Nbns)]
    [InlineData(NameProtocol.Llmnr)]
    [InlineData(NameProtocol.Mdns)]
    public void Lure_pac_and_update_of_one_host_are_the_sum(NameProtocol protocol)
    {
        var lan = new FactFeeder();
        Lure(lan, protocol, _alice);
        ServePac(lan, _mallory, _alice, "192.168.1.66:8080");
        Assert.Empty(lan.Of("flame-replication"));
        Update(lan, _mallory, _alice);

        var finding = Assert.Single(lan.Of("flame-replication"));
        Assert.Equal((Severity.Critical, Confidence.Certain), (finding.Severity, finding.Confidence));
        Assert.Equal([_mallory.Mac], finding.Suspect.Macs);
        Assert.Contains(_alice.V4, finding.Victim!.Addresses);
        var incident = Assert.Single(lan.Engine.Incidents.Incidents);
        Assert.Equal((Severity.Critical, Confidence.Certain), (incident.Severity, incident.Confidence));
        var victim = Assert.Single(incident.Victims);
        Assert.Equal(Stage.Update, victim.Furthest);
        Assert.Equal([Stage.Lure, Stage.Pac, Stage.Proxy, Stage.Update], victim.Stages.Select(static reached => reached.Stage));
        Assert.All(victim.Stages, reached => Assert.NotEmpty(reached.Frames));
        Assert.Contains("flame-replication", lan.Alerts.Select(static alert => alert.Finding.Detector.Id));
    }

    [Fact]
    public void Each_victim_has_its_own_way()
    {
        var lan = new FactFeeder();
        Lure(lan, NameProtocol.Nbns, _alice);
        Lure(lan, NameProtocol.Nbns, _bob);
        ServePac(lan, _mallory, _alice, "192.168.1.66:8080");
        ServePac(lan, _mallory, _bob, "192.168.1.66:8080");
        Update(lan, _mallory, _alice);

        Assert.Contains(_alice.V4, Assert.Single(lan.Of("flame-replication")).Victim!.Addresses);
        var incident = Assert.Single(lan.Engine.Incidents.Incidents);
        Assert.Equal([Stage.Update, Stage.Pac], incident.Victims.Select(static victim => victim.Furthest));
        Update(lan, _mallory, _bob);
        Assert.Equal(2, lan.Of("flame-replication").Count());
    }

    [Fact]
    public void A_step_that_is_missing_leaves_no_sum()
    {
        var withoutPac = new FactFeeder();
        Lure(withoutPac, NameProtocol.Nbns, _alice);
        Update(withoutPac, _mallory, _alice);
        Assert.Empty(withoutPac.Of("flame-replication"));

        var withoutLure = new FactFeeder();
        ServePac(withoutLure, _mallory, _alice, "192.168.1.66:8080");
        Update(withoutLure, _mallory, _alice);
        Assert.Empty(withoutLure.Of("flame-replication"));
    }

    [Fact]
    public void The_proxy_on_a_third_machine_belongs_to_who_handed_it_out()
    {
        var lan = new FactFeeder();
        lan.Seen(_third);
        Lure(lan, NameProtocol.Nbns, _alice);
        ServePac(lan, _mallory, _alice, "192.168.1.77:8080");
        Update(lan, _third, _alice);

        var update = Assert.Single(lan.Of("update-from-impostor"));
        Assert.Equal([_mallory.Mac], update.Suspect.Macs);
        Assert.Contains("192.168.1.77", update.Summary, StringComparison.Ordinal);
        Assert.Equal([_mallory.Mac], Assert.Single(lan.Of("flame-replication")).Suspect.Macs);
        Assert.Single(lan.Engine.Incidents.Incidents);
    }

    [Fact]
    public void The_sites_own_machine_for_all_of_it_is_quiet()
    {
        var lan = new FactFeeder(new TrustSettings { WpadHosts = ["192.168.1.66"], Proxies = ["192.168.1.66"] });
        Lure(lan, NameProtocol.Nbns, _alice);
        ServePac(lan, _mallory, _alice, "192.168.1.66:8080");
        Update(lan, _mallory, _alice);
        Assert.Empty(lan.Alerts);

        var unlisted = new FactFeeder();
        unlisted.Answer(unlisted.Ask(NameProtocol.Dns, _alice, "wpad.corp.example", server: _gateway), _gateway, [_mallory.V4]);
        ServePac(unlisted, _mallory, _alice, "192.168.1.66:8080");
        Update(unlisted, _mallory, _alice);
        Assert.Empty(unlisted.Of("flame-replication"));
        Assert.Empty(unlisted.Alerts);
    }

    private void Lure(FactFeeder lan, NameProtocol protocol, Station victim)
    {
        lan.Seen(_mallory);
        lan.Seen(victim);
        lan.Answer(lan.Ask(protocol, victim, protocol == NameProtocol.Mdns ? "wpad.local" : "wpad"), _mallory, [_mallory.V4]);
    }

    private static void ServePac(FactFeeder lan, Station server, Station client, string proxy) =>
        lan.Deliver(lan.Packet(server, client, 80, 50_000, 6), (ref HttpAnswered fact, ObservationLog log) =>
        {
            fact.Status = 200;
            fact.Complete = true;
            fact.Target = log.Keep("/wpad.dat"u8);
            fact.Host = log.Keep("wpad"u8);
            fact.ContentType = log.Keep("application/x-ns-proxy-autoconfig"u8);
            var body = Encoding.ASCII.GetBytes($"function FindProxyForURL(url, host) {{ return \"PROXY {proxy}\"; }}");
            fact.Body = log.Keep(body);
            fact.BodyLength = body.Length;
        });

    private static void Update(FactFeeder lan, Station proxy, Station client)
    {
        lan.Deliver(lan.Packet(client, proxy, 50_001, 8080, 6), (ref ProxyUsed fact, ObservationLog log) =>
        {
            fact.Protocol = ProxyProtocol.HttpAbsolute;
            fact.Host = log.Keep("download.windowsupdate.com"u8);
            fact.Port = 80;
        });
        lan.Deliver(lan.Packet(proxy, client, 8080, 50_001, 6), (ref HttpAnswered fact, ObservationLog log) =>
        {
            fact.Status = 200;
            fact.Target = log.Keep("http://download.windowsupdate.com/v9/windowsupdate/redir/muv4wuredir.cab"u8);
            fact.Host = log.Keep("download.windowsupdate.com"u8);
            fact.ContentType = log.Keep("application/octet-stream"u8);
        });
    }
}
