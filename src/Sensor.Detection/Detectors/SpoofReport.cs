using Sensor.Core.Observations;
using Sensor.Detection.Incidents;

namespace Sensor.Detection.Detectors;

/// <summary>What differs between the two address protocols in the words of a finding.</summary>
/// <param name="Claims">How an address is claimed: "claims to be".</param>
/// <param name="ClaimedBy">The same in the passive: "claimed".</param>
/// <param name="Recheck">What to look at on the victim; {0} is the victim, {1} the address.</param>
/// <param name="Harden">What closes the hole.</param>
internal sealed record SpoofWording(string Claims, string ClaimedBy, string Recheck, string Harden);

/// <summary>Makes the findings of arp-spoofing and ndp-spoofing from verdicts about contested addresses.</summary>
internal sealed class SpoofReport(DetectionContext context, DetectorInfo info, SpoofWording wording)
{
    /// <summary>Raises the finding, or counts a repeat.</summary>
    public void Raise(in Sighting at, in SpoofVerdict verdict)
    {
        var suspect = context.Hosts.Of(at.Segment, verdict.Liar.Mac, at.TimestampNs);
        var subject = Judgement.Subject(verdict.Address);
        if (context.Incidents.CountRepeat(
            new(info.Sid, suspect.Id, verdict.Victim?.Id ?? 0, subject), verdict.Severity, verdict.Confidence, at))
            return;
        if (verdict is { Confidence: >= Confidence.Likely, Severity: >= Severity.High })
            context.Hosts.Disown(in at, verdict.Address, verdict.Liar.Mac);
        var (address, liar) = (verdict.Address, verdict.Liar.Mac);
        var owner = verdict.OwnerMac.IsNone ? "another host" : verdict.OwnerMac.ToString();
        context.Incidents.Raise(new Finding
        {
            Detector = info,
            Severity = verdict.Severity,
            Confidence = verdict.Confidence,
            Suspect = suspect,
            Victim = verdict.Victim,
            Subject = subject,
            At = at,
            Frames = Judgement.InOrder([verdict.OwnerFrame, .. verdict.Liar.Trail.With(at)]),
            Summary = verdict.Severity > Severity.Low
                ? $"{liar} {wording.Claims} {address}, which belongs to {owner}: {verdict.Reasons()}."
                : $"{address} is {wording.ClaimedBy} by {liar} and by {owner}: an address conflict, perhaps by accident.",
            RefutedBy = $"Both MACs are one machine or one redundant pair, or {owner} gave the address up: its port then shows it silent.",
            NextSteps =
            [
                $"Find the switch port of {liar} and ask whose it is; shut it if nobody answers for it.",
                string.Format(null, wording.Recheck, verdict.Victim?.Shown() ?? "the hosts that were told", address),
                wording.Harden,
            ],
            Metadata = [new("address", address.ToString()), new("claimant_mac", liar.ToString()), new("owner_mac", verdict.OwnerMac.ToString())],
        });
    }
}
