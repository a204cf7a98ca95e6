using Sensor.Core.Frames;

namespace Sensor.Capture;

/// <summary>
/// Merges files that cover the same time, frame by frame in order of time; frames of equal time in order of their files. Frames are
/// copied here, and only
/// here: files that follow one another are read in place.
/// </summary>
internal sealed class CaptureMerge(CaptureQueue queue) : IDisposable
{
    /// <summary>Files merged at a time: 64 sensors beside each other, 4 MiB of buffers. Further files wait until one ends.</summary>
    private const int MaxOpen = 64;

    private readonly List<CaptureCursor> _open = [];

    /// <summary>Whether files are being merged.</summary>
    internal bool IsActive => _open.Count > 0;

    /// <summary>Begins with <paramref name="cursor"/>, which holds frames later than the start of the next file.</summary>
    internal void Begin(CaptureCursor cursor) => _open.Add(cursor);

    /// <summary>
    /// Fills <paramref name="batch"/>. False when merging has ended; <paramref name="last"/> is the file that goes on alone, if any.
    /// </summary>
    internal bool TryRead(FrameBatch batch, out CaptureCursor? last)
    {
        last = null;
        batch.Clear();
        while (_open.Count > 0)
        {
            if (_open.Find(static c => c.IsDrained) is { } drained)
            {
                // Deliver first: reading on may have to wait for a pipe.
                if (batch.Count > 0)
                    return true;
                if (_open.Count == 1)
                    last = drained;
                if (last is not null || !TryHold(drained))
                    _open.Remove(drained);
                continue;
            }
            var lead = Lead();
            if (queue.NextFirstNs < lead.HeadNs && _open.Count < MaxOpen)
                OpenNext();
            else if (!lead.TryMove(batch, Limit(lead)))
                return true;
        }
        return false;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var cursor in _open)
            cursor.Dispose();
        _open.Clear();
    }

    private void OpenNext()
    {
        if (queue.OpenNext() is { } next && TryHold(next))
            _open.Add(next);
    }

    private bool TryHold(CaptureCursor cursor)
    {
        if (!cursor.TryHold())
        {
            queue.Close(cursor);
            return false;
        }
        queue.Totals.Report(cursor);
        return true;
    }

    private CaptureCursor Lead()
    {
        var lead = _open[0];
        foreach (var cursor in _open)
        {
            if (cursor.HeadNs < lead.HeadNs || (cursor.HeadNs == lead.HeadNs && cursor.Reader.Origin < lead.Reader.Origin))
                lead = cursor;
        }
        return lead;
    }

    /// <summary>The latest time up to which <paramref name="lead"/> has no competitor.</summary>
    private long Limit(CaptureCursor lead)
    {
        var limit = _open.Count < MaxOpen ? queue.NextFirstNs : long.MaxValue;
        foreach (var other in _open)
        {
            if (!ReferenceEquals(other, lead))
                limit = Math.Min(limit, other.Reader.Origin < lead.Reader.Origin ? other.HeadNs - 1 : other.HeadNs);
        }
        return limit;
    }
}
