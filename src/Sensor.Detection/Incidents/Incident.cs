using Sensor.Detection.Detectors;
using Sensor.Detection.Hosts;

namespace Sensor.Detection.Incidents;

/// <summary>All findings about one suspect host, as stages of one attack.</summary>
public sealed partial class Incident
{
    /// <summary>Checks kept: the newest; an incident that goes on for weeks is checked now and then.</summary>
    public const int MaxChecks = 16;

    private readonly List<string> _joinedIds = new(0);
    private readonly List<IncidentCheck> _checks = new(0);
    private AlertedRatings _alerted;
    private SignKinds _strong;
    private Confidence _surest;

    internal Incident(string id, Host suspect)
    {
        Id = id;
        Suspect = suspect;
    }

    /// <summary>Stable id: the same capture gives the same id, whatever the file is called. Lower-case hexadecimal, 16 digits.</summary>
    public string Id { get; }

    /// <summary>The suspect.</summary>
    public Host Suspect { get; internal set; }

    /// <summary>Worst severity among findings of at least the incident's confidence.</summary>
    public Severity Severity { get; internal set; }

    /// <summary>Confidence of the whole: rises when independent findings agree.</summary>
    public Confidence Confidence { get; internal set; }

    /// <summary>First and last packet time, nanoseconds.</summary>
    public long FirstSeenNs { get; internal set; }

    /// <summary>Last packet time, nanoseconds.</summary>
    public long LastSeenNs { get; internal set; }

    /// <summary>The findings in the order they were made, with how often each was seen.</summary>
    public IReadOnlyList<RecordedFinding> Findings => FindingList;

    /// <summary>The victims in the order they were met.</summary>
    public IReadOnlyList<Victim> Victims => VictimList;

    /// <summary>Victims beyond the bound that are not listed.</summary>
    public long VictimsNotListed { get; private set; }

    internal List<RecordedFinding> FindingList { get; } = [];

    internal List<Victim> VictimList { get; } = [];

    internal HashSet<int> AlertedSids { get; } = [];

    internal ref AlertedRatings Alerted => ref _alerted;

    private Dictionary<int, Victim> VictimsById { get; } = [];

    private HashSet<int> ToldVictims { get; } = [];

    /// <summary>
    /// Ids of incidents that turned out to be about the same host and were joined into this one, in the order they were joined. Alerts told
    /// under them belong here.
    /// </summary>
    public IReadOnlyList<string> JoinedIds => _joinedIds;

    /// <summary>The earlier incident about the same host that goes on in place of this one; null for one of its own.</summary>
    public Incident? JoinedInto { get; private set; }

    /// <summary>What active checks showed, oldest first; empty where nothing is asked actively.</summary>
    public IReadOnlyList<IncidentCheck> Checks => _checks;

    /// <summary>Notes what a check showed.</summary>
    public void Note(IncidentCheck check)
    {
        var at = _checks.Count;
        while (at > 0 && _checks[at - 1].TimestampNs > check.TimestampNs)
            at--;
        _checks.Insert(at, check);
        if (_checks.Count > MaxChecks)
            _checks.RemoveAt(0);
    }

    /// <summary>The victim that is <paramref name="host"/>, or null.</summary>
    public Victim? VictimOf(Host host) => VictimsById.GetValueOrDefault(host.Id);

    /// <summary>Notes the victim of a finding and the stage reached with it; true when the victim is new.</summary>
    internal bool Meet(Finding finding, int mostVictims)
    {
        if (finding.Victim is not { } host)
            return false;
        var isNew = !VictimsById.TryGetValue(host.Id, out var victim);
        if (isNew && VictimList.Count >= mostVictims)
        {
            VictimsNotListed++;
            return false;
        }
        if (victim is null)
        {
            victim = new Victim(host);
            VictimsById.Add(host.Id, victim);
            VictimList.Add(victim);
        }
        // A sum repeats the frames of steps that were told already: they are not proof of its own stage.
        if (isNew || !finding.Detector.IsSum)
            victim.Reach(finding.Detector.Stage, finding.At.TimestampNs, finding.Frames);
        return isNew;
    }

    /// <summary>True the first time an alert names this victim.</summary>
    internal bool TellVictim(int hostId) => VictimsById.ContainsKey(hostId) && ToldVictims.Add(hostId);

