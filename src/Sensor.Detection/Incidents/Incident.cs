using Sensor.Detection.Hosts;

namespace Sensor.Detection.Incidents;

/// <summary>All findings about one suspect host, as stages of one attack.</summary>
public sealed class Incident
{
    internal Incident(string id, Host suspect)
    {
        Id = id;
        Suspect = suspect;
    }

    /// <summary>Stable id: the same capture gives the same id, whatever the file is called. Lower-case hexadecimal, 16 digits.</summary>
    public string Id { get; }

    /// <summary>The suspect.</summary>
    public Host Suspect { get; }

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

    internal Severity AlertedSeverity { get; set; }

    internal Confidence AlertedConfidence { get; set; }

    private Dictionary<int, Victim> VictimsById { get; } = [];

    private HashSet<int> ToldVictims { get; } = [];

    /// <summary>Notes a victim; true when it is new.</summary>
    internal bool Meet(Host host, Stage stage, long timestampNs, int mostVictims)
    {
        if (VictimsById.TryGetValue(host.Id, out var victim))
        {
            victim.Furthest = stage > victim.Furthest ? stage : victim.Furthest;
            return false;
        }
        if (VictimList.Count >= mostVictims)
        {
            VictimsNotListed++;
            return false;
        }
        victim = new Victim(host, stage, timestampNs);
        VictimsById.Add(host.Id, victim);
        VictimList.Add(victim);
        return true;
    }

    /// <summary>True the first time an alert names this victim.</summary>
    internal bool TellVictim(int hostId) => VictimsById.ContainsKey(hostId) && ToldVictims.Add(hostId);

    /// <summary>
    /// Sums up with one more finding: the surest decides the confidence, the worst of those as sure decides the severity.
    /// </summary>
    internal void Rate(Finding finding)
    {
        ref var worst = ref WorstBy[(int)finding.Confidence];
        worst = (Severity)Math.Max((byte)worst, (byte)finding.Severity);
        Confidence = (Confidence)Math.Max((byte)Confidence, (byte)finding.Confidence);
        Severity = WorstBy[(int)Confidence];
        var known = BySid.GetValueOrDefault(finding.Detector.Sid);
        BySid[finding.Detector.Sid] =
            ((Severity)Math.Max((byte)known.Worst, (byte)finding.Severity), (Confidence)Math.Max((byte)known.Surest, (byte)finding.Confidence));
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

    private Severity[] WorstBy { get; } = new Severity[(int)Confidence.Certain + 1];

    private Dictionary<int, (Severity Worst, Confidence Surest)> BySid { get; } = [];
}

/// <summary>A finding in an incident and its repeats.</summary>
public sealed class RecordedFinding(Finding finding)
{
    /// <summary>The finding as it was first made (or as it escalated to).</summary>
    public Finding Finding { get; internal set; } = finding;

    /// <summary>How often it was seen, the first included.</summary>
    public long Count { get; internal set; } = 1;

    /// <summary>Packet time of the last repeat, nanoseconds.</summary>
    public long LastSeenNs { get; internal set; } = finding.At.TimestampNs;
}

/// <summary>A host the suspect did something to.</summary>
public sealed class Victim(Host host, Stage furthest, long sinceNs)
{
    /// <summary>Who.</summary>
    public Host Host { get; } = host;

    /// <summary>The furthest stage reached with this victim.</summary>
    public Stage Furthest { get; internal set; } = furthest;

    /// <summary>Packet time of the first finding with this victim, nanoseconds.</summary>
    public long SinceNs { get; } = sinceNs;
}
