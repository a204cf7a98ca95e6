using System.Numerics;

namespace Sensor.Core.Flows;

/// <summary>
/// The memory of all streams of a shard: heads over several segments, segments that came early, bodies that are kept. Arrays of powers of two
/// are lent and taken back, so after warm-up nothing is allocated. What is lent is bounded: a refusal is a value that the asker counts.
/// </summary>
internal sealed class StreamMemory(long limit)
{
    private const int SmallestShift = 8, LargestShift = 21;

    private readonly List<byte[]>[] _free = [.. Enumerate()];
    private long _lent, _spare;

    /// <summary>Octets lent out.</summary>
    public long Lent => _lent;

    /// <summary>Whether less than half is lent, so that something of doubtful use may be kept too.</summary>
    public bool HasPlenty => _lent < limit / 2;

    /// <summary>An array of at least <paramref name="octets"/>, or null when the bound is reached.</summary>
    public byte[]? Rent(int octets)
    {
        var shift = Math.Max(SmallestShift, BitOperations.Log2((uint)Math.Max(octets - 1, 1)) + 1);
        if (shift > LargestShift || _lent + (1 << shift) > limit)
            return null;
        _lent += 1 << shift;
        var free = _free[shift - SmallestShift];
        if (free.Count == 0)
            return GC.AllocateUninitializedArray<byte>(1 << shift);
        var array = free[^1];
        free.RemoveAt(free.Count - 1);
        _spare -= array.Length;
        return array;
    }

    /// <summary>Takes <paramref name="array"/> back. Beyond the bound spare arrays are left to the collector.</summary>
    public void Return(byte[] array)
    {
        _lent -= array.Length;
        if (_spare + array.Length > limit)
            return;
        _spare += array.Length;
        _free[BitOperations.Log2((uint)array.Length) - SmallestShift].Add(array);
    }

    /// <summary>Makes room for <paramref name="needed"/> octets in <paramref name="array"/>, keeping the first <paramref name="used"/>. False when refused.</summary>
    public bool Grow(ref byte[]? array, int used, int needed)
    {
        if (array is not null && array.Length >= needed)
            return true;
        if (Rent(needed) is not { } larger)
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

    private static IEnumerable<List<byte[]>> Enumerate()
    {
        for (var shift = SmallestShift; shift <= LargestShift; shift++)
            yield return [];
    }
}