    /// <summary>
    /// Sums up with one more finding: the surest decides the confidence, the worst of those as sure decides the severity. Strong signs of
    /// two kinds that no one harmless reading explains together make it certain (see <see cref="SignKinds"/>).
    /// </summary>
    internal void Rate(Finding finding)
    {
        if (finding is { Confidence: >= Confidence.Likely, Severity: >= Severity.Medium })
            _strong |= Signs.KindOf(finding.Detector);
        ref var worst = ref WorstBy[(int)finding.Confidence];
        worst = (Severity)Math.Max((byte)worst, (byte)finding.Severity);
        _surest = (Confidence)Math.Max((byte)_surest, (byte)finding.Confidence);
        Conclude();
        Note(finding.Detector.Sid, finding.Severity, finding.Confidence);
    }

    /// <summary>Whether another detector than <paramref name="sid"/> made a finding of at least <paramref name="severity"/>.</summary>
    internal bool HasFromAnother(int sid, Severity severity)
    {
        foreach (var (other, known) in BySid)
        {
            if (other != sid && known.Worst >= severity)
                return true;
        }
        return false;
    }

    /// <summary>Whether the detector with this sid made a finding of at least this confidence.</summary>
    internal bool HasFrom(int sid, Confidence confidence) => BySid.TryGetValue(sid, out var known) && known.Surest >= confidence;

    /// <summary>Whether strong signs of another kind than the detector's were found about the suspect.</summary>
    internal bool HasAnotherKind(DetectorInfo detector) => (_strong & ~Signs.KindOf(detector)) != 0;

    /// <summary>Takes over what <paramref name="later"/> knows: both are about one host.</summary>
    internal void Join(Incident later)
    {
        later.JoinedInto = this;
        FirstSeenNs = Math.Min(FirstSeenNs, later.FirstSeenNs);
        LastSeenNs = Math.Max(LastSeenNs, later.LastSeenNs);
        FindingList.AddRange(later.FindingList);
        FindingsChanged();
        FindingList.Sort(static (a, b) => a.Finding.At.Ordinal.CompareTo(b.Finding.At.Ordinal));
        foreach (var victim in later.VictimList)
            Adopt(victim);
        VictimsNotListed += later.VictimsNotListed;
        AlertedSids.UnionWith(later.AlertedSids);
        _alerted.Add(later._alerted);
        ToldVictims.UnionWith(later.ToldVictims);
        foreach (var check in later._checks)
            Note(check);
        _joinedIds.Add(later.Id);
        _joinedIds.AddRange(later._joinedIds);
        _strong |= later._strong;
        _surest = (Confidence)Math.Max((byte)_surest, (byte)later._surest);
        for (var i = 0; i < WorstBy.Length; i++)
            WorstBy[i] = (Severity)Math.Max((byte)WorstBy[i], (byte)later.WorstBy[i]);
        foreach (var (sid, known) in later.BySid)
            Note(sid, known.Worst, known.Surest);
        Conclude();
    }

    /// <summary>The victim <paramref name="former"/> turned out to be <paramref name="host"/>.</summary>
    internal void Rename(Host former, Host host)
    {
        if (!VictimsById.Remove(former.Id, out var victim))
            return;
        if (ToldVictims.Remove(former.Id))
            ToldVictims.Add(host.Id);
        var place = VictimList.IndexOf(victim);
        VictimList.RemoveAt(place);
        if (VictimsById.TryGetValue(host.Id, out var known))
        {
            known.Join(victim);
            return;
        }
        victim.Host = host;
        VictimsById.Add(host.Id, victim);
        VictimList.Insert(place, victim);
    }

    private void Adopt(Victim victim)
    {
        if (VictimsById.TryGetValue(victim.Host.Id, out var known))
            known.Join(victim);
        else if (VictimsById.TryAdd(victim.Host.Id, victim))
            VictimList.Add(victim);
    }

    private void Note(int sid, Severity severity, Confidence confidence)
    {
        var known = BySid.GetValueOrDefault(sid);
        BySid[sid] = ((Severity)Math.Max((byte)known.Worst, (byte)severity), (Confidence)Math.Max((byte)known.Surest, (byte)confidence));
    }

    private void Conclude()
    {
        Severity = WorstBy[(int)_surest];
        Confidence = Signs.AreIndependent(_strong) ? Confidence.Certain : _surest;
    }

    private Severity[] WorstBy { get; } = new Severity[(int)Confidence.Certain + 1];

    private Dictionary<int, (Severity Worst, Confidence Surest)> BySid { get; } = [];
}
