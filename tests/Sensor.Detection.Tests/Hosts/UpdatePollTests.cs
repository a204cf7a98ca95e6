using System.Text;
using Sensor.Core.Observations;
using Sensor.Detection.Hosts;
using Sensor.Detection.Incidents;
using Sensor.Detection.Updates;

namespace Sensor.Detection.Tests.Hosts;

/// <summary>How hosts ask for updates, and who is in reach of a suspect.</summary>
public sealed class UpdatePollTests
{
    private readonly FactFeeder _lan = new();
    private readonly Station _alice = Station.Number(10), _bob = Station.Number(11), _carol = Station.Number(12), _mallory = Station.Number(66),
        _server = new(default, Core.Wire.IpAddress.FromV4(0xCB00710A));

    [Fact]
    public void Tells_the_ways_of_asking_apart()
    {
        Request(_alice, "/v9/windowsupdate/redir/muv4wuredir.cab", "download.windowsupdate.com");
        Request(_bob, "/ClientWebService/client.asmx", "wsus.corp.example:8530");
        Request(_carol, "http://aus5.mozilla.org/update.xml", "aus5.mozilla.org");
        Request(_mallory, "/index.html", "www.example.com");
        Hello(_carol, "fe3.update.microsoft.com");
        Answered(_carol, "fe3.update.microsoft.com", 0x0301);

        Assert.Equal(ExposureKinds.UpdatesDirect | ExposureKinds.UpdatesInClear, Of(_alice)!.Kinds);
        Assert.Equal(ExposureKinds.UpdatesByWsus | ExposureKinds.UpdatesInClear, Of(_bob)!.Kinds);
        Assert.Equal(ExposureKinds.UpdatesByProxy | ExposureKinds.UpdatesInClear | ExposureKinds.UpdatesDirect | ExposureKinds.UpdatesByOldTls, Of(_carol)!.Kinds);
        Assert.Null(Of(_mallory));
    }

    [Fact]
    public void Tls_1_2_is_not_old_and_another_vendor_is_no_poll_of_windows()
    {
        Hello(_alice, "aus5.mozilla.org");
        Answered(_alice, "aus5.mozilla.org", 0x0303);
        var line = Of(_alice)!;
        Assert.Equal(ExposureKinds.UpdatesDirect, line.Kinds);
        Assert.Equal((0L, 0L), (line.LastPollNs, line.NextPollNs));
        Assert.NotEqual(0, line.LastUpdateNs);
    }

    [Fact]
    public void Windows_asks_again_within_22_hours_of_its_last_poll()
    {
        Hello(_alice, "sls.update.microsoft.com");
        _lan.Wait(TimeSpan.FromHours(3));
        var last = Hello(_alice, "sls.update.microsoft.com");
        Assert.Equal(last.TimestampNs, Of(_alice)!.LastPollNs);
        Assert.Equal(last.TimestampNs + (22L * 3600 * 1_000_000_000), Of(_alice)!.NextPollNs);
    }

    [Fact]
    public void A_proxy_that_asks_for_its_clients_is_not_listed()
    {
        _lan.Deliver(_lan.Packet(_alice, _bob, 50_000, 3128, 6), (ref ProxyUsed fact, ObservationLog log) =>
        {
            fact.Protocol = ProxyProtocol.HttpAbsolute;
            fact.Host = log.Keep("download.windowsupdate.com"u8);
            fact.Port = 80;
        });
        Request(_bob, "/x.cab", "download.windowsupdate.com");
        Assert.Null(Of(_bob));
    }

    [Fact]
    public void Known_hosts_cost_no_allocation()
    {
        var table = new UpdatePollTable(UpdateCatalog.BuiltIn, _lan.Engine.Proxies);
        var log = new ObservationLog();
        var bus = new ObservationBus();
        table.Subscribe(bus);
        Assert.Equal(0, Allocations.Least(Play));

        void Play()
        {
            log.Clear();
            ref var fact = ref log.Add<HttpRequested>(_lan.Packet(_alice, _server, 50_000, 80, 6));
            fact.Target = log.Keep("/v9/wuident.cab"u8);
            fact.Host = log.Keep("download.windowsupdate.com"u8);
            log.Deliver(0, bus);
        }
    }

    [Fact]
    public void In_reach_are_those_who_look_for_wpad_or_poll_and_are_not_lost_yet()
    {
        foreach (var station in new[] { _alice, _bob, _carol, _mallory })
            _lan.Seen(station);
        Hello(_bob, "sls.update.microsoft.com");
        _lan.Ask(Core.Observations.NameProtocol.Llmnr, _carol, "printer");
        _lan.Answer(_lan.Ask(Core.Observations.NameProtocol.Nbns, _alice, "wpad"), _mallory, [_mallory.V4]);
        _lan.Segment = 1;
        Hello(Station.Number(13), "sls.update.microsoft.com");

        var incident = Assert.Single(_lan.Engine.Incidents.Incidents);
        var reach = Reach.Of(incident, _lan.Engine.Exposure.All);
        Assert.Equal([_alice.Mac, _bob.Mac], reach.Select(static host => host.Exposed.Host.Macs[0]));
        Assert.Equal([Stage.Lure, null], reach.Select(static host => host.Reached));
        Assert.NotEqual(0, reach[1].Exposed.NextPollNs);
    }

    private ExposedHost? Of(Station station) =>
        _lan.Engine.Exposure.All.SingleOrDefault(exposed => exposed.Host.Addresses.Contains(station.V4));

    private void Request(Station client, string target, string host) =>
        _lan.Deliver(_lan.Packet(client, _server, 50_000, 80, 6), (ref HttpRequested fact, ObservationLog log) =>
        {
            fact.Method = log.Keep("GET"u8);
            fact.Target = log.Keep(Encoding.ASCII.GetBytes(target));
            fact.Host = log.Keep(Encoding.ASCII.GetBytes(host));
        });

    private Sighting Hello(Station client, string name) =>
        _lan.Deliver(_lan.Packet(client, _server, 50_001, 443, 6), (ref TlsAsked fact, ObservationLog log) =>
            fact.ServerName = log.Keep(Encoding.ASCII.GetBytes(name)));

    private void Answered(Station client, string name, ushort version) =>
        _lan.Deliver(_lan.Packet(_server, client, 443, 50_001, 6), (ref TlsAnswered fact, ObservationLog log) =>
        {
            fact.Version = version;
            fact.ServerName = log.Keep(Encoding.ASCII.GetBytes(name));
        });
}
