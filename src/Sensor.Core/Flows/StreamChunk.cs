namespace Sensor.Core.Flows;

/// <summary>Octets that came before their turn: a copy, and where it was seen.</summary>
internal sealed class StreamChunk
{
    /// <summary>What a chunk without octets counts against the bound of its stream.</summary>
    public const int OwnCost = 256;

    /// <summary>Number of the first octet.</summary>
    public uint Sequence;

    /// <summary>Octets on the wire; those beyond <see cref="Captured"/> were cut off by the capture.</summary>
    public int Length;

    /// <summary>Octets present; 0 when they are passed over.</summary>
    public int Captured;

    /// <summary>Whether nobody will look at the octets, so that they were not copied.</summary>
    public bool IsPassedOver;

    /// <summary>What the chunk counts against the bound of its stream: the same whether its octets were copied or not.</summary>
    public int Cost;

    /// <summary>The octets, null when none was copied.</summary>
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
