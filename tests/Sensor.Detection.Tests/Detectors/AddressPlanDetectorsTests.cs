using System.Text;
using Sensor.Core.Observations;
using Sensor.Core.Wire;
using Sensor.Detection.Incidents;
using Sensor.Detection.Snapshots;
using Sensor.Detection.Trust;

namespace Sensor.Detection.Tests.Detectors;

public sealed class AddressPlanDetectorsTests
{
    private const byte Discover = 1, Offer = 2, Nak = 6;
    private const string Site = "http://pac.corp.example/p.pac", Evil = "http://192.168.1.166/wpad.dat";

    private readonly Station _gateway = Station.Number(1), _second = Station.Number(2) with { Mac = new MacAddress(0x0200_0000_0102) };
    private readonly Station _alice = Station.Number(21), _mallory = Station.Number(166);
    private FactFeeder _lan = new();

    [Fact]
    public void One_server_with_one_url_is_an_exposure()
    {
        for (byte i = 0; i < 5; i++)
            Lease(_gateway, Station.Number((byte)(50 + i)), wpad: Site, xid: i);
        var finding = Assert.Single(_lan.Of("rogue-dhcp-wpad"));
        Assert.Equal((Severity.Low, Confidence.Possible), Rating(finding));
        Assert.Empty(_lan.Alerts);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(Site)]
    public void Names_the_server_whose_url_the_other_does_not_give(string? others)
    {
        for (byte i = 0; i < 3; i++)
            Lease(_gateway, Station.Number((byte)(50 + i)), wpad: others, xid: i);
        _lan.AskLease(_alice, Discover, xid: 9);
        Answer(_mallory, _alice, wpad: Evil, type: Offer, xid: 9);
        Answer(_gateway, _alice, wpad: others, type: Offer, xid: 9);

        Assert.All(_lan.AlertsOf("rogue-dhcp-wpad"), alert => Assert.Equal([_mallory.Mac], alert.Finding.Suspect.Macs));
        var last = _lan.AlertsOf("rogue-dhcp-wpad").Last().Finding;
        Assert.Contains(Evil, last.Summary, StringComparison.Ordinal);
        Assert.Equal([_alice.Mac], last.Victim!.Macs);
    }

    [Fact]
    public void Names_the_first_answer_when_the_true_server_gives_no_url()
    {
        _lan.AskLease(_alice, Discover);
        Answer(_mallory, _alice, wpad: Evil, type: Offer);
        Answer(_gateway, _alice, type: Offer);
        Assert.Equal([_mallory.Mac], Assert.Single(_lan.AlertsOf("rogue-dhcp-wpad")).Finding.Suspect.Macs);
    }

    [Fact]
    public void A_fail_over_pair_with_one_plan_is_quiet()
    {
        for (byte i = 0; i < 6; i++)
        {
            var client = Station.Number((byte)(50 + i));
            _lan.AskLease(client, Discover, xid: i);
            Answer(_gateway, client, wpad: Site, type: Offer, xid: i);
            Answer(_second, client, wpad: Site + "\0", type: Offer, xid: i);
            Answer(_second, client, type: Nak, xid: i, empty: true);
            Answer(_gateway, client, wpad: Site, xid: i);
        }
        Assert.Empty(_lan.Alerts);
    }

    [Fact]
    public void Says_that_a_server_changed_its_url()
    {
        Lease(_gateway, _alice, wpad: Site, xid: 1);
        Lease(_gateway, _alice, wpad: Evil, xid: 2);
        Assert.Equal((Severity.High, Confidence.Likely), Rating(Assert.Single(_lan.AlertsOf("rogue-dhcp-wpad")).Finding));
    }

    [Fact]
    public void Names_an_answer_with_the_servers_identity_and_a_foreign_mac()
    {
        _lan.Seen(_gateway);
        for (byte i = 0; i < 2; i++)
            Lease(_gateway, Station.Number((byte)(50 + i)), xid: i);
        _lan.AskLease(_alice, Discover, xid: 9);
        Answer(_mallory with { V4 = _gateway.V4 }, _alice, wpad: Evil, xid: 9);

        Assert.Equal([_mallory.Mac], _lan.AlertsOf("dhcp-identity-mismatch").First().Finding.Suspect.Macs);
        Assert.Equal(Confidence.Certain, _lan.AlertsOf("rogue-dhcp-wpad").Last().Finding.Confidence);
        Assert.All(_lan.Alerts, alert => Assert.Equal([_mallory.Mac], alert.Finding.Suspect.Macs));
    }

