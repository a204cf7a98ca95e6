using System.Buffers.Binary;
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

    /// <summary>Four sums beside each other, because one multiplication need not wait for another then: this is done for every octet watched.</summary>
    private static ulong Print(ReadOnlySpan<byte> octets)
    {
        const ulong Odd = 0x9FB21C651E98DF25UL;
        const int Lane = sizeof(ulong), Stride = 4 * Lane;
        ulong a = (ulong)octets.Length, b = Odd, c = ~Odd, d = Odd >> 1;
        var whole = octets.Length & ~(Stride - 1);
        foreach (ref readonly var part in MemoryMarshal.Cast<byte, Lanes>(octets[..whole]))
        {
            a = Step(a, part.A);
            b = Step(b, part.B);
            c = Step(c, part.C);
            d = Step(d, part.D);
        }
        var rest = octets[whole..];
        for (; rest.Length >= Lane; rest = rest[Lane..])
            a = Step(a, BinaryPrimitives.ReadUInt64LittleEndian(rest));
        foreach (var octet in rest)
            a = Step(a, octet);
        return Step(Step(Step(a, b), c), d);
    }

    private static ulong Step(ulong print, ulong octets)
    {
        print = (print ^ octets) * 0x9FB21C651E98DF25UL;
        return print ^ (print >> 32);
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
