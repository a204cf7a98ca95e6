using Sensor.Core.Observations;
using Sensor.Core.Wire;
using Sensor.Detection.Bounds;
using Sensor.Detection.Incidents;

namespace Sensor.Detection.Detectors;

/// <summary>
/// Port stealing: ARP frames that claim nothing, or speak for the very MAC they go to, and bear other hosts' MACs as their Ethernet source. They teach the
/// switch that those hosts are at the thief's port, so that it sends him their packets; no cache of a host is touched. An honest probe bears its
/// sender's MAC twice and goes to all (RFC 5227 section 2.1.1).
/// </summary>
internal sealed class PortStealing(DetectionContext context, DetectorInfo info)
{
    /// <summary>Receivers of such frames remembered: one a thief.</summary>
    private const int Capacity = 256;

    /// <summary>Frames within a window from which on they are no accident; a tool sends a hundred a second.</summary>
    private const int Often = 10;

    private const long WindowNs = 10 * Span.Second;

    private readonly RecentTable<(int Segment, MacAddress To), Theft> _thefts = new(Capacity);

    /// <summary>Whether a claim is a frame of this kind.</summary>
    public static bool IsMeant(in Observed<AddressClaimed> seen) =>
        (seen.Fact.IsProbe || seen.Fact.SenderMac == seen.At.DestinationMac) && seen.Fact.SenderMac != seen.At.SourceMac
        && !seen.At.SourceMac.IsNone && !seen.At.DestinationMac.IsNone
        && !seen.At.DestinationMac.IsGroup && seen.At.SourceMac != seen.At.DestinationMac;

    /// <summary>Notes a frame, and says so when they have become many.</summary>
    public void Note(in Sighting at)
    {
        if (!_thefts.TryGet((at.Segment, at.DestinationMac), out var theft) || at.TimestampNs - theft.SinceNs > WindowNs)
            _thefts.Set((at.Segment, at.DestinationMac), theft = new Theft(at.SourceMac, at.TimestampNs));
        theft.Count++;
        theft.Trail.Add(at);
        theft.IsOfSeveral |= theft.First != at.SourceMac;
        if (theft.Count >= Often)
            Tell(in at, theft);
    }

    private void Tell(in Sighting at, Theft theft)
    {
        var suspect = context.Hosts.Of(at.Segment, at.DestinationMac, at.TimestampNs);
        var victim = context.Hosts.Of(at.Segment, at.SourceMac, at.TimestampNs);
        var confidence = theft.IsOfSeveral ? Confidence.Certain : Confidence.Likely;
        if (context.Incidents.CountRepeat(new(info.Sid, suspect.Id, victim.Id, at.SourceMac.Value), info.Severity, confidence, at))
            return;
        context.Incidents.Raise(new Finding
        {
            Detector = info,
            Severity = info.Severity,
            Confidence = confidence,
            Suspect = suspect,
            Victim = victim,
            Subject = at.SourceMac.Value,
            At = at,
            Frames = theft.Trail.With(at),
            Summary = $"Empty ARP frames to {at.DestinationMac} bear the MAC of {victim.Shown()} as their source, {theft.Count.Text()} within "
                + $"{PacketClock.Lapse(at.TimestampNs - theft.SinceNs)}"
                + (theft.IsOfSeveral ? ", and those of other hosts as well" : "")
                + ": they make the switch believe that it is at the sender's port (port stealing).",
            RefutedBy = $"{victim.Shown()} itself sends these frames: its own switch port shows them coming in.",
            NextSteps =
            [
                $"Look at which port the switch learned {at.SourceMac} last, and at its log of MACs that move; shut that port.",
                "Turn on port security (few MACs a port) on access ports.",
                $"Treat what {victim.Shown()} received in clear text since as read.",
            ],
            Metadata = [new("stolen_mac", at.SourceMac.ToString()), new("claimant_mac", at.DestinationMac.ToString())],
        });
    }

    private sealed class Theft(MacAddress first, long sinceNs)
    {
        public MacAddress First { get; } = first;

        public long SinceNs { get; } = sinceNs;

        public long Count { get; set; }

        public bool IsOfSeveral { get; set; }

        public FrameTrail Trail { get; } = new();
    }
}
