using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using Sensor.Core.Wire;

namespace Sensor.Detection.Bounds;

/// <summary>
/// A map of at most <see cref="Capacity"/> entries. When it is full the entry that was not used for longest makes room, so that what goes
/// on stays known while a flood of new keys passes through. Deterministic: order of use decides, never a hash. One array of entries with the chains
/// of buckets and the order of use in it, so that a flood of new keys allocates nothing once the table has grown.
/// </summary>
public sealed class RecentTable<TKey, TValue> where TKey : notnull
{
    private const int None = -1, Smallest = 16;
    private int[] _buckets = [];
    private Entry[] _entries = [];
    private int _newest = None, _oldest = None;

    /// <summary>A table for <paramref name="capacity"/> entries; a small one first, then all its memory is reserved at once.</summary>
    public RecentTable(int capacity)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        Capacity = capacity;
    }

    /// <summary>Most entries kept.</summary>
    public int Capacity { get; }

    /// <summary>Entries kept now.</summary>
    public int Count { get; private set; }

    /// <summary>Entries that had to make room.</summary>
    public long Evicted { get; private set; }

    /// <summary>The value of <paramref name="key"/> if known, and marks it as used.</summary>
    public bool TryGet(TKey key, [MaybeNullWhen(false)] out TValue value)
    {
        var place = PlaceOf(key, Hash(key));
        if (place == None)
        {
            value = default;
            return false;
        }
        Use(place);
        value = _entries[place].Value!;
        return true;
    }

    /// <summary>All entries, the one not used for longest first.</summary>
    public IEnumerable<(TKey Key, TValue Value)> InUseOrder()
    {
        for (var place = _oldest; place != None; place = _entries[place].Newer)
            yield return (_entries[place].Key, _entries[place].Value!);
    }

    /// <summary>Asks for what a look-up of <paramref name="key"/> will need first.</summary>
    public void Prefetch(TKey key)
    {
        if (_buckets.Length == 0)
            return;
        // The buckets of most tables lie in cache; the entries do not.
        var place = _buckets[Hash(key) & (_buckets.Length - 1)] - 1;
        if (place != None)
        {
            CacheLine.Prefetch(in _entries[place].Key);
            CacheLine.Prefetch(in _entries[place].Older);
        }
    }

    /// <summary>Whether <paramref name="key"/> is known; does not mark it as used.</summary>
    public bool Contains(TKey key) => PlaceOf(key, Hash(key)) != None;

    /// <summary>Sets the value of <paramref name="key"/>, new or known.</summary>
    public void Set(TKey key, TValue value) => GetOrAdd(key, out _) = value;

    /// <summary>
    /// The place of the value of <paramref name="key"/>, which is marked as used; a new one holds the default. Valid until the next call that adds.
    /// </summary>
    public ref TValue GetOrAdd(TKey key, out bool isNew)
    {
        var hash = Hash(key);
        var place = PlaceOf(key, hash);
        isNew = place == None;
        if (!isNew)
        {
            Use(place);
            return ref _entries[place].Value!;
        }
        place = Count < Capacity ? Count++ : Evict();
        if (place == _entries.Length)
            Grow();
        ref var entry = ref _entries[place];
        entry.Key = key;
        entry.Value = default!;
        entry.Hash = hash;
        Chain(place);
        LinkNewest(place);
        return ref entry.Value!;
    }

    private static int Hash(TKey key) => (int)(((ulong)(uint)EqualityComparer<TKey>.Default.GetHashCode(key) * 0x9E3779B97F4A7C15UL) >> 32);

    private int PlaceOf(TKey key, int hash)
    {
        if (_buckets.Length == 0)
            return None;
        for (var place = _buckets[hash & (_buckets.Length - 1)] - 1; place != None; place = _entries[place].Next)
        {
            if (_entries[place].Hash == hash && EqualityComparer<TKey>.Default.Equals(_entries[place].Key, key))
                return place;
        }
        return None;
    }

    private void Grow()
    {
        // One step: what is never used of a fresh large array is never touched, while growing one again and again sets off collections.
        Array.Resize(ref _entries, _entries.Length == 0 ? Smallest : Math.Max(Capacity, Smallest));
        // Two for each entry: a key that is not there is mostly told by an empty bucket, without looking at another key's entry.
        var buckets = (int)BitOperations.RoundUpToPowerOf2((uint)_entries.Length) * 2;
        if (buckets == _buckets.Length)
            return;
        _buckets = new int[buckets];
        // All but the entry that is being added.
        for (var place = 0; place < Count - 1; place++)
            Chain(place);
    }

    private void Chain(int place)
    {
        ref var first = ref _buckets[_entries[place].Hash & (_buckets.Length - 1)];
        _entries[place].Next = first - 1;
        first = place + 1;
    }

    private int Evict()
    {
        var place = _oldest;
        Unlink(place);
        ref var link = ref _buckets[_entries[place].Hash & (_buckets.Length - 1)];
        if (link - 1 == place)
        {
            link = _entries[place].Next + 1;
        }
        else
        {
            var before = link - 1;
            while (_entries[before].Next != place)
                before = _entries[before].Next;
            _entries[before].Next = _entries[place].Next;
        }
        Evicted++;
        PrefetchOldest();
        return place;
    }

    // In a flood of new keys every one takes the place of the oldest: what that takes lies anywhere, and is asked for two keys ahead.
    private void PrefetchOldest()
    {
        if (_oldest == None)
            return;
        ref readonly var next = ref _entries[_oldest];
        CacheLine.Prefetch(in _buckets[next.Hash & (_buckets.Length - 1)]);
        if (next.Newer != None)
        {
            CacheLine.Prefetch(in _entries[next.Newer].Key);
            CacheLine.Prefetch(in _entries[next.Newer].Older);
        }
    }

    private void Use(int place)
    {
        if (place == _newest)
            return;
        Unlink(place);
        LinkNewest(place);
    }

    private void Unlink(int place)
    {
        var (newer, older) = (_entries[place].Newer, _entries[place].Older);
        if (newer != None)
            _entries[newer].Older = older;
        else
            _newest = older;
        if (older != None)
            _entries[older].Newer = newer;
        else
            _oldest = newer;
    }

    private void LinkNewest(int place)
    {
        _entries[place].Older = _newest;
        _entries[place].Newer = None;
        if (_newest != None)
            _entries[_newest].Newer = place;
        _newest = place;
        if (_oldest == None)
            _oldest = place;
    }

    private struct Entry
    {
        public TKey Key;
        public TValue? Value;
        public int Hash, Next, Newer, Older;
    }
}
