using Sensor.Detection.Updates;

namespace Sensor.Detection.Tests.Updates;

public class PayloadMemoryTests
{
    private readonly PayloadMemory _memory = new();

    [Fact]
    public void What_is_returned_is_lent_again()
    {
        var blocks = Enumerable.Range(0, 200).Select(_ => _memory.Rent()).ToArray();
        Assert.Equal(200, blocks.Distinct().Count());
        Assert.Equal(200L * PayloadMemory.BlockSize, _memory.Lent);
        foreach (var block in blocks)
            _memory.Return(block);
        Assert.Equal(0, _memory.Lent);
        Assert.Equal(blocks[^1], _memory.Rent());
    }

    [Fact]
    public void Equal_octets_of_many_files_lie_in_one_place_until_one_differs()
    {
        var octets = Octets(3 * PayloadMemory.BlockSize);
        var files = Enumerable.Range(0, 50).Select(_ => new PayloadOctets(_memory)).ToArray();
        for (var at = 0; at < octets.Length; at += 1000)
        {
            foreach (var file in files)
                file.Put(at, octets.AsSpan(at, Math.Min(1000, octets.Length - at)));
        }
        Assert.Equal(3L * PayloadMemory.BlockSize, _memory.Lent);
        byte[] other = [(byte)~octets[5_000]];
        files[7].Put(5_000, other);
        Assert.Equal(4L * PayloadMemory.BlockSize, _memory.Lent);
        Assert.Equal(octets, files[6].ToArray(octets.Length));
        octets[5_000] = other[0];
        Assert.Equal(octets, files[7].ToArray(octets.Length));
        foreach (var file in files)
            file.Clear();
        Assert.Equal(0, _memory.Lent);
    }

    [Fact]
    public void A_block_that_is_written_to_alone_again_is_not_taken_for_what_it_was()
    {
        var octets = Octets(PayloadMemory.BlockSize);
        var (first, second) = (new PayloadOctets(_memory), new PayloadOctets(_memory));
        first.Put(0, octets);
        first.Put(5, [1, 2, 3]);
        second.Put(0, octets);
        Assert.Equal(octets, second.ToArray(octets.Length));
        octets.AsSpan(5, 3).Clear();
        (octets[5], octets[6], octets[7]) = (1, 2, 3);
        Assert.Equal(octets, first.ToArray(octets.Length));
    }

    [Fact]
    public void Blocks_that_agree_where_they_are_sampled_are_still_two()
    {
        var octets = Octets(PayloadMemory.BlockSize);
        var (first, second) = (new PayloadOctets(_memory), new PayloadOctets(_memory));
        first.Put(0, octets);
        octets[1] ^= 1;
        second.Put(0, octets);
        Assert.Equal(octets, second.ToArray(octets.Length));
        Assert.NotEqual(octets, first.ToArray(octets.Length));
        second.Clear();
        octets[1] ^= 1;
        Assert.Equal(octets, first.ToArray(octets.Length));
    }

    [Fact]
    public void A_hole_that_is_filled_late_changes_nobody_else()
    {
        var octets = Octets(PayloadMemory.BlockSize);
        var files = new[] { new PayloadOctets(_memory), new PayloadOctets(_memory) };
        files[1].Put(0, octets);
        files[0].Put(0, octets.AsSpan(0, 100));
        files[0].Put(200, octets.AsSpan(200));
        files[0].Put(100, octets.AsSpan(100, 100));
        Assert.All(files, file => Assert.Equal(octets, file.ToArray(octets.Length)));
    }

    private static byte[] Octets(int count)
    {
        var octets = new byte[count];
        new Random(5).NextBytes(octets);
        return octets;
    }
}
