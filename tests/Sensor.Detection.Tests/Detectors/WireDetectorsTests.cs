using Sensor.Core.Observations;
using Sensor.Core.Wire;
using Sensor.Detection.Incidents;
using Sensor.Detection.Trust;

namespace Sensor.Detection.Tests.Detectors;

public sealed class WireDetectorsTests
{
    private static readonly IpAddress Outside = IpAddress.FromV4(0xCB007150);

    private readonly FactFeeder _lan = new();
    private readonly Station _gateway = Station.Number(1), _alice = Station.Number(21), _bob = Station.Number(40),
        _mallory = Station.Number(166);

    [Fact]
    public void Names_who_tells_two_hosts_that_it_is_the_other()
    {
        for (var i = 0; i < 4; i++)
            Poison(_alice, _bob);
        _lan.Seen(_alice);
        Poison(_alice, _bob);

        Assert.Equal(Confidence.Certain, _lan.Of("arp-spoofing").Last().Confidence);
        Assert.All(_lan.Of("arp-spoofing"), finding => Assert.Equal([_mallory.Mac], finding.Suspect.Macs));
        Assert.Contains(_lan.Alerts, alert => alert.Finding.Victim?.Macs.Contains(_bob.Mac) == true);
    }

    [Fact]
    public void Names_who_draws_a_hosts_traffic_to_itself_with_one_lie()
    {
        FromOutside(_gateway);
        _lan.Arp(_mallory.Mac, _gateway.V4, _alice.Mac, _alice.V4);
        FromOutside(_mallory);

        var finding = Assert.Single(_lan.Of("arp-spoofing"));
        Assert.Equal((Severity.High, Confidence.Certain), (finding.Severity, finding.Confidence));
        Assert.Equal([_mallory.Mac], finding.Suspect.Macs);
    }

    [Fact]
    public void A_fail_over_with_one_move_is_quiet()
    {
        Offer();
        FromOutside(_gateway);
        _lan.Arp(_gateway.Mac, _gateway.V4, _alice.Mac, _alice.V4);
        _lan.Wait(TimeSpan.FromSeconds(5));
        for (var i = 0; i < 5; i++)
        {
            _lan.Arp(_bob.Mac, _gateway.V4, MacAddress.None, _gateway.V4, operation: 1);
            _lan.Wait(TimeSpan.FromSeconds(1));
        }
        FromOutside(_bob);

        Assert.Empty(_lan.AlertsOf("arp-spoofing"));
        Assert.Empty(_lan.AlertsOf("gateway-changed"));
    }

