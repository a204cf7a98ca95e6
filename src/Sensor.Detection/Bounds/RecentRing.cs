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

    private readonly int _capacity;
    private readonly Place[] _directory;
    private readonly T[] _entries;
    private uint _next = 1;

    /// <summary>
    /// A ring of <paramref name="capacity"/> entries with <paramref name="places"/> in the directory, both powers of two: with as many places as entries
    /// a third of the old ones cannot be found any more because their four places were taken by newer ones, with four times as many none.
    /// </summary>
    public RecentRing(int capacity, int places)
    {
        _capacity = capacity;
        _directory = new Place[places];
        _entries = new T[capacity];
    }

    /// <summary>The entry at a place that <see cref="Find"/> or <see cref="Add"/> returned.</summary>
    public ref T this[int index] => ref _entries[index];

    /// <summary>Asks for what <see cref="Find"/> will need first.</summary>
    public void Prefetch(ulong key) => CacheLine.Prefetch(in _directory[Group(key)]);

    /// <summary>The place of the entry with this key, or -1.</summary>
    public int Find(ulong key)
    {
        var group = Group(key);
        for (var i = group; i < group + Ways; i++)
        {
            var place = _directory[i];
            if (place.Tag == (uint)key && Age(place) <= (uint)_capacity && _entries[Index(place.Number)].Key == key)
                return Index(place.Number);
        }
        return -1;
    }

    /// <summary>The place that the next <see cref="Add"/> will give: what lies there will be gone.</summary>
    public int Oldest => Index(_next);

    /// <summary>A place for this key; but for the key the entry there is what it was for the oldest, and the caller's to fill.</summary>
    public int Add(ulong key)
    {
        var group = Group(key);
        var taken = group;
        for (var i = group; i < group + Ways; i++)
        {
            var place = _directory[i];
            if (place.Tag == (uint)key && (Age(place) > (uint)_capacity || _entries[Index(place.Number)].Key == key))
            {
                taken = i;
                break;
            }
            if (Age(place) > Age(_directory[taken]))
                taken = i;
        }
        var index = Oldest;
        _directory[taken] = new Place { Tag = (uint)key, Number = _next++ };
        _entries[index].Key = key;
        return index;
    }

    private int Index(uint number) => (int)number & (_capacity - 1);

    // Entries since this one; right when the numbers have wrapped, too.
    private uint Age(Place place) => _next - place.Number;

    private int Group(ulong key) => (int)(key >> 40) & (_directory.Length - Ways);

    private struct Place
    {
        public uint Tag, Number;
    }
}