    [Fact]
    public void A_server_identifier_of_its_own_second_address_is_only_recorded()
    {
        Answer(_gateway, _alice, identifier: Station.Number(99).V4);
        Assert.Equal((Severity.Low, Confidence.Possible), Rating(Assert.Single(_lan.Of("dhcp-identity-mismatch"))));
    }

    [Fact]
    public void A_trusted_server_and_a_trusted_url_are_quiet()
    {
        _lan = new FactFeeder(new TrustSettings { DhcpServers = [_gateway.V4.ToString()] });
        Lease(_gateway, _alice, wpad: Site);
        Assert.Empty(_lan.Of("rogue-dhcp-wpad"));
        _lan = new FactFeeder(new TrustSettings { PacUrls = [Site] });
        Lease(_gateway, _alice, wpad: Site + "\n");
        Assert.Empty(_lan.Of("rogue-dhcp-wpad"));
    }

    [Fact]
    public void Names_a_server_that_is_not_on_the_list()
    {
        _lan = new FactFeeder(new TrustSettings { DhcpServers = [_gateway.V4.ToString()] });
        Lease(_mallory, _alice, router: _mallory);
        Assert.Equal([_mallory.Mac], Assert.Single(_lan.AlertsOf("rogue-dhcp-server")).Finding.Suspect.Macs);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Names_the_second_server_with_another_plan_whoever_is_faster(bool rogueFirst)
    {
        for (byte i = 0; i < 3; i++)
            Lease(_gateway, Station.Number((byte)(50 + i)), xid: i);
        _lan.AskLease(_alice, Discover, xid: 9);
        var (first, then) = rogueFirst ? (_mallory, _gateway) : (_gateway, _mallory);
        Answer(first, _alice, router: first, type: Offer, xid: 9);
        Answer(then, _alice, router: then, type: Offer, xid: 9);
        var alert = _lan.AlertsOf("rogue-dhcp-server").Last();
        Assert.Equal([_mallory.Mac], alert.Finding.Suspect.Macs);
        Assert.Equal(Severity.High, alert.Finding.Severity);
    }

    [Fact]
    public void Two_networks_in_one_file_are_no_accusation()
    {
        for (byte i = 0; i < 4; i++)
            Lease(_gateway, Station.Number((byte)(50 + i)), xid: i);
        _lan.Wait(TimeSpan.FromHours(20));
        var otherGateway = new Station(new MacAddress(0x02BB_0000_0001), IpAddress.FromV4(0x0A000001));
        var otherClient = new Station(new MacAddress(0x02BB_0000_0015), IpAddress.FromV4(0x0A000015));
        Lease(otherGateway, otherClient, router: otherGateway, xid: 77);
        Assert.Empty(_lan.Alerts);
    }

    [Theory]
    [InlineData("x'&touch /tmp/a&'", Confidence.Certain)]
    [InlineData("http://x/$(id)", Confidence.Certain)]
    [InlineData("http://x/wpad.dat;reboot now", Confidence.Likely)]
    [InlineData("http://x/'", Confidence.Likely)]
    [InlineData("\\\\evil\\share\\wpad.dat", Confidence.Likely)]
    [InlineData("file://evil/share/wpad.dat", Confidence.Likely)]
    [InlineData("ftp://x/wpad.dat", Confidence.Likely)]
    [InlineData("http://x/\u0007wpad.dat", Confidence.Likely)]
    [InlineData("http://good/p.pac\0http://evil/", Confidence.Likely)]
    public void Names_an_option_that_is_no_web_address(string value, Confidence confidence)
    {
        Lease(_mallory, _alice, wpad: value);
        var alert = Assert.Single(_lan.AlertsOf("dhcp-wpad-malformed"));
        Assert.Equal(confidence, alert.Finding.Confidence);
        Assert.DoesNotContain(alert.Finding.Summary, char.IsControl);
    }

    [Theory]
    [InlineData("http://pac.corp.example/p.pac?a=1&b=2")]
    [InlineData("HTTPS://pac.corp.example/p;v=1/p.pac\0")]
    [InlineData("http://pac.corp.example/p.pac \r\n\0")]
    [InlineData("\0")]
    [InlineData("\n")]
    [InlineData("\"\\n\"")]
    [InlineData("")]
    public void Takes_an_honest_option_as_it_is(string value)
    {
        Lease(_gateway, _alice, wpad: value);
        Assert.Empty(_lan.Of("dhcp-wpad-malformed"));
    }

    [Fact]
    public void A_value_without_a_scheme_is_only_recorded()
    {
        Lease(_gateway, _alice, wpad: "pac.corp.example/p.pac");
        Assert.Equal(Confidence.Possible, Assert.Single(_lan.Of("dhcp-wpad-malformed")).Confidence);
    }

    [Fact]
    public void Names_one_source_that_asks_for_many_clients()
    {
        for (byte i = 0; i < 20; i++)
            Ask(_mallory.Mac, new MacAddress(0x66_0000_0000_00UL + i));
        Assert.Equal(Confidence.Certain, _lan.AlertsOf("dhcp-starvation").Last().Finding.Confidence);
    }

    [Fact]
    public void Names_a_flood_of_clients_that_never_live()
    {
        for (ulong i = 0; i < 60; i++)
            Ask(new MacAddress(0x66_0000_0000_00UL + (i * 0x10001)), new MacAddress(0x66_0000_0000_00UL + (i * 0x10001)));
        Assert.NotEmpty(_lan.AlertsOf("dhcp-starvation"));
    }

    [Fact]
    public void A_class_room_in_the_morning_is_quiet()
    {
        for (byte i = 0; i < 120; i++)
        {
            var pupil = new Station(new MacAddress(0x3C52_8211_0000UL + i), IpAddress.FromV4(0xC0A80114u + i));
            Ask(pupil.Mac, pupil.Mac);
            Lease(_gateway, pupil, xid: i);
            _lan.Arp(pupil.Mac, pupil.V4, MacAddress.None, pupil.V4, operation: 1);
            _lan.Seen(pupil);
            _lan.Wait(TimeSpan.FromSeconds(0.4));
        }
        Assert.Empty(_lan.AlertsOf("dhcp-starvation"));
    }

    [Fact]
    public void Names_a_dhcpv6_server_that_names_itself_and_leases_link_local_addresses()
    {
        Offer6(_mallory, _mallory.V6, lease: new IpAddress(0xFE80_0000_0000_0000, 0x1234), validSeconds: 300);
        Assert.Equal([_mallory.Mac], Assert.Single(_lan.AlertsOf("rogue-dhcpv6-dns")).Finding.Suspect.Macs);
    }

    [Fact]
    public void The_sites_dhcpv6_server_is_noted_only()
    {
        var dns = new IpAddress(0x20010DB8_00000000, 0x35);
        Offer6(_gateway, dns, lease: new IpAddress(0x20010DB8_00000000, 0x1234), validSeconds: 86_400);
        Assert.Equal((Severity.Info, Confidence.Possible), Rating(Assert.Single(_lan.Of("rogue-dhcpv6-dns"))));
    }

    [Fact]
    public void A_home_router_that_names_itself_is_quiet()
    {
        Advertise(_gateway, lifetime: 1800);
        Offer6(_gateway, _gateway.V6, lease: new IpAddress(0x20010DB8_00000000, 0x1234), validSeconds: 300);
        Assert.Empty(_lan.Alerts);
    }

    [Fact]
    public void Names_who_kills_the_router_in_its_name_even_before_the_router_is_heard()
    {
        var router = new Station(new MacAddress(0x6400_6A5B_8EB3), default, new IpAddress(0xFE80_0000_0000_0000, 0x6600_6AFF_FE5B_8EB3));
        Advertise(_mallory with { V6 = router.V6 }, lifetime: 0, preference: 1);
        Assert.Equal(Confidence.Likely, Assert.Single(_lan.AlertsOf("rogue-router-advert")).Finding.Confidence);

        Advertise(router, lifetime: 30);
        Advertise(_mallory with { V6 = router.V6 }, lifetime: 0, preference: 1);
        Assert.All(_lan.AlertsOf("rogue-router-advert"), alert => Assert.Equal([_mallory.Mac], alert.Finding.Suspect.Macs));
        Assert.Equal(Confidence.Certain, _lan.AlertsOf("rogue-router-advert").Last().Finding.Confidence);
    }

    [Fact]
    public void The_one_router_two_alike_and_a_good_bye_are_quiet()
    {
        for (var i = 0; i < 4; i++)
        {
            Advertise(_gateway, lifetime: 1800);
            Advertise(_second, lifetime: 1800);
            _lan.Wait(TimeSpan.FromSeconds(200));
        }
        Advertise(_second, lifetime: 0);
        Assert.Empty(_lan.Of("rogue-router-advert"));
    }

    [Fact]
    public void Names_a_router_that_appears_with_another_prefix()
    {
        for (var i = 0; i < 3; i++)
        {
            Advertise(_gateway, lifetime: 1800);
            _lan.Wait(TimeSpan.FromSeconds(200));
        }
        Advertise(_mallory, lifetime: 1800, prefix: 0x20010DB8_0BAD0000);
        Assert.Equal([_mallory.Mac], Assert.Single(_lan.AlertsOf("rogue-router-advert")).Finding.Suspect.Macs);
    }

    [Fact]
    public void Lifetime_0_with_a_preference_and_dhcpv6_is_no_router()
    {
        Advertise(_mallory, lifetime: 0, preference: 1, prefix: 0, managed: true);
        Assert.Equal(Confidence.Likely, Assert.Single(_lan.AlertsOf("rogue-router-advert")).Finding.Confidence);
    }

    [Fact]
    public void A_flood_of_routers_is_named()
    {
        for (byte i = 0; i < 150; i++)
            Advertise(Station.Number((byte)(100 + i)), lifetime: 1800, prefix: 0x20010DB8_00010000UL + i);
        var alerts = _lan.AlertsOf("rogue-router-advert").ToList();
        Assert.Contains(alerts, alert => alert.Finding.Summary.Contains("in a flood", StringComparison.Ordinal));
        Assert.InRange(alerts.Count, 1, 10);
    }

    [Fact]
    public void A_flood_of_routers_says_nothing_against_the_links_own()
    {
        for (var i = 0; i < 3; i++)
        {
            Advertise(_gateway, lifetime: 1800);
            _lan.Wait(TimeSpan.FromSeconds(4));
        }
        for (byte i = 0; i < 60; i++)
            Advertise(Station.Number((byte)(100 + i)), lifetime: 1800, prefix: 0x20010DB8_00010000UL + i);
        Advertise(_gateway, lifetime: 1800);
        Assert.DoesNotContain(_lan.AlertsOf("rogue-router-advert"), alert => alert.Finding.Suspect.Macs.Contains(_gateway.Mac));
    }

    [Theory]
    [InlineData(false, 0x20010DB8_00000BAD, Confidence.Likely)]
    [InlineData(true, 0x20010DB8_00000BAD, Confidence.Possible)]
    [InlineData(false, 0x20010DB8_00000000, Confidence.Possible)]
    public void A_dhcpv6_server_that_the_links_router_knows_nothing_of(bool sendsToServers, ulong leased, Confidence confidence)
    {
        Advertise(_gateway, lifetime: 1800, managed: sendsToServers);
        Offer6(_mallory, new IpAddress(0x20010DB8_00000BAD, 0x66), new IpAddress(leased, 0x100), validSeconds: 3600);
        Assert.Equal(confidence, Assert.Single(_lan.Of("rogue-dhcpv6-dns")).Confidence);
    }

    [Fact]
    public void Advertisements_inside_a_tunnel_say_nothing_about_the_link()
    {
        Advertise(_gateway, lifetime: 1800);
        Advertise(_mallory with { V6 = _gateway.V6 }, lifetime: 0, preference: 1, inTunnel: true);
        Assert.Empty(_lan.Of("rogue-router-advert"));
    }

    private static (Severity, Confidence) Rating(Finding finding) => (finding.Severity, finding.Confidence);

    [Fact]
    public void After_a_restart_a_router_of_the_settled_ones_prefix_is_no_stranger_either()
    {
        Settle(_lan);
        var later = new FactFeeder { NowNs = _lan.NowNs + 1_000_000_000 };
        DetectionSnapshot.Apply(later.Engine, DetectionSnapshot.Take(_lan.Engine));
        foreach (var lan in (FactFeeder[])[_lan, later])
        {
            Advertise(Station.Number(2), 1800, lan: lan);
            Assert.DoesNotContain(lan.Findings, static finding => finding.Summary.Contains("another prefix", StringComparison.Ordinal));
            Advertise(Station.Number(3), 1800, prefix: 0x20010DB8_00010000, lan: lan);
            Assert.Contains(lan.Findings, static finding => finding.Summary.Contains("another prefix", StringComparison.Ordinal));
        }

        void Settle(FactFeeder lan)
        {
            for (var i = 0; i < 5; i++, lan.NowNs += 60_000_000_000)
                Advertise(Station.Number(1), 1800, lan: lan);
        }
    }

    private void Lease(Station server, Station client, string? wpad = null, Station? router = null, uint xid = 1)
    {
        _lan.AskLease(client, Discover, xid: xid);
        Answer(server, client, wpad, router, type: 5, xid: xid);
    }

    private void Answer(
        Station server, Station client, string? wpad = null, Station? router = null, byte type = 5, uint xid = 1, bool empty = false,
        IpAddress? identifier = null) =>
        _lan.OfferLease(
            server, client,
            (ref LeaseOffered fact, ObservationLog log) =>
            {
                fact.LeaseSeconds = 3600;
                fact.ServerIdentifier = identifier ?? server.V4;
                if (empty)
                    return;
                fact.Routers = log.Keep([(router ?? _gateway).V4]);
                fact.DnsServers = log.Keep([(router ?? _gateway).V4]);
                fact.HasWpad = wpad is not null;
                fact.Wpad = log.Keep(Encoding.Latin1.GetBytes(wpad ?? ""));
            },
            type, xid);

    private void Ask(MacAddress source, MacAddress client) => _lan.Deliver(
        new Sighting
        {
            SourceMac = source,
            DestinationMac = MacAddress.Broadcast,
            Source = IpAddress.AnyV4,
            Destination = IpAddress.FromV4(uint.MaxValue),
            SourcePort = 68,
            DestinationPort = 67,
            Protocol = 17,
        },
        (ref LeaseAsked fact, ObservationLog _) =>
        {
            fact.MessageType = Discover;
            fact.ClientMac = client;
            fact.TransactionId = (uint)client.Value;
        });

    private void Offer6(Station server, IpAddress dns, IpAddress lease, uint validSeconds) => _lan.Deliver(
        new Sighting
        {
            SourceMac = server.Mac,
            DestinationMac = _alice.Mac,
            Source = server.V6,
            Destination = _alice.V6,
            SourcePort = 547,
            DestinationPort = 546,
            Protocol = 17,
            Ttl = 64,
        },
        (ref Dhcpv6Offered fact, ObservationLog log) =>
        {
            fact.MessageType = 2;
            fact.ServerDuid = log.Keep("\0\u0003\0\u0001"u8);
            fact.DnsServers = log.Keep([dns]);
            fact.Addresses = log.Keep([lease]);
            fact.ValidLifetime = validSeconds;
        });

    private void Advertise(
        Station router, ushort lifetime, sbyte preference = 0, ulong prefix = 0x20010DB8_00000000, bool managed = false,
            bool inTunnel = false, FactFeeder? lan = null) => (lan ?? _lan).Deliver(
        new Sighting
        {
            SourceMac = router.Mac,
            DestinationMac = new MacAddress(0x3333_0000_0001),
            Source = router.V6,
            Destination = new IpAddress(0xFF02_0000_0000_0000, 1),
            Protocol = 58,
            Ttl = 255,
            InTunnel = inTunnel,
        },
        (ref RouterAdvertised fact, ObservationLog log) =>
        {
            fact.RouterLifetime = lifetime;
            fact.Preference = preference;
            fact.Managed = managed;
            if (prefix != 0 && lifetime > 0)
                fact.Prefixes = log.Keep([new IpAddress(prefix, 0)]);
        });
}
