using CsCheck;
using Sensor.Core.Flows;
using Sensor.Core.Frames;

namespace Sensor.Core.Tests.Flows;

public class StreamReassemblerTests
{
    private const uint Isn = 0xFFFF_FF80;

    /// <summary>Pieces of a stream in any order, some twice, some longer so that they overlap, all from the true octets.</summary>
    private static readonly Gen<(byte[] Stream, (int At, int Length)[] Pieces)> AnyOrder =
        from stream in Gen.Byte.Array[1, 600]
        from cuts in Gen.Int[1, 40].Array[1, 40]
        from extra in Gen.Int[0, 30].Array[40]
        from repeats in Gen.Int[0, 1000].Array[0, 10]
        from shuffle in Gen.Int[0, int.MaxValue].Array[64]
        select (stream, Pieces(stream.Length, cuts, extra, repeats, shuffle));

    [Fact]
    public void Any_order_repetition_and_overlap_of_true_octets_gives_the_stream() => AnyOrder.Sample(
        static (sample) =>
        {
            var run = new Run();
            run.Stream.Start(Isn);
            foreach (var (at, length) in sample.Pieces)
                run.Accept(sample.Stream.AsSpan(at, length), at);
            run.Stream.Finish(run);
            Assert.Equal(sample.Stream, run.Octets);
            Assert.Equal(0, run.Counters.StreamGaps);
            Assert.Equal(0, run.Counters.StreamOverlaps);
            Assert.Equal(0, run.Memory.Lent);
        }, iter: 2000);

    [Fact]
    public void What_is_lost_is_a_gap_of_its_size_and_nothing_else_is_missing() => AnyOrder.Sample(
        static (sample) =>
        {
            var run = new Run();
            run.Stream.Start(Isn);
            var kept = sample.Pieces.Where(static (_, i) => i % 3 != 1).ToArray();
            foreach (var (at, length) in kept)
                run.Accept(sample.Stream.AsSpan(at, length), at);
            run.Stream.Finish(run);
            var expected = sample.Stream.Select((octet, i) => kept.Any(p => i >= p.At && i < p.At + p.Length) ? octet : -1).ToList();
            while (expected.Count > 0 && expected[^1] < 0)
                expected.RemoveAt(expected.Count - 1);
            Assert.Equal(expected, run.WithGaps);
            Assert.Equal(run.Gaps, run.Counters.StreamGaps);
        }, iter: 2000);

    [Fact]
    public void The_octets_seen_first_win_and_others_are_counted()
    {
        var run = new Run();
        run.Stream.Start(Isn);
        run.Accept("EVIL"u8, 4);
        run.Accept("GOODTRUE"u8, 0);
        run.Accept("GOODEVIL"u8, 0);
        run.Accept("BAAD"u8, 0);
        Assert.Equal("GOODEVIL"u8.ToArray(), run.Octets);
        Assert.Equal(2, run.Counters.StreamOverlaps);
    }

    [Fact]
    public void A_retransmission_with_other_octets_is_counted_after_the_first_are_gone()
    {
        var run = new Run();
        run.Stream.Start(Isn);
        run.Accept("GOOD"u8, 0);
        run.Accept("GOOD"u8, 0);
        Assert.Equal(0, run.Counters.StreamOverlaps);
        run.Accept("EVIL"u8, 0);
        Assert.Equal(1, run.Counters.StreamOverlaps);
        Assert.Equal("GOOD"u8.ToArray(), run.Octets);
    }

    [Fact]
    public void Octets_cut_by_the_capture_are_a_gap()
    {
        var run = new Run();
        run.Stream.Start(Isn);
        run.Accept("abc"u8, 0, wire: 10);
        run.Accept("xyz"u8, 10);
        Assert.Equal("abc\0\0\0\0\0\0\0xyz", run.Text);
    }

    [Fact]
    public void A_hole_is_given_up_when_the_other_side_has_acknowledged_it()
    {
        var run = new Run();
        run.Stream.Start(Isn);
        run.Stream.IsAcknowledged = true;
        run.Accept("after"u8, 5);
        for (var i = 0; i < 2; i++)
            run.Stream.Acknowledge(Isn + 10, new StreamPlace { TimestampNs = 5 }, run);
        Assert.Equal("", run.Text);
        run.Stream.Acknowledge(Isn + 10, new StreamPlace { TimestampNs = 5 }, run);
        Assert.Equal("\0\0\0\0\0after", run.Text);
    }

    [Fact]
    public void A_hole_is_given_up_in_a_direction_that_nobody_acknowledges_after_a_second()
    {
        var run = new Run();
        run.Stream.Start(Isn);
        run.Accept("b"u8, 1);
        run.Now = 900_000_000;
        run.Accept("c"u8, 2);
        Assert.Equal("", run.Text);
        run.Now = 1_100_000_000;
        run.Accept("d"u8, 3);
        Assert.Equal("\0bcd", run.Text);
    }

    [Fact]
    public void What_waits_is_bounded()
    {
        var run = new Run(limit: 64 << 20);
        run.Stream.Start(Isn);
        run.Stream.IsAcknowledged = true;
        var segment = new byte[1460];
        for (var at = 1; at < 4 << 20; at += segment.Length)
        {
            run.Accept(segment, at);
            Assert.InRange(run.Memory.Lent, 0, 2 * StreamReassembler.MaxPending);
        }
        Assert.Equal(1, run.Counters.StreamGaps);
    }

