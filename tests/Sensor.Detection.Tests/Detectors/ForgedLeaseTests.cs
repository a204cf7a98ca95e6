using Sensor.Core.Observations;
using Sensor.Core.Wire;
using Sensor.Detection.Incidents;

namespace Sensor.Detection.Tests.Detectors;

/// <summary>Answers in the true server's name, faster than it: what they say must tell, not who came first.</summary>
public sealed class ForgedLeaseTests
{
    private const byte Discover = 1, Request = 3, Inform = 8;
    private const string Evil = "http://192.168.1.166/wpad.dat";

    private readonly Station _gateway = Station.Number(1), _dns = Station.Number(5), _alice = Station.Number(21);
    private readonly Station _mallory = Station.Number(166);
    private readonly FactFeeder _lan = new();

    private Station AsGateway => _mallory with { V4 = _gateway.V4 };

    [Theory]
    [InlineData("")]
    [InlineData(Evil)]
    public void Names_the_forger_that_was_faster_than_the_true_server(string wpad)
    {
        _lan.AskLease(_alice, Request);
        Lease(AsGateway, seconds: 13, [_mallory.V4, IpAddress.AnyV4], wpad);
        Lease(_gateway, seconds: 86_400, [_dns.V4]);

        Assert.All(_lan.Alerts, alert => Assert.Equal([_mallory.Mac], alert.Finding.Suspect.Macs));
        Assert.Equal(Confidence.Certain, _lan.Of("rogue-dhcp-server").Last().Confidence);
        Assert.Equal(Confidence.Certain, Assert.Single(_lan.AlertsOf("dhcp-identity-mismatch")).Finding.Confidence);
    }

    [Fact]
    public void Of_two_with_one_identity_and_no_sign_neither_is_accused()
    {
        _lan.AskLease(_alice, Request);
        Lease(AsGateway, seconds: 3600, [_mallory.V4]);
        Lease(_gateway, seconds: 3600, [_dns.V4]);
        Assert.Empty(_lan.Alerts);
        Assert.NotEmpty(_lan.Of("dhcp-identity-mismatch"));
        Assert.All(_lan.Findings, finding => Assert.Equal(Confidence.Possible, finding.Confidence));
    }

    [Fact]
    public void Names_a_lone_server_with_a_lease_of_seconds_and_a_dns_server_of_zeros()
    {
        _lan.AskLease(_alice, Discover);
        Lease(AsGateway, seconds: 13, [_mallory.V4, IpAddress.AnyV4]);
        var alert = Assert.Single(_lan.AlertsOf("rogue-dhcp-server"));
        Assert.Equal((Severity.Medium, Confidence.Likely), (alert.Finding.Severity, alert.Finding.Confidence));
    }

