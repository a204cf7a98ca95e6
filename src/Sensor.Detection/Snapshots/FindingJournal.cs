using Sensor.Detection.Hosts;
using Sensor.Detection.Incidents;

namespace Sensor.Detection.Snapshots;

/// <summary>
/// One finding as octets, with its hosts: what is stored between two snapshots, so that after a sudden end the incident book knows what was
/// found since the last one.
/// </summary>
public static class FindingJournal
{
    /// <summary>The finding as it was just added to its incident.</summary>
    public static byte[] Take(DetectionEngine detection, Incident incident, Finding finding)
    {
        var state = new SnapshotWriter();
        FindingState.Save(state, finding);
        var body = new SnapshotWriter();
        body.Segments(detection.Segments, SegmentsOf(finding));
        body.Text(incident.Id);
        body.List(state.Hosts, static (writer, host) => host.Save(writer));
        body.Append(state);
        return DetectionSnapshot.Sealed(body);
    }

    /// <summary>
    /// Takes up findings after the snapshot that was before them, in their order. Returns how many were left out: damaged, of another
    /// version, or of a detector there is no more.
    /// </summary>
    public static int Apply(DetectionEngine detection, IEnumerable<byte[]> stored, long notAfterNs = long.MaxValue)
    {
        var known = detection.Hosts.All.ToDictionary(static host => host.Id);
        return stored.Count(octets => !Apply(detection, octets, known, notAfterNs));
    }

    private static bool Apply(DetectionEngine detection, byte[] stored, Dictionary<int, Host> known, long notAfterNs)
    {
        if (DetectionSnapshot.Open(stored, out var body) != SnapshotOutcome.Applied)
            return false;
        var names = new SnapshotNames { NotAfterNs = notAfterNs };
        var reader = new SnapshotReader(body, names);
        names.Number(reader, detection.Segments);
        var incidentId = reader.Text();
        foreach (var host in reader.List(Host.Load))
        {
            if (!known.TryGetValue(host.Id, out var present))
                known.Add(host.Id, present = detection.Hosts.Adopt(host));
            names.Hosts[host.Id] = present;
        }
        var finding = FindingState.Load(reader);
        if (incidentId is null || finding is null)
            return false;
        detection.Incidents.Resume(incidentId, finding);
        return true;
    }

    private static HashSet<int> SegmentsOf(Finding finding)
    {
        var segments = new HashSet<int> { finding.At.Segment, finding.Suspect.Segment };
        if (finding.Victim is { } victim)
            segments.Add(victim.Segment);
        return segments;
    }
}
