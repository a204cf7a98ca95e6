using Sensor.Core.Frames;

namespace Sensor.Capture.Live;

/// <summary>
/// Merges rings by the times of their frames. A frame is given when no earlier one can come: every other ring shows its next frame, or has
/// nothing even in the block that is being filled. Where another ring holds frames back in such a block, they are waited for, which takes as long
/// as a block may get old, unless a ring is a quarter full: then room goes before order.
/// </summary>
internal sealed class RingMerge
{
    // Twice what the kernel lets a block grow old (a timer may just have passed), and some scheduling.
    private static readonly TimeSpan MostHeld = TimeSpan.FromMilliseconds(2 * RingTiming.RetireMilliseconds + 10);
    private static readonly TimeSpan Nap = TimeSpan.FromMilliseconds(1), Long = TimeSpan.FromSeconds(1);
    private readonly RingWait _wait = new();
    private CaptureRing[] _rings = [];
    private TimeSpan? _heldSince;

    /// <summary>The rings; may change between calls.</summary>
    internal CaptureRing[] Rings
    {
        get => _rings;
        set
        {
            _rings = value;
            _heldSince = null;
        }
    }

    /// <summary>Fills <paramref name="batch"/> with what can be given now; when that is nothing, returns how long it is worth waiting.</summary>
    internal TimeSpan Fill(FrameBatch batch, TimeSpan now)
    {
        var used = 0;
        while (true)
        {
            if (!TryRefresh(out var isHeldBack, out var isPressed))
                return Long;
            if (isHeldBack && !isPressed && now - (_heldSince ??= now) < MostHeld)
                return MostHeld - (now - _heldSince.Value);
            _heldSince = null;
            if (!TryDrain(batch, ref used))
                return TimeSpan.Zero;
        }
    }

    /// <summary>
    /// Waits until a ring that has nothing to take may have something; true when a ring reports an error, such as its interface going down.
    /// </summary>
    internal bool Wait(TimeSpan most)
    {
        var isHolding = Array.Exists(_rings, static ring => ring.HasHead);
        if (_wait.TryPoll(_rings, isHolding, most, out var hasError))
            return hasError;
        // Without any ring there is nothing that could come soon.
        Thread.Sleep(most < Nap || _rings.Length == 0 ? most : Nap);
        return false;
    }

    /// <summary>Opens finished blocks; false when no ring has a frame.</summary>
    private bool TryRefresh(out bool isHeldBack, out bool isPressed)
    {
        (isHeldBack, isPressed) = (false, false);
        var hasAny = false;
        foreach (var ring in _rings)
        {
            ring.Refresh();
            hasAny |= ring.HasHead;
        }
        if (!hasAny)
            return false;
        foreach (var ring in _rings)
        {
            isPressed |= ring.IsPressed;
            if (ring.HasHead || ring.IsQuiet)
                continue;
            // It may just have been handed over.
            ring.Refresh();
            isHeldBack |= !ring.HasHead;
        }
        return true;
    }

    /// <summary>Takes frames in the order of time until a ring's open block is used up; false when the batch is full.</summary>
    private bool TryDrain(FrameBatch batch, ref int used)
    {
        while (true)
        {
            CaptureRing? first = null;
            var until = long.MaxValue;
            foreach (var ring in _rings)
            {
                if (!ring.HasHead)
                    continue;
                if (first is null || ring.HeadNs < first.HeadNs)
                {
                    until = first?.HeadNs ?? until;
                    first = ring;
                }
                else
                {
                    until = Math.Min(until, ring.HeadNs);
                }
            }
            if (first is null)
                return true;
            if (!first.TryTake(batch, ref used, until))
                return false;
            if (!first.HasHead)
                return true;
        }
    }
}
