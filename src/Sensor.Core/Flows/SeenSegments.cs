using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Sensor.Core.Flows;

/// <summary>
/// Fingerprints of the last segments of a direction, to tell a retransmission (equal octets) from an injection (the same range, other octets)
/// after the octets themselves are gone. Only equal ranges are compared.
/// </summary>
internal sealed class SeenSegments
{
    private const int Capacity = 8;

    private Ring _segments;
    private int _next;

    /// <summary>Whether a segment with the same range and other octets was seen; if not, this one is remembered.</summary>
    public bool Contradicts(uint sequence, ReadOnlySpan<byte> octets)
    {
        if (octets.IsEmpty)
            return false;
        var print = Print(octets);
        foreach (ref readonly var segment in _segments[..])
        {
            if (segment.Sequence == sequence && segment.Length == octets.Length)
                return segment.Print != print;
        }
        _segments[_next++ % Capacity] = new Segment { Sequence = sequence, Length = octets.Length, Print = print };
        return false;
    }

    /// <summary>Forgets all.</summary>
    public void Clear()
    {
        _segments = default;
        _next = 0;
    }

    /// <summary>
    /// Four CRCs (one instruction for eight octets on most processors) beside each other, so that none waits for another: this is done for
    /// every
    /// octet watched. Whoever forges equal ones deceives a counter.
    /// </summary>
    private static ulong Print(ReadOnlySpan<byte> octets)
    {
        const int Stride = 4 * sizeof(ulong);
        uint a = (uint)octets.Length, b = 1, c = 2, d = 3;
        var whole = octets.Length & ~(Stride - 1);
        foreach (ref readonly var part in MemoryMarshal.Cast<byte, Lanes>(octets[..whole]))
        {
            a = BitOperations.Crc32C(a, part.A);
            b = BitOperations.Crc32C(b, part.B);
            c = BitOperations.Crc32C(c, part.C);
            d = BitOperations.Crc32C(d, part.D);
        }
        var rest = octets[whole..];
        for (; rest.Length >= sizeof(ulong); rest = rest[sizeof(ulong)..])
            a = BitOperations.Crc32C(a, BinaryPrimitives.ReadUInt64LittleEndian(rest));
        foreach (var octet in rest)
            a = BitOperations.Crc32C(a, octet);
        return ((((ulong)a << 32) | b) * 0x9FB21C651E98DF25UL) ^ (((ulong)c << 32) | d);
    }

    private readonly record struct Lanes(ulong A, ulong B, ulong C, ulong D);

    private struct Segment
    {
        public uint Sequence;
        public int Length;
        public ulong Print;
    }

    [InlineArray(Capacity)]
    private struct Ring
    {
        private Segment _element;
    }
}
