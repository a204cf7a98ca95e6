namespace Sensor.Capture;

/// <summary>The files of a timeline that wait to be opened, and what was learnt from those that were.</summary>
internal sealed class CaptureQueue(IReadOnlyList<CaptureFile> files, CaptureOptions options, List<CaptureProblem> problems) : IDisposable
{
    private int _next;
    private int _current;

    /// <summary>What was read so far.</summary>
    internal CaptureTotals Totals { get; } = new();

    /// <summary>Time of the first frame of the next file; long.MaxValue when there is none.</summary>
    internal long NextFirstNs => _next < files.Count ? files[_next].FirstTimestampNs : long.MaxValue;

    /// <summary>The file opened last. May be asked from any thread.</summary>
    internal int CurrentIndex => Volatile.Read(ref _current);

    /// <summary>Opens the next file that is a capture; null when there is none left.</summary>
    internal CaptureCursor? OpenNext()
    {
        while (_next < files.Count)
        {
            var index = _next++;
            Volatile.Write(ref _current, index);
            if (files[index].Opened is { } opened)
            {
                opened.Renumber((ushort)index);
                return opened;
            }
            var reader = CaptureOpener.Open(files[index].Path, (ushort)index, options, out var problem);
            if (reader is not null)
                return new CaptureCursor(reader);
            problems.Add(problem);
            Totals.Skip(files[index].Octets);
        }
        return null;
    }

    /// <summary>Ends <paramref name="cursor"/>'s file and keeps what was wrong with it. What was not read of it counts as done.</summary>
    internal void Close(CaptureCursor cursor)
    {
        Totals.Report(cursor);
        if (cursor.Reader.Problem is { } problem)
            problems.Add(problem);
        Totals.Skip(Math.Max(files[cursor.Reader.Origin].Octets - cursor.Reported.DiskOctets, 0));
        cursor.Dispose();
    }

    /// <summary>Whether <paramref name="cursor"/> goes on beside the next file; see <see cref="CaptureCursor.TryHoldOverlap"/>.</summary>
    internal bool IsOverlapped(CaptureCursor cursor, Core.Frames.FrameBatch batch) =>
        cursor.Reader.BatchMaxNs > NextFirstNs
        && cursor.TryHoldOverlap(batch, NextFirstNs, files[cursor.Reader.Origin].FirstTimestampNs);

    /// <inheritdoc/>
    public void Dispose()
    {
        for (; _next < files.Count; _next++)
            files[_next].Opened?.Dispose();
    }
}
