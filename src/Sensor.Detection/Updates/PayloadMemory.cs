using System.Buffers.Binary;

namespace Sensor.Detection.Updates;

/// <summary>
/// The memory that payloads lie in while they are put together: blocks of one size that are lent and taken back, so that downloads that come and go
/// neither allocate nor move memory. It grows to the most that was lent at one time and is reused from the block returned last, which is warm. Full
/// blocks with the same octets are one: on a patch day a whole office fetches the same file in the same minute.
/// </summary>
internal sealed class PayloadMemory
{
    /// <summary>Octets of a block: every piece of a file that is fetched in pieces, as updates are, costs one or two.</summary>
    public const int BlockSize = 4 << 10;

    /// <summary>Blocks allocated at once: 1 MiB, an object of the large heap, which the collector does not move.</summary>
    private const int SlabBlocks = 256;

    private readonly List<byte[]> _slabs = [];
    private readonly List<Block> _blocks = [];
    private readonly Stack<int> _free = new();
    private readonly Dictionary<ulong, int> _full = [];

    /// <summary>Octets of the blocks lent.</summary>
    public long Lent => (long)(_blocks.Count - _free.Count) * BlockSize;

    /// <summary>The octets of block <paramref name="number"/>, with whatever was in them last. Full blocks are not written to.</summary>
    public Span<byte> this[int number] => _slabs[number / SlabBlocks].AsSpan(number % SlabBlocks * BlockSize, BlockSize);

    /// <summary>Lends a block; its octets are not cleared.</summary>
    public int Rent()
    {
        if (_free.Count == 0)
            Grow();
        var number = _free.Pop();
        _blocks[number] = new Block(Holders: 1, IsFull: false);
        return number;
    }

    /// <summary>Takes block <paramref name="number"/> back from one of its holders.</summary>
    public void Return(int number)
    {
        var block = _blocks[number];
        _blocks[number] = block with { Holders = block.Holders - 1 };
        if (block.Holders > 1)
            return;
        Unlist(number);
        _free.Push(number);
    }

    /// <summary>Block <paramref name="number"/> is full: gives the block with these octets, which may be another than this and somebody else's too.</summary>
    public int Share(int number)
    {
        var print = PrintOf(number);
        if (!_full.TryGetValue(print, out var known))
        {
            _full.Add(print, number);
            _blocks[number] = _blocks[number] with { IsFull = true };
            return number;
        }
        if (known == number || !this[known].SequenceEqual(this[number]))
            return number;
        _blocks[known] = _blocks[known] with { Holders = _blocks[known].Holders + 1 };
        Return(number);
        return known;
    }

    /// <summary>Whether others may hold block <paramref name="number"/> too.</summary>
    public bool IsFull(int number) => _blocks[number].IsFull;

    /// <summary>A block of one's own with the octets of block <paramref name="number"/>, to write to.</summary>
    public int Part(int number)
    {
        if (_blocks[number].Holders == 1)
        {
            Unlist(number);
            return number;
        }
        var own = Rent();
        this[number].CopyTo(this[own]);
        Return(number);
        return own;
    }

    private void Unlist(int number)
    {
        if (_blocks[number].IsFull)
            _full.Remove(PrintOf(number));
        _blocks[number] = _blocks[number] with { IsFull = false };
    }

    /// <summary>A few octets from all over the block: those that agree in them are compared as a whole.</summary>
    private ulong PrintOf(int number)
    {
        const ulong Odd = 0x9E37_79B9_7F4A_7C15;
        const int Samples = 8;
        ReadOnlySpan<byte> octets = this[number];
        var print = 0UL;
        for (var i = 1; i <= Samples; i++)
            print = (print ^ BinaryPrimitives.ReadUInt64LittleEndian(octets[((i * BlockSize / Samples) - sizeof(ulong))..])) * Odd;
        return print;
    }

    private void Grow()
    {
        _slabs.Add(GC.AllocateUninitializedArray<byte>(SlabBlocks * BlockSize));
        for (var number = _slabs.Count * SlabBlocks; number-- > (_slabs.Count - 1) * SlabBlocks;)
        {
            _blocks.Add(default);
            _free.Push(number);
        }
    }

    /// <summary>Of how many files a block is part, and whether it is listed as full.</summary>
    private readonly record struct Block(int Holders, bool IsFull);
}
