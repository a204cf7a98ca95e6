using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Sensor.Core.Flows;

/// <summary>
/// Fingerprints of the last segments of a direction, to tell a retransmission (equal octets) from an injection (the same place, other
/// octets) after the octets themselves are gone. Segments that begin at the same number are compared: as a whole when they are equally
/// long, else as far as a fingerprint of their beginnings reaches. The numbers lie together: a segment that begins at a new one, as nearly all
/// do, reads one cache line of this and writes another.
/// </summary>
internal struct SeenSegments
{
    private const int Capacity = 8;

    /// <summary>
    /// Beginnings that are compared of segments of different lengths: a status line, and a head with its date and length.
    /// </summary>
    private const int Short = 32, Long = 256;

    /// <summary>Segments kept so far, up to <see cref="Capacity"/>; then that and the place of the next one.</summary>
    private int _kept;
    private Sequences _sequences;
    private Ring _segments;

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
        for (var same = From(sequence); same != 0; same &= same - 1)
        {
            ref readonly var segment = ref _segments[BitOperations.TrailingZeroCount(same)];
            earlier = segment.Mark;
            if (segment.Length == octets.Length)
                return segment.Prints.Whole != prints.Whole;
            var common = Math.Min(segment.Length, octets.Length);
            if (common >= Long ? segment.Prints.Long != prints.Long : common >= Short && segment.Prints.Short != prints.Short)
                return true;
        }
        var next = _kept % Capacity;
        _kept = _kept == (2 * Capacity) - 1 ? Capacity : _kept + 1;
        _sequences[next] = sequence;
        ref var kept = ref _segments[next];
        (kept.Length, kept.Prints, kept.Mark) = (octets.Length, prints, SegmentMark.Of(octets, in place));
        return false;
    }

    /// <summary>Forgets all.</summary>
    public void Clear() => _kept = 0;

    /// <summary>A bit for each kept segment that begins at <paramref name="sequence"/>.</summary>
    private readonly uint From(uint sequence)
    {
        var same = Vector256.Equals(Vector256.LoadUnsafe(in _sequences[0]), Vector256.Create(sequence)).ExtractMostSignificantBits();
        return same & ((1u << Math.Min(_kept, Capacity)) - 1);
    }

    private struct Segment
    {
        public int Length;
        public Prints Prints;
        public SegmentMark Mark;
    }

    /// <summary>
    /// Fingerprints of a segment's first octets (0 when it has fewer) and of all. Four CRCs (one instruction for eight octets on most processors) beside
    /// each other, so that none waits for another: this is done for every octet watched. Whoever forges equal ones deceives a comparison.
    /// </summary>
    private struct Prints
    {
        private const int Stride = 4 * sizeof(ulong);

        public ulong Short, Long, Whole;

        public static Prints Of(ReadOnlySpan<byte> octets)
        {
            var prints = default(Prints);
            var strides = MemoryMarshal.Cast<byte, Lanes>(octets[..(octets.Length & ~(Stride - 1))]);
            var print = new Print(0);
            var at = 0;
            for (; at < strides.Length && at < SeenSegments.Long / Stride; at++)
            {
                print.Add(in strides[at]);
                if (at == (SeenSegments.Short / Stride) - 1)
                    prints.Short = print.Value;
                else if (at == (SeenSegments.Long / Stride) - 1)
                    prints.Long = print.Value;
            }
            for (; at < strides.Length; at++)
                print.Add(in strides[at]);
            print.Add(octets[(strides.Length * Stride)..]);
            prints.Whole = print.Value;
            return prints;
        }
    }

    private readonly record struct Lanes(ulong A, ulong B, ulong C, ulong D);

    private struct Print(uint seed)
    {
        private uint _a = seed, _b = 1, _c = 2, _d = 3;

        public readonly ulong Value => ((((ulong)_a << 32) | _b) * 0x9FB21C651E98DF25UL) ^ (((ulong)_c << 32) | _d);

        public void Add(in Lanes octets)
        {
            _a = BitOperations.Crc32C(_a, octets.A);
            _b = BitOperations.Crc32C(_b, octets.B);
            _c = BitOperations.Crc32C(_c, octets.C);
            _d = BitOperations.Crc32C(_d, octets.D);
        }

        public void Add(ReadOnlySpan<byte> rest)
        {
            for (; rest.Length >= sizeof(ulong); rest = rest[sizeof(ulong)..])
                _a = BitOperations.Crc32C(_a, BinaryPrimitives.ReadUInt64LittleEndian(rest));
            foreach (var octet in rest)
                _a = BitOperations.Crc32C(_a, octet);
        }
    }

    [InlineArray(Capacity)]
    private struct Sequences
    {
        private uint _element;
    }

    [InlineArray(Capacity)]
    private struct Ring
    {
        private Segment _element;
    }
}
