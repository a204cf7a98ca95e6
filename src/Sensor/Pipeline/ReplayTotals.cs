using Sensor.Core.Frames;

namespace Sensor.Pipeline;

/// <summary>What a run has seen so far; final when the run is over. Read by the progress bar from the same thread.</summary>
public sealed class ReplayTotals
{
    /// <summary>Frames read.</summary>
    public long Frames { get; internal set; }

    /// <summary>Octets of captured frames.</summary>
    public long Octets { get; internal set; }

    /// <summary>Earliest packet time, nanoseconds since 1970 UTC; 0 before the first frame.</summary>
    public long FirstTimestampNs { get; internal set; }

    /// <summary>Latest packet time, nanoseconds.</summary>
    public long LastTimestampNs { get; internal set; }

    /// <summary>What went wrong on the way, all workers added up. Filled when the run is over.</summary>
    public WireCounters Counters { get; } = new();

    internal void Count(FrameBatch batch)
    {
        var (octets, first, last) = (0L, FirstTimestampNs == 0 ? long.MaxValue : FirstTimestampNs, LastTimestampNs);
        foreach (ref readonly var frame in batch.Frames.AsSpan(0, batch.Count))
        {
            octets += frame.CapturedLength;
            first = Math.Min(first, frame.TimestampNs);
            last = Math.Max(last, frame.TimestampNs);
        }
        Frames += batch.Count;
        Octets += octets;
        (FirstTimestampNs, LastTimestampNs) = (first, last);
    }
}
