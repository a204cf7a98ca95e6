using System.Globalization;
using Sensor.Core.Frames;
using Sensor.Core.Observations;
using Sensor.Detection.Hosts;

namespace Sensor.Detection.Incidents;

/// <summary>
/// Joins findings into incidents, one for each suspect host, counts repeats, keeps victims with their furthest stage, and says which findings
/// are alerts (new incident, new stage, new victim, at or over the gate's threshold).
/// </summary>
public sealed partial class IncidentBook
{
    /// <summary>Incidents kept open; beyond it the eighth that has been quiet longest is closed. More suspects than this is one broken network.</summary>
    public const int MaxIncidents = 8192;

    /// <summary>Different findings remembered; beyond it new ones are delivered no more, but counted.</summary>
    public const int MaxFindings = 65_536;

    /// <summary>Victims listed for one incident; the rest are counted.</summary>
    public const int MaxVictims = 4096;

    private readonly SegmentTable? _segments;
    private readonly AlertGate _gate;
    private readonly Dictionary<int, Incident> _open = [];
    private readonly Dictionary<int, Incident> _exposures = [];
    private readonly Dictionary<FindingKey, RecordedFinding> _recorded = [];
    private readonly List<Incident> _incidents = [];
    private readonly List<Incident> _exposureList = [];

    /// <summary>Creates a book. The segments make incident ids the same whatever order segments were numbered in.</summary>
    public IncidentBook(SegmentTable? segments = null, AlertGate? gate = null)
    {
        _segments = segments;
        _gate = gate ?? new AlertGate();
    }

    /// <summary>Called for every new (not repeated) finding, alert or not.</summary>
    public Action<Incident, Finding>? FindingMade { get; set; }

    /// <summary>Called for every alert.</summary>
    public Action<Alert>? AlertRaised { get; set; }

    /// <summary>
    /// Called once for every new (not repeated) finding after the two above, with the reason why it is an alert or null: for those who store a
    /// finding together with what is told of it.
    /// </summary>
    public Action<Incident, Finding, AlertReason?>? FindingJudged { get; set; }

    /// <summary>Called after all that for every new (not repeated) finding: what was remembered about its suspect may be told now.</summary>
    internal Action<Finding>? Recorded { get; set; }

    /// <summary>All incidents, in the order they began. Exposure is not among them.</summary>
    public IReadOnlyList<Incident> Incidents => _incidents;

    /// <summary>What was found about hosts that could be attacked, one entry a host, in the order it began.</summary>
    public IReadOnlyList<Incident> Exposures => _exposureList;

    /// <summary>Findings that were not kept because the book was full.</summary>
    public long FindingsDropped { get; private set; }

    /// <summary>Incidents closed because the book was full.</summary>
    public long IncidentsClosed { get; private set; }

    /// <summary>
    /// Cheap test to make before composing a finding: true when <paramref name="key"/> is known at this severity and confidence or more;
    /// the repeat is then counted and nothing else is to be done. No allocation.
    /// </summary>
    public bool CountRepeat(in FindingKey key, Severity severity, Confidence confidence, in Sighting at)
    {
        if (!_recorded.TryGetValue(key, out var recorded))
            return false;
        if (recorded.Finding.Severity < severity || recorded.Finding.Confidence < confidence)
            return false;
        recorded.Count++;
        recorded.LastSeenNs = Math.Max(recorded.LastSeenNs, at.TimestampNs);
        if (_open.TryGetValue(key.SuspectId, out var incident))
            incident.LastSeenNs = Math.Max(incident.LastSeenNs, at.TimestampNs);
        return true;
    }

    /// <summary>Takes a new finding.</summary>
    public void Raise(Finding finding)
    {
        if (CountRepeat(finding.Key, finding.Severity, finding.Confidence, finding.At))
            return;
        var isExposure = finding.Detector.Stage == Stage.Exposure;
        var incident = isExposure ? ExposureOf(finding) : IncidentOf(finding);
        if (!isExposure)
            finding = Corroborate(incident, finding);
        if (!Record(incident, finding))
            return;
        var isNewVictim = incident.Meet(finding, MaxVictims);
        incident.Rate(finding);
        FindingMade?.Invoke(incident, finding);
        var reason = isExposure ? null : _gate.Judge(incident, finding, isNewVictim);
        if (reason is { } news)
            AlertRaised?.Invoke(new Alert(incident, finding, news));
        FindingJudged?.Invoke(incident, finding, reason);
        Recorded?.Invoke(finding);
    }

