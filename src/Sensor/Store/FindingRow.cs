using Sensor.Detection.Incidents;

namespace Sensor.Store;

/// <summary>An incident as its row shows it: taken on the detection thread, so that the writer looks at nothing that changes.</summary>
internal sealed record IncidentRow(
    string Id, Severity Severity, Confidence Confidence, bool IsExposure, long FirstNs, long LastNs, string Suspect, Stage Furthest,
    long Victims, long Findings, IReadOnlyList<string> JoinedIds, string? Json)
{
    /// <summary>The row of <paramref name="incident"/>; a <paramref name="json"/> that is null leaves the stored one as it is.</summary>
    public static IncidentRow Of(Incident incident, string? json)
    {
        var furthest = Stage.Exposure;
        foreach (var recorded in incident.Findings)
        {
            var stage = recorded.Finding.Detector.Stage;
            if (stage != Stage.Credentials && stage > furthest)
                furthest = stage;
        }
        var isExposure = incident.Findings is [var first, ..] && first.Finding.Detector.Stage == Stage.Exposure;
        return new IncidentRow(
            incident.Id, incident.Severity, incident.Confidence, isExposure, incident.FirstSeenNs, incident.LastSeenNs,
            incident.Suspect.ToString(), furthest, incident.Victims.Count + incident.VictimsNotListed, incident.Findings.Count,
            [.. incident.JoinedIds], json);
    }
}

/// <summary>A finding as its row shows it.</summary>
/// <param name="Incident">Its incident.</param>
/// <param name="Finding">The finding; it does not change.</param>
/// <param name="Json">One EVE line.</param>
/// <param name="Journal">The finding for a restart, see <see cref="Detection.Snapshots.FindingJournal"/>.</param>
/// <param name="Suspect">The suspect as it was known then.</param>
/// <param name="Victim">The victim as it was known then, or null.</param>
internal sealed record FindingRow(IncidentRow Incident, Finding Finding, string Json, byte[] Journal, string Suspect, string? Victim)
{
    /// <summary>The frame that raised it.</summary>
    public FrameReference RaisedBy => FrameReference.Of(Finding.At);
}
