using System.Numerics;

namespace Sensor.Core.Flows;

/// <summary>
/// The memory of all streams of a shard: heads over several segments, segments that came early, bodies that are kept. Arrays of a few
/// sizes are lent and taken back, so after warm-up nothing is allocated. What is lent is bounded: a refusal is a value that the asker
/// counts.
/// </summary>
internal sealed class StreamMemory(long limit)
{
    private const int Smallest = 256, Largest = 1 << 21;

    /// <summary>Sizes a doubling: with four of them a segment's copy wastes a tenth on average, with powers of two alone a third.</summary>
    private const int StepShift = 2, Steps = 1 << StepShift;

    /// <summary>What the smallest size would have as its place if places were counted from one octet on.</summary>
    private const int FirstPlace = (5 * Steps) + 7;

    private readonly List<byte[]>[] _free = [.. Enumerate()];
    private long _lent, _spare;

    /// <summary>Octets lent out.</summary>
    public long Lent => _lent;

    /// <summary>Whether less than half is lent, so that something of doubtful use may be kept too.</summary>
    public bool HasPlenty => _lent < limit / 2;

    /// <summary>An array of at least <paramref name="octets"/>, or null when the bound is reached.</summary>
    public byte[]? Rent(int octets)
    {
        if (octets > Largest)
            return null;
        var (place, size) = ClassOf(octets);
        if (_lent + size > limit)
            return null;
        _lent += size;
        var free = _free[place];
        if (free.Count == 0)
            return GC.AllocateUninitializedArray<byte>(size);
        var array = free[^1];
        free.RemoveAt(free.Count - 1);
        _spare -= size;
        return array;
    }

    /// <summary>Takes <paramref name="array"/> back. Beyond the bound spare arrays are left to the collector.</summary>
    public void Return(byte[] array)
    {
        _lent -= array.Length;
        if (_spare + array.Length > limit)
            return;
        _spare += array.Length;
        _free[ClassOf(array.Length).Place].Add(array);
    }

    /// <summary>Makes room for <paramref name="needed"/> octets in <paramref name="array"/>, keeping the first <paramref name="used"/>. False when refused.</summary>
    public bool Grow(ref byte[]? array, int used, int needed)
    {
        if (array is not null && array.Length >= needed)
            return true;
        // What grows once will grow again: by doubling it is copied about once.
        if (Rent(array is null ? needed : (int)BitOperations.RoundUpToPowerOf2((uint)needed)) is not { } larger)
            return false;
        if (array is not null)
        {
            array.AsSpan(0, used).CopyTo(larger);
            Return(array);
        }
        array = larger;
        return true;
    }

    /// <summary>Takes <paramref name="array"/> back, if there is one, and forgets it.</summary>
    public void Release(ref byte[]? array)
    {
        if (array is not null)
            Return(array);
        array = null;
    }

    /// <summary>The list for arrays of <paramref name="octets"/> and how long they are.</summary>
    private static (int Place, int Size) ClassOf(int octets)
    {
        var last = (uint)Math.Max(octets, Smallest) - 1;
        var scale = BitOperations.Log2(last) - StepShift;
        var steps = (int)(last >> scale);
        return ((scale * Steps) + steps - FirstPlace, (steps + 1) << scale);
    }

    private static IEnumerable<List<byte[]>> Enumerate()
    {
        for (var place = 0; place <= ClassOf(Largest).Place; place++)
            yield return [];
    }
}