    [Fact]
    public void Memory_that_is_refused_is_a_gap_and_counted()
    {
        var run = new Run(limit: 4096);
        run.Stream.Start(Isn);
        for (var at = 100; at < 20_000; at += 1000)
            run.Accept(new byte[1000], at);
        run.Stream.Finish(run);
        Assert.True(run.Counters.StreamsDropped > 0);
        Assert.Equal(0, run.Memory.Lent);
    }

    [Fact]
    public void A_single_far_segment_is_not_believed_but_a_second_one_is()
    {
        var run = new Run();
        run.Stream.Start(Isn);
        run.Accept("one"u8, 0);
        run.Accept("far"u8, 100 << 20);
        run.Accept("two"u8, 3);
        Assert.Equal("onetwo", run.Text);
        run.Accept("far"u8, 100 << 20);
        run.Accept("more"u8, (100 << 20) + 3);
        Assert.Equal("more", run.Text[^4..]);
    }

    [Fact]
    public void Early_octets_that_nobody_will_look_at_are_not_copied_and_yet_counted()
    {
        var run = new Run { Unwanted = 9 };
        run.Stream.Start(Isn);
        run.Accept("CDE"u8, 2);
        Assert.Equal(0, run.Memory.Lent);
        run.Accept("FGHIJ"u8, 5);
        Assert.True(run.Memory.Lent > 0);
        run.Accept("AB"u8, 0);
        Assert.Equal(['A', 'B', Run.Passed, Run.Passed, Run.Passed, 'F', 'G', 'H', 'I', 'J'], run.WithGaps);
        Assert.Equal(0, run.Counters.StreamGaps);
        Assert.Equal(0, run.Memory.Lent);
    }

    [Fact]
    public void Early_octets_cut_by_the_capture_are_a_gap_even_where_nobody_looks()
    {
        var run = new Run { Unwanted = 100 };
        run.Stream.Start(Isn);
        run.Accept("C"u8, 2, wire: 3);
        run.Accept("AB"u8, 0);
        Assert.Equal(1, run.Counters.StreamGaps);
    }

    [Fact]
    public void Probes_one_octet_below_change_nothing()
    {
        var run = new Run();
        run.Stream.Start(Isn);
        run.Accept("abc"u8, 0);
        run.Accept("\0"u8, 2);
        run.Accept("d"u8, 3);
        Assert.Equal("abcd", run.Text);
        Assert.Equal(0, run.Counters.StreamOverlaps);
    }

    private static (int At, int Length)[] Pieces(int length, int[] cuts, int[] extra, int[] repeats, int[] shuffle)
    {
        var pieces = new List<(int At, int Length)>();
        for (int at = 0, i = 0; at < length; i++)
        {
            var part = Math.Min(cuts[i % cuts.Length], length - at);
            var before = Math.Min(at, extra[i % extra.Length]);
            var after = Math.Min(length - at - part, extra[(i + 7) % extra.Length]);
            pieces.Add((at - before, before + part + after));
            at += part;
        }
        foreach (var repeat in repeats)
            pieces.Add(pieces[repeat % pieces.Count]);
        return [.. pieces.Select((piece, i) => (piece, Key: shuffle[i % shuffle.Length] ^ (i * 0x5bd1e995))).OrderBy(static p => p.Key).Select(static p => p.piece)];
    }

    private sealed class Run : IStreamReceiver
    {
        public const int Passed = -2;

        private readonly List<int> _seen = [];

        public Run(long limit = 1 << 20)
        {
            Memory = new StreamMemory(limit);
            Stream = new StreamReassembler(0, new StreamChunkPool(Memory, Counters));
        }

        public WireCounters Counters { get; } = new();

        public StreamMemory Memory { get; }

        public StreamReassembler Stream { get; }

        public long Now { get; set; }

        public int Gaps { get; private set; }

        public byte[] Octets => [.. _seen.Select(static octet => (byte)octet)];

        public List<int> WithGaps => _seen;

        public string Text => new([.. _seen.Select(static octet => octet < 0 ? '\0' : (char)octet)]);

        public void Accept(ReadOnlySpan<byte> octets, int at, int wire = 0) =>
            Stream.Accept(octets, Math.Max(wire, octets.Length), Isn + (uint)at, new StreamPlace { TimestampNs = Now }, this);

        public void Receive(int direction, ReadOnlySpan<byte> octets, uint sequence, in StreamPlace place)
        {
            foreach (var octet in octets)
                _seen.Add(octet);
        }

        public long Unwanted { get; set; }

        public long Skippable(int direction) => Unwanted;

        public void Skip(int direction, uint octets, in StreamPlace place)
        {
            Unwanted -= octets;
            for (var i = 0; i < octets; i++)
                _seen.Add(Passed);
        }

        public List<(uint Sequence, long First, long Second)> Contradictions { get; } = [];

        public void Contradict(int direction, ReadOnlySpan<byte> octets, uint sequence, in SegmentMark earlier, in StreamPlace place) =>
            Contradictions.Add((sequence - Isn, earlier.FrameNumber, place.FrameNumber));

        public void Miss(int direction, uint octets, in StreamPlace place)
        {
            Gaps++;
            for (var i = 0; i < Math.Min(octets, 100_000); i++)
                _seen.Add(-1);
        }
    }
}
