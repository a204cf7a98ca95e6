using Sensor.Detection.Snapshots;

namespace Sensor.Detection.Incidents;

/// <content>
/// Incidents stay open over a restart, with the keys of all findings: nothing is told twice, and a new victim is one of the same incident.
/// </content>
public sealed partial class IncidentBook : IKeepsState
{
    // 2: which severities were told how surely, in place of the worst and the surest. 3: what active checks showed.
    ushort IKeepsState.StateVersion => 3;

    /// <inheritdoc/>
    void IKeepsState.Save(SnapshotWriter writer)
    {
        writer.List(_incidents, static (to, incident) => incident.Save(to));
        writer.List(_exposureList, static (to, exposure) => exposure.Save(to));
    }

    /// <inheritdoc/>
    void IKeepsState.Load(SnapshotReader reader)
    {
        reader.List(from => Resume(Incident.Load(from), _open, _incidents));
        reader.List(from => Resume(Incident.Load(from), _exposures, _exposureList));
    }

    /// <summary>
    /// Takes up a finding that was stored after the last snapshot: as if it were made now, but nobody is told. It belongs to the incident
    /// with this id, which is opened where the snapshot does not know it yet.
    /// </summary>
    internal void Resume(string incidentId, Finding finding)
    {
        var isExposure = finding.Detector.Stage == Stage.Exposure;
        var (open, list) = isExposure ? (_exposures, _exposureList) : (_open, _incidents);
        var incident = list.Find(known => known.Id == incidentId || known.JoinedIds.Contains(incidentId));
        if (incident is null)
        {
            incident = new Incident(incidentId, finding.Suspect) { FirstSeenNs = finding.At.TimestampNs, LastSeenNs = finding.At.TimestampNs };
            if (!open.TryAdd(finding.Suspect.Id, incident))
                incident = open[finding.Suspect.Id];
            else
                list.Add(incident);
        }
        if (CountRepeat(finding.Key, finding.Severity, finding.Confidence, finding.At) || !Record(incident, finding))
            return;
        var isNewVictim = incident.Meet(finding, MaxVictims);
        incident.Rate(finding);
        if (!isExposure)
            _gate.Judge(incident, finding, isNewVictim);
    }

    private void Resume(Incident? incident, Dictionary<int, Incident> open, List<Incident> list)
    {
        if (incident is null || !open.TryAdd(incident.Suspect.Id, incident))
            return;
        list.Add(incident);
        foreach (var recorded in incident.FindingList)
            _recorded.TryAdd(recorded.Finding.Key, recorded);
    }
}