    [Fact]
    public void Names_who_repeats_itself_at_a_beat_to_one_host_with_no_owner_in_sight()
    {
        _lan.Seen(_alice);
        for (var i = 0; i < 8; i++)
        {
            _lan.Arp(_mallory.Mac, _gateway.V4, _alice.Mac, _alice.V4);
            _lan.Wait(TimeSpan.FromSeconds(2));
        }
        var finding = Assert.Single(_lan.AlertsOf("arp-spoofing")).Finding;
        Assert.Equal((Severity.Medium, Confidence.Likely), (finding.Severity, finding.Confidence));
        Assert.Equal([_mallory.Mac], finding.Suspect.Macs);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Replies_whose_questions_are_not_seen_are_quiet(bool isAnnouncement)
    {
        for (var i = 0; i < 12; i++)
        {
            if (isAnnouncement)
                _lan.Deliver(
                    new Sighting { SourceMac = _gateway.Mac, DestinationMac = MacAddress.Broadcast },
                    (ref AddressClaimed fact, ObservationLog _) =>
                    {
                        (fact.Operation, fact.SenderMac) = (2, _gateway.Mac);
                        fact.SenderAddress = fact.TargetAddress = _gateway.V4;
                    });
            else
                _lan.Arp(_gateway.Mac, _gateway.V4, (i % 3 == 0 ? _bob : _alice).Mac, (i % 3 == 0 ? _bob : _alice).V4);
            _lan.Wait(TimeSpan.FromSeconds(isAnnouncement ? 2 : 1 + (i * i % 7)));
        }
        Assert.Empty(_lan.Of("arp-spoofing"));
    }

    [Fact]
    public void Names_who_claims_a_gateway_that_goes_on_forwarding()
    {
        _lan.Arp(_gateway.Mac, _gateway.V4, _alice.Mac, _alice.V4);
        FromOutside(_gateway);
        for (var i = 0; i < 5; i++)
        {
            _lan.Wait(TimeSpan.FromSeconds(2));
            _lan.Arp(_mallory.Mac, _gateway.V4, _alice.Mac, _alice.V4);
            FromOutside(_gateway);
        }
        Assert.Contains(_lan.AlertsOf("arp-spoofing"), alert => alert.Finding is { Severity: Severity.High, Confidence: >= Confidence.Likely });
        Assert.All(_lan.Of("arp-spoofing"), finding => Assert.Equal([_mallory.Mac], finding.Suspect.Macs));
    }

    [Fact]
    public void Records_an_address_that_two_hosts_claim_in_turn()
    {
        foreach (var from in (Station[])[_gateway, _mallory, _gateway])
        {
            _lan.Arp(from.Mac, _gateway.V4, _alice.Mac, _alice.V4);
            _lan.Wait(TimeSpan.FromSeconds(1));
        }
        var finding = Assert.Single(_lan.Of("arp-spoofing"));
        Assert.Equal(Confidence.Possible, finding.Confidence);
        Assert.Equal([_mallory.Mac], finding.Suspect.Macs);
    }

    [Fact]
    public void A_virtual_router_may_move()
    {
        var shared = new MacAddress(0x00005E000107);
        for (var i = 0; i < 6; i++)
        {
            _lan.Arp(shared, _gateway.V4, _alice.Mac, _alice.V4);
            _lan.Arp(_gateway.Mac, _gateway.V4, _alice.Mac, _alice.V4);
            _lan.Wait(TimeSpan.FromSeconds(1));
        }
        Assert.Empty(_lan.AlertsOf("arp-spoofing"));
    }

    [Fact]
    public void One_address_on_two_machines_by_accident_is_no_accusation()
    {
        var printer = _bob with { V4 = _mallory.V4 };
        for (var i = 0; i < 5; i++)
        {
            _lan.Arp(_alice.Mac, _alice.V4, MacAddress.None, _mallory.V4, operation: 1);
            _lan.Arp(_mallory.Mac, _mallory.V4, _alice.Mac, _alice.V4);
            _lan.Arp(printer.Mac, printer.V4, _alice.Mac, _alice.V4);
            _lan.Wait(TimeSpan.FromSeconds(7));
        }
        Assert.All(_lan.Of("arp-spoofing"), finding =>
            Assert.Equal((Severity.Low, Confidence.Possible), (finding.Severity, finding.Confidence)));
        Assert.NotEmpty(_lan.Of("arp-spoofing"));
    }

    [Fact]
    public void A_router_on_the_trust_list_is_never_accused()
    {
        var lan = new FactFeeder(new TrustSettings { Routers = [_mallory.Mac.ToString()] });
        for (var i = 0; i < 6; i++)
        {
            lan.Arp(_mallory.Mac, _alice.V4, _bob.Mac, _bob.V4);
            lan.Arp(_mallory.Mac, _bob.V4, _alice.Mac, _alice.V4);
            lan.Seen(_alice);
            lan.Wait(TimeSpan.FromSeconds(1));
        }
        Assert.Empty(lan.Of("arp-spoofing"));
    }

    [Fact]
    public void Names_who_advertises_itself_as_others_at_a_beat()
    {
        var (alice, bob) = (V6(_alice), V6(_bob));
        Seen6(_alice);
        Seen6(_bob);
        for (var i = 0; i < 6; i++)
        {
            Advertise(_mallory, alice, solicited: true);
            Advertise(_mallory, bob, solicited: true);
            _lan.Wait(TimeSpan.FromSeconds(1));
        }
        var alert = _lan.AlertsOf("ndp-spoofing").First();
        Assert.Equal([_mallory.Mac], alert.Finding.Suspect.Macs);
    }

    [Fact]
    public void Ordinary_neighbour_discovery_is_quiet()
    {
        for (var i = 0; i < 6; i++)
        {
            Advertise(_alice, V6(_alice), solicited: false);
            Advertise(_bob, V6(_bob), solicited: false);
            Seen6(_alice);
            _lan.Wait(TimeSpan.FromSeconds(1));
        }
        Assert.Empty(_lan.Of("ndp-spoofing"));
    }

    [Fact]
    public void Names_who_denies_newcomers_their_addresses()
    {
        for (byte i = 1; i <= 3; i++)
        {
            var newcomer = Station.Number((byte)(200 + i));
            var target = new IpAddress(0x20010DB8_00000000, i);
            _lan.Deliver(
                new Sighting { SourceMac = newcomer.Mac, DestinationMac = new MacAddress(0x3333_FF00_0001), Protocol = 58, Ttl = 255 },
                (ref NeighborSolicited fact, ObservationLog _) => fact.Target = target);
            Advertise(_mallory, target, solicited: false);
        }
        Assert.Equal(Confidence.Certain, Assert.Single(_lan.AlertsOf("ndp-spoofing")).Finding.Confidence);
    }

    [Fact]
    public void Names_a_redirect_in_the_gateways_name()
    {
        _lan.Seen(_alice);
        _lan.Arp(_gateway.Mac, _gateway.V4, _alice.Mac, _alice.V4);
        _lan.Arp(_mallory.Mac, _mallory.V4, _alice.Mac, _alice.V4);
        Redirect(_mallory with { V4 = _gateway.V4 }, _mallory.V4);

        var alert = Assert.Single(_lan.AlertsOf("icmp-redirect"));
        Assert.Equal([_mallory.Mac], alert.Finding.Suspect.Macs);
        Assert.Contains(_alice.Mac, alert.Finding.Victim!.Macs);
    }

    [Fact]
    public void Names_the_workstation_whose_mac_a_redirect_gives_not_who_has_the_address_it_names()
    {
        _lan.Seen(_alice);
        _lan.Seen(_bob);
        _lan.AskLease(_mallory);
        _lan.Seen(_mallory);
        FromOutside(_gateway);
        _lan.Deliver(_lan.Packet(_gateway, _alice, 5, 1, 1), (ref RouteRedirected fact, ObservationLog _) =>
        {
            fact.Gateway = _bob.V4;
            fact.GatewayMac = _mallory.Mac;
            fact.For = Outside;
        });
        var finding = Assert.Single(_lan.Of("icmp-redirect"));
        Assert.Equal(Confidence.Likely, finding.Confidence);
        Assert.Equal([_mallory.Mac], finding.Suspect.Macs);
    }

    [Fact]
    public void A_lone_redirect_of_a_lab_is_only_recorded()
    {
        Redirect(_gateway, _bob.V4);
        Assert.Equal((Severity.Low, Confidence.Possible), Assert.Single(_lan.Of("icmp-redirect")) is var f ? (f.Severity, f.Confidence)
            : default);
    }

    [Fact]
    public void Says_who_forwards_between_neighbours()
    {
        _lan.Seen(_alice);
        _lan.Seen(_bob);
        for (var i = 0; i < 3; i++)
            Relay(_alice, _mallory, _bob, _bob.V4);

        var finding = Assert.Single(_lan.Of("relayed-frames"));
        Assert.Equal(Confidence.Likely, finding.Confidence);
        Assert.Equal(6, finding.Frames.Length);
        Assert.Contains(_alice.V4, finding.Victim!.Addresses);
    }

    [Fact]
    public void Two_relayed_packets_are_not_enough()
    {
        _lan.Seen(_alice);
        for (var i = 0; i < 2; i++)
            Relay(_alice, _mallory, _bob, _bob.V4);
        Assert.Empty(_lan.Of("relayed-frames"));
    }

    [Fact]
    public void The_gateway_may_forward_on_both_sides_of_the_span()
    {
        Offer();
        _lan.Arp(_gateway.Mac, _gateway.V4, _alice.Mac, _alice.V4);
        for (var i = 0; i < 8; i++)
            Relay(_alice, _gateway, _bob, Outside);
        Assert.Empty(_lan.Of("relayed-frames"));
    }

    [Fact]
    public void Joined_with_a_lie_it_is_certain()
    {
        for (var i = 0; i < 4; i++)
            Poison(_alice, _bob);
        _lan.Seen(_alice);
        for (var i = 0; i < 3; i++)
            Relay(_alice, _mallory, _gateway, Outside);
        Assert.Equal(Confidence.Certain, _lan.Of("relayed-frames").Last().Confidence);
    }

    [Fact]
    public void Says_that_the_gateway_changed_while_the_old_one_speaks()
    {
        Offer();
        _lan.Arp(_gateway.Mac, _gateway.V4, _alice.Mac, _alice.V4);
        for (var i = 0; i < 2; i++)
        {
            _lan.Wait(TimeSpan.FromSeconds(2));
            _lan.Arp(_mallory.Mac, _gateway.V4, MacAddress.None, _gateway.V4);
        }
        _lan.Arp(_gateway.Mac, _gateway.V4, _alice.Mac, _alice.V4);

        var alert = Assert.Single(_lan.AlertsOf("gateway-changed"));
        Assert.Equal((Severity.Medium, Confidence.Likely), (alert.Finding.Severity, alert.Finding.Confidence));
        Assert.Equal([_mallory.Mac], alert.Finding.Suspect.Macs);
    }

    private static IpAddress V6(Station station) => new(0x20010DB8_00030000, station.V4.V4 & 0xFF);

    private void Poison(Station one, Station other)
    {
        _lan.Arp(_mallory.Mac, one.V4, other.Mac, other.V4);
        _lan.Arp(_mallory.Mac, other.V4, one.Mac, one.V4);
        _lan.Wait(TimeSpan.FromSeconds(2));
    }

    private void Offer() => _lan.OfferLease(
        _gateway, _alice, (ref LeaseOffered fact, ObservationLog log) => fact.Routers = log.Keep([_gateway.V4]));

    private void FromOutside(Station through) => _lan.Deliver(
        new Sighting
        {
            SourceMac = through.Mac,
            DestinationMac = _alice.Mac,
            Source = Outside,
            Destination = _alice.V4,
            SourcePort = 80,
            DestinationPort = 4000,
            Protocol = 6,
            Ttl = 57,
        },
        static (ref AddressSeen _, ObservationLog _) => { });

    private void Seen6(Station station) => _lan.Deliver(
        new Sighting
        {
            SourceMac = station.Mac,
            DestinationMac = _gateway.Mac,
            Source = V6(station),
            Destination = V6(_gateway),
            Protocol = 6,
            Ttl = 64,
        },
        static (ref AddressSeen _, ObservationLog _) => { });

    private void Advertise(Station from, IpAddress target, bool solicited) => _lan.Deliver(
        new Sighting
        {
            SourceMac = from.Mac,
            DestinationMac = new MacAddress(0x3333_0000_0001),
            Source = from.V6,
            Destination = new IpAddress(0xFF02_0000_0000_0000, 1),
            Protocol = 58,
            Ttl = 255,
        },
        (ref NeighborAdvertised fact, ObservationLog _) =>
        {
            fact.Target = target;
            fact.TargetMac = from.Mac;
            fact.Override = true;
            fact.Solicited = solicited;
        });

    private void Redirect(Station from, IpAddress to) =>
        _lan.Deliver(_lan.Packet(from, _alice, 5, 1, 1), (ref RouteRedirected fact, ObservationLog _) =>
    {
        fact.Gateway = to;
        fact.For = Outside;
        fact.Code = 1;
    });

    private void Relay(Station from, Station relay, Station next, IpAddress destination)
    {
        var first = _lan.Stamp(new Sighting { SourceMac = from.Mac, DestinationMac = relay.Mac, Protocol = 6 });
        _lan.Deliver(
            new Sighting
            {
                SourceMac = relay.Mac,
                DestinationMac = next.Mac,
                Source = from.V4,
                Destination = destination,
                Protocol = 6,
                Ttl = 63,
            },
            (ref PacketRelayed fact, ObservationLog _) =>
            {
                fact.FirstSourceMac = from.Mac;
                fact.FirstDestinationMac = relay.Mac;
                fact.FirstTtl = 64;
                fact.FirstFrameNumber = first.FrameNumber;
                fact.FirstTimestampNs = first.TimestampNs;
            });
    }
}
