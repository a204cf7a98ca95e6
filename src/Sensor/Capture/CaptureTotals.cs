namespace Sensor.Capture;

/// <summary>What was read so far, up to the last batch. One thread writes; others may look.</summary>
internal sealed class CaptureTotals
{
    private long _diskOctets;
    private long _frames;

    /// <summary>Octets consumed on disk.</summary>
    internal long DiskOctets => Volatile.Read(ref _diskOctets);

    /// <summary>Frames read.</summary>
    internal long Frames => Volatile.Read(ref _frames);

    /// <summary>Octets of these frames.</summary>
    internal long FrameOctets { get; private set; }

    /// <summary>Earliest time; long.MaxValue before the first frame.</summary>
    internal long MinNs { get; private set; } = long.MaxValue;

    /// <summary>Latest time; long.MinValue before the first frame.</summary>
    internal long MaxNs { get; private set; } = long.MinValue;

    /// <summary>Adds what <paramref name="cursor"/> has read since the last time.</summary>
    internal void Report(CaptureCursor cursor)
    {
        var reader = cursor.Reader;
        var disk = reader.DiskOctets;
        Skip(disk - cursor.Reported.DiskOctets);
        Volatile.Write(ref _frames, _frames + reader.FramesRead - cursor.Reported.Frames);
        FrameOctets += reader.FrameOctets - cursor.Reported.FrameOctets;
        MinNs = Math.Min(MinNs, reader.MinNs);
        MaxNs = Math.Max(MaxNs, reader.MaxNs);
        cursor.Reported = (disk, reader.FramesRead, reader.FrameOctets);
    }

    /// <summary>Counts <paramref name="octets"/> on disk as done.</summary>
    internal void Skip(long octets) => Volatile.Write(ref _diskOctets, _diskOctets + octets);
}
