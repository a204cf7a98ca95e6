namespace Sensor.Core.Frames;

/// <summary>
/// A run of consecutive frames of the timeline and the buffer they lie in. The source fills it, the pipeline borrows from it, then it is reused:
/// nothing may keep a span into <see cref="Octets"/> beyond the batch.
/// </summary>
public sealed class FrameBatch
{
    /// <summary>Creates a batch with a buffer of <paramref name="octets"/> and room for <paramref name="frames"/> frames.</summary>
    public FrameBatch(int octets = 128 * 1024, int frames = 4096)
    {
        Octets = new byte[octets];
        Frames = new FrameRecord[frames];
    }

    /// <summary>The octets of all frames. A source may replace the array when one record needs more room.</summary>
    public byte[] Octets { get; set; }

    /// <summary>The frames; only the first <see cref="Count"/> are valid.</summary>
    public FrameRecord[] Frames { get; set; }

    /// <summary>How many frames the batch holds.</summary>
    public int Count { get; set; }

    /// <summary>
    /// A live source's tick: nothing came for a while, and packet time is at least this, nanoseconds since 1970 UTC. Acts like a frame of that
    /// time that says nothing. 0 in every batch with frames, and always when files are read.
    /// </summary>
    public long IdleUntilNs { get; set; }

    /// <summary>Position of the first frame on the timeline, from 0; the following frames are consecutive.</summary>
    public long FirstOrdinal { get; set; }

    /// <summary>Octets of datagrams that were put together from fragments; <see cref="SideCount"/> are valid. Grows to what one batch needs.</summary>
    public byte[] Side { get; private set; } = [];

    /// <summary>Octets used in <see cref="Side"/>.</summary>
    public int SideCount { get; private set; }

    /// <summary>Forgets all frames so that the batch can be filled again.</summary>
    public void Clear()
    {
        Count = 0;
        SideCount = 0;
        IdleUntilNs = 0;
    }

    /// <summary>The octets of frame <paramref name="index"/>.</summary>
    public ReadOnlySpan<byte> Frame(int index)
    {
        ref readonly var frame = ref Frames[index];
        return Octets.AsSpan(frame.Offset, frame.CapturedLength);
    }

    /// <summary>Reserves <paramref name="octets"/> in <see cref="Side"/> for a reassembled datagram and returns the offset of the room.</summary>
    public int ReserveSide(int octets)
    {
        var at = SideCount;
        if (Side.Length - at < octets)
        {
            var grown = new byte[Math.Max(at + octets, Side.Length * 2)];
            Side.AsSpan(0, at).CopyTo(grown);
            Side = grown;
        }
        SideCount = at + octets;
        return at;
    }
}
