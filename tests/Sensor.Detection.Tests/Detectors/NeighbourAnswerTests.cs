using Sensor.Core.Observations;
using Sensor.Core.Wire;
using Sensor.Detection.Incidents;

namespace Sensor.Detection.Tests.Detectors;

/// <summary>
/// Who answers neighbour solicitations for the addresses of others, as parasite6 does: after the owner, and once more without the mark of
/// an answer; and who denies newcomers theirs.
/// </summary>
public sealed class NeighbourAnswerTests
{
    private const int Milliseconds = 1_000_000;

    private readonly FactFeeder _lan = new();
    private readonly Station _alice = Station.Number(21), _bob = Station.Number(40), _carol = Station.Number(41),
        _mallory = Station.Number(166);

    [Fact]
    public void Names_who_answers_after_the_owners_and_then_unasked()
    {
        for (var i = 0; i < 3; i++)
        {
            foreach (var owner in (Station[])[_bob, _carol])
            {
                Ask(V6(owner));
                Answer(owner, V6(owner), isAnswer: true);
                Answer(_mallory, V6(owner), isAnswer: true);
                Answer(_mallory, V6(owner), isAnswer: false);
                _lan.Wait(TimeSpan.FromSeconds(1));
            }
        }

        Assert.All(_lan.AlertsOf("ndp-spoofing"), alert => Assert.Equal([_mallory.Mac], alert.Finding.Suspect.Macs));
        Assert.Contains(_lan.AlertsOf("ndp-spoofing"), alert => alert.Finding.Severity == Severity.High);
    }

    [Fact]
    public void Two_hosts_configured_alike_that_only_answer_raise_no_alert()
    {
        for (var i = 0; i < 6; i++)
        {
            Ask(V6(_bob));
            Answer(_bob, V6(_bob), isAnswer: true);
            Answer(_carol, V6(_bob), isAnswer: true);
            _lan.Wait(TimeSpan.FromSeconds(1));
        }

        Assert.Empty(_lan.AlertsOf("ndp-spoofing"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Names_who_denies_a_newcomer_every_address_as_another_card_each_time(bool areReal)
    {
        for (byte i = 1; i <= 4; i++)
        {
            var (target, denier) = (new IpAddress(0x20010DB8_00030000, i), Station.Number((byte)(200 + i)));
            if (areReal)
                Use(denier, target);
            Probe(target);
            Deny(denier, target);
        }
        if (areReal)
            Assert.Empty(_lan.AlertsOf("ndp-spoofing"));
        else
            Assert.Equal([_alice.Mac], Assert.Single(_lan.AlertsOf("ndp-spoofing")).Finding.Victim!.Macs);
    }

    private void Use(Station station, IpAddress address) => _lan.Deliver(
        new Sighting
        {
            SourceMac = station.Mac,
            DestinationMac = _bob.Mac,
            Source = address,
            Destination = V6(_bob),
            Protocol = 6,
            Ttl = 64,
        },
        static (ref AddressSeen _, ObservationLog _) => { });

    private void Probe(IpAddress target) => _lan.Deliver(
        new Sighting { SourceMac = _alice.Mac, DestinationMac = new MacAddress(0x3333_FF00_0001), Protocol = 58, Ttl = 255 },
        (ref NeighborSolicited fact, ObservationLog _) => fact.Target = target);

    private void Deny(Station denier, IpAddress target) => _lan.Deliver(
        new Sighting
        {
            SourceMac = denier.Mac,
            DestinationMac = new MacAddress(0x3333_0000_0001),
            Source = target,
            Destination = new IpAddress(0xFF02_0000_0000_0000, 1),
            Protocol = 58,
            Ttl = 255,
        },
        (ref NeighborAdvertised fact, ObservationLog _) => (fact.Target, fact.TargetMac, fact.Override) = (target, denier.Mac, true));

    private static IpAddress V6(Station station) => new(0x20010DB8_00030000, station.V4.Low & 0xFF);

    private void Ask(IpAddress target) => _lan.Deliver(
        new Sighting
        {
            SourceMac = _alice.Mac,
            DestinationMac = new MacAddress(0x3333_FF00_0001),
            Source = V6(_alice),
            Destination = new IpAddress(0xFF02_0000_0000_0000, 0x1_FF00_0001),
            Protocol = 58,
            Ttl = 255,
        },
        (ref NeighborSolicited fact, ObservationLog _) => (fact.Target, fact.SourceMac) = (target, _alice.Mac));

    private void Answer(Station from, IpAddress target, bool isAnswer)
    {
        _lan.NowNs += Milliseconds / 10;
        _lan.Deliver(
            new Sighting
            {
                SourceMac = from.Mac,
                DestinationMac = _alice.Mac,
                Source = target,
                Destination = V6(_alice),
                Protocol = 58,
                Ttl = 255,
            },
            (ref NeighborAdvertised fact, ObservationLog _) =>
            {
                fact.Target = target;
                fact.TargetMac = from.Mac;
                fact.Override = true;
                fact.Solicited = isAnswer;
            });
    }
}