    /// <summary>The open incident about host <paramref name="suspectId"/>, if any: "by a suspect" raises severities. Exposure is no incident.</summary>
    public Incident? About(int suspectId) => _open.GetValueOrDefault(suspectId);

    /// <summary>The open incident with this id, or the one that it was joined into; null when it is closed.</summary>
    public Incident? WithId(string id) => _incidents.Find(known => known.Id == id || known.JoinedIds.Contains(id));

    /// <summary>The open incident about <paramref name="suspect"/>, also under an id it had before its MAC was known.</summary>
    public Incident? About(Host suspect)
    {
        if (_open.TryGetValue(suspect.Id, out var incident))
            return incident;
        foreach (var former in suspect.FormerIds)
        {
            if (_open.TryGetValue(former, out incident))
                return incident;
        }
        return null;
    }

    private bool Record(Incident incident, Finding finding)
    {
        incident.LastSeenNs = Math.Max(incident.LastSeenNs, finding.At.TimestampNs);
        if (_recorded.TryGetValue(finding.Key, out var recorded))
        {
            recorded.Finding = finding;
            incident.FindingsChanged();
            recorded.Count++;
            recorded.LastSeenNs = Math.Max(recorded.LastSeenNs, finding.At.TimestampNs);
            return true;
        }
        if (_recorded.Count >= MaxFindings)
        {
            FindingsDropped++;
            return false;
        }
        recorded = new RecordedFinding(finding);
        _recorded.Add(finding.Key, recorded);
        incident.Add(recorded);
        finding.Suspect.IsPinned = true;
        if (finding.Victim is { } victim)
            victim.IsPinned = true;
        return true;
    }

    // Two weak signs of different detectors about one host are one strong sign. A harmless explanation weakens a strong one, unless a sign
    // of another kind speaks against it.
    private static Finding Corroborate(Incident incident, Finding finding)
    {
        if (finding is { Confidence: Confidence.Likely, Explanation: not null } && !incident.HasAnotherKind(finding.Detector))
            return finding with { Confidence = Confidence.Possible };
        if (finding.Confidence != Confidence.Possible || finding.Severity < Severity.Medium || finding.Explanation is not null)
            return finding;
        if (incident.HasFromAnother(finding.Detector.Sid, Severity.Medium))
            return finding with { Confidence = Confidence.Likely };
        return finding;
    }

    private Incident IncidentOf(Finding finding)
    {
        if (About(finding.Suspect) is { } incident)
            return incident;
        if (_open.Count >= MaxIncidents)
            CloseQuietest();
        incident = New(finding);
        _open.Add(finding.Suspect.Id, incident);
        _incidents.Add(incident);
        return incident;
    }

    private Incident ExposureOf(Finding finding)
    {
        if (_exposures.TryGetValue(finding.Suspect.Id, out var exposure))
            return exposure;
        exposure = New(finding);
        _exposures.Add(finding.Suspect.Id, exposure);
        _exposureList.Add(exposure);
        return exposure;
    }

    private Incident New(Finding finding) => new(IdOf(finding), finding.Suspect)
    {
        FirstSeenNs = finding.At.TimestampNs,
        LastSeenNs = finding.At.TimestampNs,
    };

    // Segment, suspect and time of the first packet: nothing that depends on file names, workers or the order of segments.
    private string IdOf(Finding finding)
    {
        var suspect = finding.Suspect;
        var segment = _segments?.Describe(suspect.Segment).Packed ?? (ulong)suspect.Segment;
        var who = suspect.Macs.Count > 0 ? suspect.Macs[0].Value : suspect.Addresses.Count > 0 ? suspect.Addresses[0].StableHash() : 0;
        var hash = 14695981039346656037UL;
        foreach (var part in (ReadOnlySpan<ulong>)[segment, who, (ulong)finding.At.TimestampNs, (ulong)(finding.Detector.Stage == Stage.Exposure ? 1 : 0)])
        {
            hash = (hash ^ part) * 0x9E3779B97F4A7C15UL;
            hash ^= hash >> 32;
        }
        return hash.ToString("x16", CultureInfo.InvariantCulture);
    }

    private void CloseQuietest()
    {
        var quiet = _incidents.OrderBy(incident => incident.LastSeenNs).ThenBy(incident => incident.Id, StringComparer.Ordinal)
            .Take(MaxIncidents / 8).ToHashSet();
        IncidentsClosed += quiet.Count;
        _incidents.RemoveAll(quiet.Contains);
        foreach (var incident in quiet)
        {
            _open.Remove(incident.Suspect.Id);
            foreach (var recorded in incident.FindingList)
                _recorded.Remove(recorded.Finding.Key);
        }
    }
}
