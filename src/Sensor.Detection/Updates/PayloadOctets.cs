namespace Sensor.Detection.Updates;

/// <summary>
/// The octets of one file at their places, in blocks that <paramref name="memory"/> lends: only where octets came, so that a file with holes takes no
/// more than what was seen of it. Which octets are there is for the owner to know.
/// </summary>
internal sealed class PayloadOctets(PayloadMemory memory)
{
    private const int None = -1;

    private readonly List<int> _blocks = [];

    /// <summary>Copies <paramref name="octets"/> to their place.</summary>
    public void Put(long offset, ReadOnlySpan<byte> octets)
    {
        while (octets.Length > 0)
        {
            var (index, at) = PlaceOf(offset);
            var part = Math.Min(octets.Length, PayloadMemory.BlockSize - at);
            octets[..part].CopyTo(BlockAt(index)[at..]);
            octets = octets[part..];
            offset += part;
        }
    }

    /// <summary>The octets from <paramref name="offset"/> on that lie together, at most <paramref name="most"/>: up to the end of a block.</summary>
    public ReadOnlySpan<byte> From(long offset, long most)
    {
        var (index, at) = PlaceOf(offset);
        return memory[_blocks[index]].Slice(at, (int)Math.Min(most, PayloadMemory.BlockSize - at));
    }

    /// <summary>The first <paramref name="length"/> octets, all of which must have come, as one array.</summary>
    public byte[] ToArray(int length)
    {
        var all = GC.AllocateUninitializedArray<byte>(length);
        for (var done = 0; done < length;)
        {
            var part = From(done, length - done);
            part.CopyTo(all.AsSpan(done));
            done += part.Length;
        }
        return all;
    }

    /// <summary>Gives back the blocks that lie wholly before <paramref name="offset"/>.</summary>
    public void ReleaseBefore(long offset)
    {
        var end = Math.Min(_blocks.Count, PlaceOf(offset).Index);
        for (var index = end - 1; index >= 0 && _blocks[index] != None; index--)
            Release(index);
    }

    /// <summary>Gives all blocks back.</summary>
    public void Clear()
    {
        for (var index = 0; index < _blocks.Count; index++)
        {
            if (_blocks[index] != None)
                Release(index);
        }
        _blocks.Clear();
    }

    private static (int Index, int At) PlaceOf(long offset) => ((int)(offset / PayloadMemory.BlockSize), (int)(offset % PayloadMemory.BlockSize));

    private Span<byte> BlockAt(int index)
    {
        while (_blocks.Count <= index)
            _blocks.Add(None);
        if (_blocks[index] == None)
            _blocks[index] = memory.Rent();
        return memory[_blocks[index]];
    }

    private void Release(int index)
    {
        memory.Return(_blocks[index]);
        _blocks[index] = None;
    }
}
