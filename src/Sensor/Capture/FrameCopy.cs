using Sensor.Core.Frames;

namespace Sensor.Capture;

/// <summary>Copies frames from batch to batch, where files are merged.</summary>
internal static class FrameCopy
{
    /// <summary>Adds a frame to <paramref name="batch"/>; false when there is no room and it may not grow.</summary>
    internal static bool TryAppend(FrameBatch batch, ReadOnlySpan<byte> octets, ref readonly FrameRecord frame, bool mayGrow)
    {
        var at = batch.Count == 0 ? 0 : EndOf(in batch.Frames[batch.Count - 1]);
        if (batch.Count == batch.Frames.Length || batch.Octets.Length - at < octets.Length)
        {
            if (!mayGrow)
                return false;
            Grow(batch, at, octets.Length);
        }
        octets.CopyTo(batch.Octets.AsSpan(at));
        ref var copy = ref batch.Frames[batch.Count++];
        copy = frame;
        copy.Offset = at;
        return true;
    }

    private static int EndOf(ref readonly FrameRecord frame) => frame.Offset + frame.CapturedLength;

    private static void Grow(FrameBatch batch, int used, int more)
    {
        if (batch.Count == batch.Frames.Length)
        {
            var frames = new FrameRecord[Math.Max(batch.Count * 2, 16)];
            batch.Frames.AsSpan(0, batch.Count).CopyTo(frames);
            batch.Frames = frames;
        }
        if (batch.Octets.Length - used >= more)
            return;
        var octets = new byte[Math.Max(used + more, batch.Octets.Length * 2)];
        batch.Octets.AsSpan(0, used).CopyTo(octets);
        batch.Octets = octets;
    }
}
