namespace Sensor.Core.Flows;

/// <summary>Octets that came before their turn: a copy, and where it was seen.</summary>
internal sealed class StreamChunk
{
    /// <summary>Number of the first octet.</summary>
    public uint Sequence;

    /// <summary>Octets on the wire; those beyond <see cref="Captured"/> were cut off by the capture.</summary>
    public int Length;

    /// <summary>Octets present.</summary>
    public int Captured;

    /// <summary>The octets, null when none was captured.</summary>
    public byte[]? Octets;

    /// <summary>The packet.</summary>
    public StreamPlace Place;

    /// <summary>The chunk after this one, by sequence number, or the next spare one.</summary>
    public StreamChunk? Next;

    /// <summary>Number of the first octet after the chunk.</summary>
    public uint End => Sequence + (uint)Length;

    /// <summary>The captured octets from number <paramref name="from"/>, at most <paramref name="count"/>.</summary>
    public ReadOnlySpan<byte> Slice(uint from, int count)
    {
        var at = (int)(from - Sequence);
        return at >= Captured ? default : Octets.AsSpan(at, Math.Min(count, Captured - at));
    }
}
