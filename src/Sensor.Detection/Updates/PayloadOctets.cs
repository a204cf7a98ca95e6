namespace Sensor.Detection.Updates;

/// <summary>
/// The octets of one file at their places, in blocks that <paramref name="memory"/> lends: only where octets came, so that a file of which a client
/// fetches pieces takes little more than the pieces. Which octets are there is for the owner to know.
/// </summary>
internal sealed class PayloadOctets(PayloadMemory memory)
{
    /// <summary>Blocks whose numbers are noted together: those of a quarter of a megabyte.</summary>
    private const int PageBlocks = 64;

    private const int None = -1;

    private readonly List<int[]?> _pages = [];
    private int _released;

    /// <summary>Copies <paramref name="octets"/> to their place.</summary>
    public void Put(long offset, ReadOnlySpan<byte> octets)
    {
        while (octets.Length > 0)
        {
            var at = (int)(offset % PayloadMemory.BlockSize);
            var part = Math.Min(octets.Length, PayloadMemory.BlockSize - at);
            PutInto(ref PlaceOf((int)(offset / PayloadMemory.BlockSize)), at, octets[..part]);
            octets = octets[part..];
            offset += part;
        }
    }

    /// <summary>The octets from <paramref name="offset"/> on that lie together, at most <paramref name="most"/>: up to the end of a block.</summary>
    public ReadOnlySpan<byte> From(long offset, long most)
    {
        var at = (int)(offset % PayloadMemory.BlockSize);
        return memory[PlaceOf((int)(offset / PayloadMemory.BlockSize))].Slice(at, (int)Math.Min(most, PayloadMemory.BlockSize - at));
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
        for (var end = Math.Min((int)(offset / PayloadMemory.BlockSize), _pages.Count * PageBlocks); _released < end; _released++)
        {
            if (_pages[_released / PageBlocks] is { } page)
                Release(ref page[_released % PageBlocks]);
        }
    }

    /// <summary>Gives all blocks back.</summary>
    public void Clear()
    {
        foreach (var page in _pages)
        {
            for (var i = 0; i < page?.Length; i++)
                Release(ref page[i]);
        }
        _pages.Clear();
    }

    /// <summary>Where the number of the block with this <paramref name="index"/> in the file is noted.</summary>
    private ref int PlaceOf(int index)
    {
        while (_pages.Count <= index / PageBlocks)
            _pages.Add(null);
        ref var page = ref System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_pages)[index / PageBlocks];
        if (page is null)
        {
            page = new int[PageBlocks];
            Array.Fill(page, None);
        }
        return ref page[index % PageBlocks];
    }

    private void PutInto(ref int block, int at, ReadOnlySpan<byte> octets)
    {
        if (block == None)
            block = memory.Rent();
        if (memory.IsFull(block))
        {
            if (memory[block].Slice(at, octets.Length).SequenceEqual(octets))
                return;
            block = memory.Part(block);
        }
        octets.CopyTo(memory[block][at..]);
        // A hole in it does no harm: what comes to fill it differs from what is there, or need not be written.
        if (at + octets.Length == PayloadMemory.BlockSize)
            block = memory.Share(block);
    }

    private void Release(ref int block)
    {
        if (block != None)
            memory.Return(block);
        block = None;
    }
}
