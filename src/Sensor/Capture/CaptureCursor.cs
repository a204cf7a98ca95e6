using System.Diagnostics.CodeAnalysis;
using Sensor.Core.Frames;

namespace Sensor.Capture;

/// <summary>
/// A capture being read as part of a timeline: the reader, the batch it may have read ahead, and the frames held back while files are
/// merged.
/// </summary>
internal sealed class CaptureCursor : IDisposable
{
    /// <summary>Octets of the buffers a file gets while it is merged with others. 64 KiB, so that many can be open.</summary>
    private const int HeldOctets = 64 * 1024, HeldFrames = 1024;

    private FrameBatch? _ahead;
    private FrameBatch _held = Empty;
    private int _next;

    /// <summary>A cursor at the start of <paramref name="reader"/>; <paramref name="ahead"/> is what was read from it already.</summary>
    internal CaptureCursor(CaptureReader reader, FrameBatch? ahead = null)
    {
        Reader = reader;
        _ahead = ahead is { Count: > 0 } ? ahead : null;
    }

    internal CaptureReader Reader { get; }

    /// <summary>What <see cref="CaptureTotals"/> was told of this file.</summary>
    internal (long DiskOctets, long Frames, long FrameOctets) Reported { get; set; }

    /// <summary>Whether no frame is held back.</summary>
    internal bool IsDrained => _next >= _held.Count;

    /// <summary>Time of the first frame held back.</summary>
    internal long HeadNs => _held.Frames[_next].TimestampNs;

    private static FrameBatch Empty { get; } = new(0, 0);

    /// <summary>
    /// The next batch: the one read ahead, else from the file. <see cref="CaptureReader.BatchMaxNs"/> of the reader belongs to it.
    /// </summary>
    internal bool TryRead(FrameBatch batch)
    {
        if (_ahead is not { } ahead)
            return Reader.TryRead(batch);
        batch.Clear();
        (batch.Octets, ahead.Octets) = (ahead.Octets, batch.Octets);
        (batch.Frames, ahead.Frames) = (ahead.Frames, batch.Frames);
        batch.Count = ahead.Count;
        _ahead = null;
        return true;
    }

    /// <summary>Gives the file its place on the timeline, after its first frames were read.</summary>
    internal void Renumber(ushort origin)
    {
        Reader.Origin = origin;
        for (var i = 0; i < _ahead?.Count; i++)
            _ahead.Frames[i].Origin = origin;
    }

    /// <summary>
    /// Whether this file goes on beside the next one, which begins at <paramref name="nextFirstNs"/>. If so, the frames of <paramref
    /// name="batch"/> from
    /// there on are taken out of it and held back, to be merged.
    /// </summary>
    internal bool TryHoldOverlap(FrameBatch batch, long nextFirstNs, long firstNs)
    {
        var latest = Reader.BatchMaxNs;
        var kept = FramesUntil(batch, nextFirstNs);
        if (kept == batch.Count)
            return false;
        if (TryLookAhead(out var ahead) ? FramesUntil(ahead, nextFirstNs) > 0 : IsCut(firstNs, latest, nextFirstNs))
            return false;
        _held = new FrameBatch(HeldOctets, HeldFrames);
        for (var i = kept; i < batch.Count; i++)
            _ = FrameCopy.TryAppend(_held, batch.Frame(i), in batch.Frames[i], mayGrow: true);
        _next = 0;
        batch.Count = kept;
        return true;
    }

    /// <summary>Holds back the next frames of the file; false at its end.</summary>
    internal bool TryHold()
    {
        if (ReferenceEquals(_held, Empty))
            _held = new FrameBatch(HeldOctets, HeldFrames);
        _next = 0;
        return TryRead(_held);
    }

    /// <summary>Moves held frames up to time <paramref name="limitNs"/> into <paramref name="batch"/>; false when that is full.</summary>
    internal bool TryMove(FrameBatch batch, long limitNs)
    {
        while (_next < _held.Count && HeadNs <= limitNs)
        {
            if (!FrameCopy.TryAppend(batch, _held.Frame(_next), in _held.Frames[_next], mayGrow: batch.Count == 0))
                return false;
            _next++;
        }
        return true;
    }

    /// <inheritdoc/>
    public void Dispose() => Reader.Dispose();

    // Frames that several queues of a network card captured are a little out of order. Where such a capture was cut into files, the last
    // frames of one are
    // later than the first of the next, and must stay where they are: the pieces are to give the same timeline as the whole.
    private static bool IsCut(long firstNs, long latestNs, long nextFirstNs)
    {
        const long MaxDisorderNs = 1_000_000_000;
        var overlap = latestNs - nextFirstNs;
        return overlap <= MaxDisorderNs && overlap <= (latestNs - firstNs) / 10;
    }

    private bool TryLookAhead([NotNullWhen(true)] out FrameBatch? ahead)
    {
        ahead = new FrameBatch(HeldOctets, HeldFrames);
        if (!Reader.TryRead(ahead))
            ahead = null;
        _ahead = ahead;
        return ahead is not null;
    }

    /// <summary>How many frames lead up to the last one that is not later than <paramref name="timeNs"/>, that one included.</summary>
    private static int FramesUntil(FrameBatch batch, long timeNs)
    {
        var count = batch.Count;
        while (count > 0 && batch.Frames[count - 1].TimestampNs > timeNs)
            count--;
        return count;
    }
}