    [Theory]
    [InlineData(30u, false)]
    [InlineData(3600u, true)]
    public void One_of_the_two_marks_alone_is_no_accusation(uint seconds, bool hasZeros)
    {
        _lan.AskLease(_alice, Discover);
        Lease(_gateway, seconds, hasZeros ? [_dns.V4, IpAddress.AnyV4] : [_dns.V4]);
        Assert.Empty(_lan.Findings);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Names_who_answers_an_inform_with_a_url_that_the_leasing_server_does_not_give(bool isSelf)
    {
        _lan.AskLease(_alice, Request);
        Lease(_gateway, seconds: 86_400, [_dns.V4]);
        _lan.AskLease(_alice, Inform, xid: 9);
        _lan.OfferLease(_mallory, _alice with { V4 = IpAddress.AnyV4 }, (ref LeaseOffered fact, ObservationLog log) =>
        {
            fact.HasWpad = true;
            fact.Wpad = log.Keep(isSelf ? "http://192.168.1.166/wpad.dat"u8 : "http://pac.corp.example/p.pac"u8);
        }, xid: 9);
        Assert.Equal(isSelf ? 1 : 0, _lan.AlertsOf("rogue-dhcp-wpad").Count());
    }

    [Theory]
    [InlineData(0x3C52_82CC_0000UL, 1UL, false)]
    [InlineData(0x6400_0000_0000UL, 0x0100_0001UL, true)]
    public void Granted_leases_quiet_a_class_room_but_not_made_up_addresses(ulong first, ulong step, bool alerts)
    {
        for (ulong i = 0; i < 60; i++)
        {
            var client = new Station(new MacAddress(first + (i * step)), IpAddress.FromV4(0xC0A80114u + (uint)i));
            _lan.AskLease(client, Discover, xid: (uint)i);
            _lan.AskLease(client, Request, xid: (uint)i);
            _lan.OfferLease(_gateway, client, (ref LeaseOffered fact, ObservationLog _) => fact.LeaseSeconds = 3600, xid: (uint)i);
        }
        Assert.Equal(alerts, _lan.AlertsOf("dhcp-starvation").Any());
    }

    [Theory]
    [InlineData(64, true)]
    [InlineData(255, false)]
    public void An_advertisement_that_was_forwarded_cannot_be_this_links(byte hopLimit, bool alerts)
    {
        Advertise(_mallory, lifetime: 0, hopLimit, hasDns: true, hasLinkOption: false);
        Assert.Equal(alerts, _lan.AlertsOf("rogue-router-advert").Any());
    }

    [Theory]
    [InlineData(true, false, false)]
    [InlineData(false, false, true)]
    [InlineData(true, true, true)]
    public void A_resolver_that_announces_itself_by_the_rules_is_only_recorded(bool hasLinkOption, bool servesDhcpv6, bool alerts)
    {
        if (servesDhcpv6)
            Offer6(_mallory);
        for (var i = 0; i < 4; i++)
        {
            Advertise(_gateway, lifetime: 1800, hopLimit: 255, hasDns: false, hasLinkOption: true);
            _lan.Wait(TimeSpan.FromSeconds(60));
            Advertise(_mallory, lifetime: 0, hopLimit: 255, hasDns: true, hasLinkOption);
        }
        Assert.Equal(alerts, _lan.AlertsOf("rogue-router-advert").Any());
        Assert.NotEmpty(_lan.Of("rogue-router-advert"));
    }

    private void Lease(Station server, uint seconds, IpAddress[] dns, string wpad = "") =>
        _lan.OfferLease(server, _alice, (ref LeaseOffered fact, ObservationLog log) =>
        {
            fact.LeaseSeconds = seconds;
            fact.Routers = log.Keep([_gateway.V4]);
            fact.DnsServers = log.Keep(dns);
            fact.HasWpad = wpad.Length > 0;
            fact.Wpad = log.Keep(System.Text.Encoding.ASCII.GetBytes(wpad));
        });

    private void Offer6(Station server) => _lan.Deliver(
        _lan.Packet(server, _alice, 547, 546) with { Source = server.V6, Destination = _alice.V6 },
        (ref Dhcpv6Offered fact, ObservationLog log) =>
        {
            fact.MessageType = 2;
            fact.ServerDuid = log.Keep("\0\u0003\0\u0001"u8);
        });

    private void Advertise(Station router, ushort lifetime, byte hopLimit, bool hasDns, bool hasLinkOption) => _lan.Deliver(
        new Sighting
        {
            SourceMac = router.Mac,
            DestinationMac = new MacAddress(0x3333_0000_0001),
            Source = router.V6,
            Destination = new IpAddress(0xFF02_0000_0000_0000, 1),
            Protocol = 58,
            Ttl = hopLimit,
        },
        (ref RouterAdvertised fact, ObservationLog log) =>
        {
            fact.RouterLifetime = lifetime;
            if (hasLinkOption)
                fact.SourceMac = router.Mac;
            if (hasDns)
                fact.DnsServers = log.Keep([router.V6]);
            if (lifetime > 0)
                fact.Prefixes = log.Keep([new IpAddress(0x20010DB8_00000000, 0)]);
        });
}
