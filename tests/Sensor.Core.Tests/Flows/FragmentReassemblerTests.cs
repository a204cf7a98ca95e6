using Sensor.Core.Flows;
using Sensor.Core.Frames;
using Sensor.Core.Wire;

namespace Sensor.Core.Tests.Flows;

public class FragmentReassemblerTests
{
    private const int Limit = 65_515;

    private static readonly byte[] Octets = [.. Enumerable.Range(0, 70_000).Select(static i => (byte)(i * 31))];

    private readonly FragmentReassembler _reassembler = new();
    private readonly WireCounters _counters = new();

    [Fact]
    public void Keeps_the_octets_that_came_first()
    {
        Assert.Null(Add(1, 0, true, Octets[..16]));
        Assert.Null(Add(1, 8, true, new byte[16])); // 8 known octets with other data, 8 new ones
        Assert.Equal([.. Octets[..16], .. new byte[8], 1, 2], Add(1, 24, false, [1, 2]));
        Assert.Equal(1, _counters.FragmentOverlaps);
    }

    [Fact]
    public void Takes_duplicates_and_equal_overlaps_in_silence()
    {
        Assert.Null(Add(1, 0, true, Octets[..2048]));
        Assert.Null(Add(1, 0, true, Octets[..2048]));
        Assert.Null(Add(1, 1000, true, Octets[1000..3000]));
        Assert.Equal(Octets[..3003], Add(1, 3000, false, Octets[3000..3003]));
        Assert.Equal((0, 0), (_counters.FragmentOverlaps, _counters.FragmentsDropped));
    }

    [Fact]
    public void Puts_together_the_largest_datagram_from_back_to_front()
    {
        var length = Limit - 3;
        byte[]? whole = null;
        for (var at = length / 1480 * 1480; at >= 0; at -= 1480)
            whole = Add(1, at, at + 1480 < length, Octets[at..Math.Min(at + 1480, length)]);
        Assert.Equal(Octets[..length], whole);
        Assert.Equal((0, 0), (_reassembler.Count, _reassembler.OctetsHeld));
    }

    [Fact]
    public void Refuses_what_would_be_longer_than_a_datagram()
    {
        Assert.Null(Add(1, 65_512, false, Octets[..400]));
        Assert.Equal((1, 0), (_counters.FragmentsDropped, _reassembler.Count));
    }

    [Fact]
    public void Refuses_a_second_and_a_contradicted_end()
    {
        Assert.Null(Add(1, 16, false, Octets[16..24]));
        Assert.Null(Add(1, 24, false, Octets[24..32])); // another end
        Assert.Null(Add(1, 8, true, Octets[8..32])); // beyond the end
        Assert.Equal(2, _counters.FragmentOverlaps);
        Assert.Equal(Octets[..24], Add(1, 0, true, Octets[..16]));
    }

    [Fact]
    public void Cuts_an_odd_middle_fragment_to_its_units()
    {
        Assert.Null(Add(1, 0, true, Octets[..13]));
        Assert.Equal(Octets[..12], Add(1, 8, false, Octets[8..12]));
    }

    [Fact]
    public void Lets_the_oldest_datagram_give_way_to_a_flood()
    {
        for (uint id = 0; id <= FragmentReassembler.MaxDatagrams; id++)
            Assert.Null(Add(id, 0, true, Octets[..8]));
        Assert.Equal(FragmentReassembler.MaxDatagrams, _reassembler.Count);
        Assert.Equal(1, _counters.FragmentsDropped);
        Assert.Null(Add(0, 8, false, Octets[8..16]));
        Assert.Equal(Octets[..16], Add(FragmentReassembler.MaxDatagrams, 8, false, Octets[8..16]));
    }

    [Fact]
    public void Bounds_the_octets_held()
    {
        for (uint id = 0; id < 100; id++)
            Assert.Null(Add(id, 8, true, Octets[8..65_000]));
        Assert.InRange(_reassembler.OctetsHeld, 1, FragmentReassembler.MaxOctets);
        Assert.True(_counters.FragmentsDropped >= 30);
        Assert.Null(Add(99, 0, true, Octets[..8]));
        Assert.Equal(Octets[..65_001], Add(99, 65_000 / 8 * 8, false, Octets[65_000..65_001]));
    }

    [Fact]
    public void Never_leaks_pages_or_wrong_octets_whatever_comes()
    {
        // A reproducible mess of overlapping pieces of few datagrams; whole ones must be made of the pieces' common source.
        var state = 1u;
        uint Next(uint bound)
        {
            state = (state * 1664525) + 1013904223;
            return (state >> 8) % bound;
        }
        for (var i = 0; i < 20_000; i++)
        {
            var at = (int)(Next(128) * 8);
            var length = (int)Next(400) + 1;
            if (Add(Next(4), at, Next(4) > 0, Octets[at..(at + length)], i * 1_000_000L) is { } whole)
                Assert.Equal(Octets[..whole.Length], whole);
        }
        Add(0, 0, true, Octets[..8], long.MaxValue / 2);
        Assert.Equal(1, _reassembler.Count);
        Assert.Equal(1024, _reassembler.OctetsHeld);
    }

    private byte[]? Add(uint id, int offset, bool more, byte[] data, long timeNs = 0)
    {
        var key = new FragmentKey(IpAddress.FromV4(1), IpAddress.FromV4(2), id, 0, 17);
        if (!_reassembler.TryComplete(in key, new(offset, more, 17, Limit), data, timeNs, _counters, out var datagram))
            return null;
        var whole = new byte[datagram.Length];
        _reassembler.MoveTo(datagram, whole);
        return whole;
    }
}
