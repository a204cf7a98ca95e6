using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Sensor.Core.Wire;

namespace Sensor.Detection.Bounds;

/// <summary>An entry of a <see cref="RecentRing{T}"/>.</summary>
internal interface IRingEntry
{
    /// <summary>The hash it is found by; 0 while unused.</summary>
    ulong Key { get; set; }
}

/// <summary>
/// The last entries in the order they were made, found by a 64-bit hash. They lie in a ring that is written one place after the other; a small
/// directory says where: four keys to half a cache line, of which it holds a tag only, so that it stays in cache. A new entry takes the place of the
/// oldest.
/// </summary>
internal sealed class RecentRing<T> where T : struct, IRingEntry
{
    private const int Ways = 4;

    // How many places ahead of the one being written the ring is asked for: by then it has been loaded.
    private const int Ahead = 3;

    private readonly int _capacity;
    private readonly Group[] _directory;
    private readonly T[] _entries;
    private uint _next = 1;

    /// <summary>
    /// A ring of <paramref name="capacity"/> entries with <paramref name="places"/> in the directory, both powers of two: with as many places as entries
    /// a third of the old ones cannot be found any more because their four places were taken by newer ones, with four times as many none.
    /// </summary>
    public RecentRing(int capacity, int places)
    {
        _capacity = capacity;
        _directory = new Group[places / Ways];
        _entries = new T[capacity];
    }

    /// <summary>The entry at a place that <see cref="Find"/> or <see cref="Add"/> returned.</summary>
    public ref T this[int index] => ref _entries[index];

    /// <summary>Asks for what <see cref="Find"/> will need first.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Prefetch(ulong key) => CacheLine.Prefetch(in GroupOf(key));

    /// <summary>The place of the entry with this key, or -1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Find(ulong key)
    {
        ref readonly var group = ref GroupOf(key);
        for (var matches = group.Matches(key); matches != 0; matches &= matches - 1)
        {
            var number = group.Numbers[BitOperations.TrailingZeroCount(matches)];
            if (_next - number <= (uint)_capacity && _entries[Index(number)].Key == key)
                return Index(number);
        }
        return -1;
    }

    /// <summary>The place that the next <see cref="Add"/> will give: what lies there will be gone.</summary>
    public int Oldest => Index(_next);

    /// <summary>The entry whose place is given after so many others.</summary>
    public ref readonly T Coming(int others) => ref _entries[Index(_next + (uint)others)];

    /// <summary>A place for this key; but for the key the entry there is what it was for the oldest, and the caller's to fill.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Add(ulong key)
    {
        ref var group = ref GroupOf(key);
        var taken = WayFor(key, in group);
        var index = Oldest;
        group.Tags[taken] = (uint)key;
        group.Numbers[taken] = _next++;
        _entries[index].Key = key;
        CacheLine.PrefetchAll(in _entries[Index(_next + Ahead)]);
        return index;
    }

    // The way that holds this key or a forgotten one of its tag; else the one longest ago.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int WayFor(ulong key, ref readonly Group group)
    {
        for (var matches = group.Matches(key); matches != 0; matches &= matches - 1)
        {
            var way = BitOperations.TrailingZeroCount(matches);
            var number = group.Numbers[way];
            if (_next - number > (uint)_capacity || _entries[Index(number)].Key == key)
                return way;
        }
        // Ages are right when the numbers have wrapped, too.
        var ages = Vector128.Create(_next) - Vector128.Create<uint>(group.Numbers);
        var ofPairs = Vector128.Max(ages, Vector128.Shuffle(ages, Vector128.Create(2u, 3u, 0u, 1u)));
        var oldest = Vector128.Max(ofPairs, Vector128.Shuffle(ofPairs, Vector128.Create(1u, 0u, 3u, 2u)));
        return BitOperations.TrailingZeroCount(Vector128.Equals(ages, oldest).ExtractMostSignificantBits());
    }

    private int Index(uint number) => (int)number & (_capacity - 1);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ref Group GroupOf(ulong key) => ref _directory[(int)(key >> 42) & (_directory.Length - 1)];

    /// <summary>Four entries: the low halves of their keys, and which of all entries they are.</summary>
    private struct Group
    {
        public Four Tags, Numbers;

        /// <summary>A bit for each way whose tag is that of <paramref name="key"/>.</summary>
        public readonly uint Matches(ulong key) =>
            Vector128.Equals(Vector128.Create<uint>(Tags), Vector128.Create((uint)key)).ExtractMostSignificantBits();
    }

    [InlineArray(Ways)]
    private struct Four
    {
        private uint _number;
    }
}
