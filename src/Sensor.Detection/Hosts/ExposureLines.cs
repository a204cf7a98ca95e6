using Sensor.Core.Wire;

namespace Sensor.Detection.Hosts;

/// <summary>
/// The lines of the <see cref="ExposureTable"/> one after the other as they were made, and a directory of 64-bit places that says where. The directory
/// is a tenth of the lines, so a search touches one line of the cache for a key that is not there, as all are in a flood once the table is full.
/// </summary>
internal sealed class ExposureLines
{
    private const int FirstPlaces = 1024;
    private const ulong TagBits = 0xFFFF_FFFF_0000_0000;

    // Open addressing, at most half full: the upper half of the hash, and the number of the line from 1 on; 0 is free.
    private ulong[] _directory = new ulong[FirstPlaces];
    private ExposureLine[] _lines = new ExposureLine[FirstPlaces / 2];
    private int _count;

    /// <summary>All lines in the order they were made.</summary>
    public ReadOnlySpan<ExposureLine> All => _lines.AsSpan(0, _count);

    /// <summary>Asks for what a search with this hash will need first.</summary>
    public void Prefetch(ulong hash) => CacheLine.Prefetch(in _directory[PlaceOf(hash)]);

    /// <summary>Asks for the line that this hash leads to, if any; when <see cref="Prefetch"/> has done its work.</summary>
    public void PrefetchLine(ulong hash)
    {
        for (var place = PlaceOf(hash); _directory[place] != 0; place = (place + 1) & (_directory.Length - 1))
        {
            if ((_directory[place] & TagBits) != (hash & TagBits))
                continue;
            ref readonly var line = ref _lines[(int)(uint)_directory[place] - 1];
            CacheLine.Prefetch(in line.Key);
            CacheLine.Prefetch(in line.LastSeenNs);
            return;
        }
    }

    /// <summary>
    /// The line of <paramref name="key"/>, whose well-mixed hash is <paramref name="hash"/>, made where there is none (its kinds are none then);
    /// any line and <paramref name="isFull"/> where there is no room for another.
    /// </summary>
    public ref ExposureLine GetOrAdd(AddressKey key, ulong hash, out bool isFull)
    {
        isFull = false;
        var tag = hash & TagBits;
        var place = PlaceOf(hash);
        for (; _directory[place] != 0; place = (place + 1) & (_directory.Length - 1))
        {
            if ((_directory[place] & TagBits) != tag)
                continue;
            ref var known = ref _lines[(int)(uint)_directory[place] - 1];
            if (known.Key == key)
                return ref known;
        }
        if (_count == ExposureTable.Capacity)
        {
            isFull = true;
            return ref _lines[0];
        }
        if (_count == _lines.Length)
        {
            Grow();
            place = FreePlace(tag);
        }
        ref var line = ref _lines[_count++];
        _directory[place] = tag | (uint)_count;
        line.Key = key;
        return ref line;
    }

    private int PlaceOf(ulong hash) => (int)(hash >> 32) & (_directory.Length - 1);

    private int FreePlace(ulong tag)
    {
        var place = PlaceOf(tag);
        while (_directory[place] != 0)
            place = (place + 1) & (_directory.Length - 1);
        return place;
    }

    private void Grow()
    {
        var old = _directory;
        Array.Resize(ref _lines, _lines.Length * 2);
        _directory = new ulong[old.Length * 2];
        foreach (var taken in old)
        {
            if (taken != 0)
                _directory[FreePlace(taken)] = taken;
        }
    }
}

/// <summary>What is known of one address: how it asks for names and when last, nanoseconds.</summary>
internal struct ExposureLine
{
    public AddressKey Key;
    public MacAddress Mac;
    public ExposureKinds Kinds;
    public long LastWpadNs, LastSeenNs;
}
