namespace Sensor.Detection.Incidents;

/// <summary>A finding in an incident and its repeats.</summary>
public sealed class RecordedFinding(Finding finding)
{
    /// <summary>The finding as it was first made (or as it escalated to).</summary>
    public Finding Finding { get; internal set; } = finding;

    /// <summary>How often it was seen, the first included.</summary>
    public long Count { get; internal set; } = 1;

    /// <summary>Packet time of the first sight, nanoseconds; it stays when the finding escalates.</summary>
    public long FirstSeenNs { get; private set; } = finding.At.TimestampNs;

    /// <summary>Packet time of the last repeat, nanoseconds.</summary>
    public long LastSeenNs { get; internal set; } = finding.At.TimestampNs;

    /// <summary>A finding of before a restart, with its counts.</summary>
    internal static RecordedFinding Restored(Finding finding, long count, long firstSeenNs, long lastSeenNs) =>
        new(finding) { Count = count, FirstSeenNs = firstSeenNs, LastSeenNs = lastSeenNs };

    /// <summary>Counts <paramref name="other"/> as repeats: the same finding, made under another identity of a host.</summary>
    internal void Absorb(RecordedFinding other)
    {
        Count += other.Count;
        FirstSeenNs = Math.Min(FirstSeenNs, other.FirstSeenNs);
        LastSeenNs = Math.Max(LastSeenNs, other.LastSeenNs);
    }
}
