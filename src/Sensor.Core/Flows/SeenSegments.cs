using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace Sensor.Core.Flows;

/// <summary>
/// Fingerprints of the last segments of a direction, to tell a retransmission (equal octets) from an injection (the same place, other
/// octets) after the octets themselves are gone. Segments that begin at the same number are compared: as a whole when they are equally
/// long, else as far as a fingerprint of their beginnings reaches.
/// </summary>
internal sealed class SeenSegments
{
    private const int Capacity = 8;

    /// <summary>
    /// Beginnings that are compared of segments of different lengths: a status line, and a head with its date and length.
    /// </summary>
    private const int Short = 32, Long = 256;

    private Ring _segments;
    private int _next;

    /// <summary>
    /// Whether a segment from the same number with other octets was seen, <paramref name="earlier"/>; if none with the same range was, this
    /// one is remembered. Probes of one octet, which may be garbage, are passed over.
    /// </summary>
    public bool Contradicts(uint sequence, ReadOnlySpan<byte> octets, in StreamPlace place, out SegmentMark earlier)
    {
        earlier = default;
        if (octets.Length <= 1)
            return false;
        var prints = Prints.Of(octets);
        foreach (ref readonly var segment in _segments[..])
        {
            if (segment.Sequence != sequence || segment.Length == 0)
                continue;
            earlier = segment.Mark;
            if (segment.Length == octets.Length)
                return segment.Prints.Whole != prints.Whole;
            var common = Math.Min(segment.Length, octets.Length);
            if (common >= Long ? segment.Prints.Long != prints.Long : common >= Short && segment.Prints.Short != prints.Short)
                return true;
        }
        ref var kept = ref _segments[_next++ % Capacity];
        (kept.Sequence, kept.Length, kept.Prints, kept.Mark) = (sequence, octets.Length, prints, SegmentMark.Of(octets, in place));
        return false;
    }

    /// <summary>Forgets all.</summary>
    public void Clear()
    {
        _segments = default;
        _next = 0;
    }

    private struct Segment
    {
        public uint Sequence;
        public int Length;
        public Prints Prints;
        public SegmentMark Mark;
    }

    /// <summary>Fingerprints of a segment's first octets (0 when it has fewer) and of all.</summary>
    private struct Prints
    {
        public ulong Short, Long, Whole;

        public static Prints Of(ReadOnlySpan<byte> octets)
        {
            var prints = default(Prints);
            var print = 0UL;
            var rest = octets;
            for (; rest.Length >= 8; rest = rest[8..])
            {
                print = (print ^ BinaryPrimitives.ReadUInt64LittleEndian(rest)) * 0x9FB21C651E98DF25UL;
                print ^= print >> 32;
                var read = octets.Length - rest.Length + 8;
                if (read == SeenSegments.Short)
                    prints.Short = print;
                else if (read == SeenSegments.Long)
                    prints.Long = print;
            }
            foreach (var octet in rest)
                print = (print ^ octet) * 0xD6E8FEB86659FD93UL;
            prints.Whole = print ^ (print >> 32);
            return prints;
        }
    }

    [InlineArray(Capacity)]
    private struct Ring
    {
        private Segment _element;
    }
}
