using Sensor.Core.Observations;
using Sensor.Core.Wire;
using Sensor.Detection.Incidents;

namespace Sensor.Detection.Tests.Detectors;

/// <summary>ARP spoofing where the gateway never speaks for itself: it is known only by the packets from outside that it brings.</summary>
public sealed class SilentGatewayTests
{
    private const string Detector = "arp-spoofing";

    private readonly FactFeeder _lan = new();
    private readonly Station _gateway = Station.Number(1), _alice = Station.Number(21), _mallory = Station.Number(166);
    private uint _outside = 0x08080808;

    [Fact]
    public void Names_who_repeats_to_be_the_gateway_that_goes_on_forwarding()
    {
        Browse(_gateway);
        for (var i = 0; i < 4; i++)
        {
            _lan.Wait(TimeSpan.FromSeconds(1 + (i % 3)));
            _lan.Arp(_mallory.Mac, _gateway.V4, _alice.Mac, _alice.V4);
        }
        Browse(_gateway);

        var finding = Assert.Single(_lan.AlertsOf(Detector)).Finding;
        Assert.Equal((Severity.High, Confidence.Likely), (finding.Severity, finding.Confidence));
        Assert.Equal([_mallory.Mac], finding.Suspect.Macs);
        Assert.Equal([_alice.Mac], finding.Victim!.Macs);
    }

    [Fact]
    public void Names_who_passes_on_the_packets_of_a_host_it_lied_to()
    {
        Browse(_gateway);
        _lan.Arp(_mallory.Mac, _gateway.V4, _alice.Mac, _alice.V4);
        Forward(_mallory, _alice.V4, Next());

        var finding = Assert.Single(_lan.AlertsOf(Detector)).Finding;
        Assert.Equal((Severity.High, Confidence.Certain), (finding.Severity, finding.Confidence));
        Assert.Equal([_alice.V4], finding.Victim!.Addresses);
    }

    [Fact]
    public void A_router_that_takes_over_while_the_old_one_falls_silent_is_quiet()
    {
        Browse(_gateway);
        for (var i = 0; i < 5; i++)
        {
            _lan.Arp(_mallory.Mac, _gateway.V4, _alice.Mac, _alice.V4);
            _lan.Wait(TimeSpan.FromSeconds(1 + (i % 2 * 3)));
        }

        Assert.Empty(_lan.AlertsOf(Detector));
    }

    [Fact]
    public void A_virtual_router_MAC_beside_the_cards_that_forward_is_quiet()
    {
        var virtualMac = new MacAddress(0x0000_5E00_0101);
        Browse(_gateway);
        for (var i = 0; i < 6; i++)
        {
            _lan.Arp(virtualMac, _gateway.V4, _alice.Mac, _alice.V4);
            Browse(_gateway);
        }

        Assert.Empty(_lan.Of(Detector));
    }

    [Fact]
    public void Answers_to_a_poller_that_is_seen_one_way_only_are_quiet()
    {
        var server = Station.Number(50);
        for (var i = 0; i < 60; i++)
        {
            _lan.Arp(server.Mac, server.V4, _alice.Mac, _alice.V4);
            if (i % 10 == 0)
                Forward(_gateway, Next(), _alice.V4);
            _lan.Wait(TimeSpan.FromSeconds(1));
        }

        Assert.Empty(_lan.AlertsOf(Detector));
        Assert.DoesNotContain(_lan.Of(Detector), finding => finding.Confidence >= Confidence.Likely);
    }

    // Alice asks somebody outside and gets an answer through the router.
    private void Browse(Station router)
    {
        var outside = Next();
        _lan.Deliver(
            new Sighting { SourceMac = _alice.Mac, DestinationMac = router.Mac, Source = _alice.V4, Destination = outside, Protocol = 6, Ttl = 64 },
            (ref AddressSeen _, ObservationLog _) => { });
        Forward(router, outside, _alice.V4);
    }

    private IpAddress Next() => IpAddress.FromV4(_outside += 0x00010101);

    private void Forward(Station router, IpAddress from, IpAddress to) => _lan.Deliver(
        new Sighting { SourceMac = router.Mac, DestinationMac = _alice.Mac, Source = from, Destination = to, Protocol = 6, Ttl = 57 },
        (ref AddressSeen _, ObservationLog _) => { });
}
