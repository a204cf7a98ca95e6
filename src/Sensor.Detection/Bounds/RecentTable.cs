using System.Diagnostics.CodeAnalysis;

namespace Sensor.Detection.Bounds;

/// <summary>
/// A map of at most <see cref="Capacity"/> entries. When it is full the entry that was not used for longest makes room, so that what goes
/// on stays known while a flood of new keys passes through. Deterministic: order of use decides, never a hash. Nothing is allocated for a
/// known key.
/// </summary>
public sealed class RecentTable<TKey, TValue> where TKey : notnull
{
    private const int None = -1;
    private readonly Dictionary<TKey, int> _places = [];
    private readonly List<Entry> _entries = [];
    private int _newest = None, _oldest = None;

    /// <summary>A table for <paramref name="capacity"/> entries; memory grows with use up to that.</summary>
    public RecentTable(int capacity)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        Capacity = capacity;
    }

    /// <summary>Most entries kept.</summary>
    public int Capacity { get; }

    /// <summary>Entries kept now.</summary>
    public int Count => _entries.Count;

    /// <summary>Entries that had to make room.</summary>
    public long Evicted { get; private set; }

    /// <summary>The value of <paramref name="key"/> if known, and marks it as used.</summary>
    public bool TryGet(TKey key, [MaybeNullWhen(false)] out TValue value)
    {
        if (!_places.TryGetValue(key, out var place))
        {
            value = default;
            return false;
        }
        Use(place);
        value = _entries[place].Value;
        return true;
    }

    /// <summary>Whether <paramref name="key"/> is known; does not mark it as used.</summary>
    public bool Contains(TKey key) => _places.ContainsKey(key);

    /// <summary>Sets the value of <paramref name="key"/>, new or known.</summary>
    public void Set(TKey key, TValue value)
    {
        if (_places.TryGetValue(key, out var place))
        {
            _entries[place].Value = value;
            Use(place);
            return;
        }
        if (_entries.Count < Capacity)
        {
            place = _entries.Count;
            _entries.Add(new Entry { Key = key, Value = value });
        }
        else
        {
            place = _oldest;
            Unlink(place);
            _places.Remove(_entries[place].Key);
            _entries[place].Key = key;
            _entries[place].Value = value;
            Evicted++;
        }
        _places.Add(key, place);
        LinkNewest(place);
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
        var entry = _entries[place];
        if (entry.Newer != None)
            _entries[entry.Newer].Older = entry.Older;
        else
            _newest = entry.Older;
        if (entry.Older != None)
            _entries[entry.Older].Newer = entry.Newer;
        else
            _oldest = entry.Newer;
    }

    private void LinkNewest(int place)
    {
        var entry = _entries[place];
        entry.Older = _newest;
        entry.Newer = None;
        if (_newest != None)
            _entries[_newest].Newer = place;
        _newest = place;
        if (_oldest == None)
            _oldest = place;
    }

    private sealed class Entry
    {
        public required TKey Key;
        public required TValue Value;
        public int Newer = None, Older = None;
    }
}
