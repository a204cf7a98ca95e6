namespace Sensor.Detection.Updates;

/// <summary>
/// The memory that payloads lie in while they are put together: blocks of one size that are lent and taken back, so that downloads that come and go
/// neither allocate nor move memory. It grows to the most that was lent at one time and is reused from the block returned last, which is warm.
/// </summary>
internal sealed class PayloadMemory
{
    /// <summary>Octets of a block: the smallest file costs one, and a download of megabytes still few of them.</summary>
    public const int BlockSize = 16 << 10;

    /// <summary>Blocks allocated at once: 1 MiB, an object of the large heap, which the collector does not move.</summary>
    private const int SlabBlocks = 64;

    private readonly List<byte[]> _slabs = [];
    private readonly Stack<int> _free = new();

    /// <summary>Octets of the blocks lent.</summary>
    public long Lent { get; private set; }

    /// <summary>The octets of block <paramref name="number"/>, with whatever was in them last.</summary>
    public Span<byte> this[int number] => _slabs[number / SlabBlocks].AsSpan(number % SlabBlocks * BlockSize, BlockSize);

    /// <summary>Lends a block; its octets are not cleared.</summary>
    public int Rent()
    {
        if (_free.Count == 0)
            Grow();
        Lent += BlockSize;
        return _free.Pop();
    }

    /// <summary>Takes block <paramref name="number"/> back.</summary>
    public void Return(int number)
    {
        Lent -= BlockSize;
        _free.Push(number);
    }

    private void Grow()
    {
        _slabs.Add(GC.AllocateUninitializedArray<byte>(SlabBlocks * BlockSize));
        for (var number = _slabs.Count * SlabBlocks; number-- > (_slabs.Count - 1) * SlabBlocks;)
            _free.Push(number);
    }
}
