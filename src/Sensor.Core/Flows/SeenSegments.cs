using System.Buffers.Binary;
using System.Runtime.CompilerServices;

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

    private static ulong Print(ReadOnlySpan<byte> octets)
    {
        var print = (ulong)octets.Length;
        for (; octets.Length >= 8; octets = octets[8..])
        {
            print = (print ^ BinaryPrimitives.ReadUInt64LittleEndian(octets)) * 0x9FB21C651E98DF25UL;
            print ^= print >> 32;
        }
        foreach (var octet in octets)
            print = (print ^ octet) * 0xD6E8FEB86659FD93UL;
        return print ^ (print >> 32);
    }

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
