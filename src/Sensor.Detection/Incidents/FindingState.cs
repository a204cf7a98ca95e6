using System.Collections.Immutable;
using Sensor.Detection.Detectors;
using Sensor.Detection.Snapshots;

namespace Sensor.Detection.Incidents;

/// <summary>A finding as octets of a snapshot.</summary>
internal static class FindingState
{
    private static readonly Dictionary<int, DetectorInfo> BySid = DetectorCatalog.All.ToDictionary(static entry => entry.Info.Sid, static entry => entry.Info);

    public static void Save(SnapshotWriter writer, Finding finding)
    {
        writer.I32(finding.Detector.Sid);
        writer.U8((byte)finding.Severity);
        writer.U8((byte)finding.Confidence);
        writer.Host(finding.Suspect);
        writer.Host(finding.Victim);
        writer.U64(finding.Subject);
        writer.At(finding.At);
        writer.Frames(finding.Frames);
        writer.Text(finding.Summary);
        writer.Text(finding.RefutedBy);
        writer.Text(finding.Explanation);
        writer.List(finding.NextSteps, static (to, step) => to.Text(step));
        writer.List(finding.Metadata, static (to, fact) =>
        {
            to.Text(fact.Key);
            to.Text(fact.Value);
        });
    }

    /// <summary>Reads what <see cref="Save"/> wrote; null when its detector is not in this version, or its suspect is unknown.</summary>
    public static Finding? Load(SnapshotReader reader)
    {
        var detector = BySid.GetValueOrDefault(reader.I32());
        var (severity, confidence, suspect, victim) = ((Severity)reader.U8(), (Confidence)reader.U8(), reader.Host(), reader.Host());
        var (subject, at, frames) = (reader.U64(), reader.At(), reader.Frames());
        var (summary, refutedBy, explanation) = (reader.Text(), reader.Text(), reader.Text());
        var steps = reader.List(static from => from.Text() ?? "");
        var metadata = reader.List(static from => KeyValuePair.Create(from.Text() ?? "", from.Text() ?? ""));
        if (detector is null || suspect is null || reader.IsDamaged)
            return null;
        return new Finding
        {
            Detector = detector,
            Severity = severity,
            Confidence = confidence,
            Suspect = suspect,
            Victim = victim,
            Subject = subject,
            At = at,
            Frames = frames,
            Summary = summary ?? "",
            RefutedBy = refutedBy ?? "",
            Explanation = explanation,
            NextSteps = [.. steps],
            Metadata = [.. metadata],
        };
    }
}
