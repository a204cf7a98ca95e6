using Sensor.Core.Frames;

namespace Sensor.Core.Flows;

/// <summary>
/// Puts IP fragments together in bounded memory that is made at the first fragment and reused ever after.
/// <para>
/// Where fragments overlap the octet that came first stays: most stacks and sensors do so for fragments that begin in received data, and it
/// is the one rule a later forger cannot turn against what was already seen. Overlaps with other data are counted: nobody sends them in
/// good faith, and hosts disagree about them (RFC 5722 has IPv6 hosts discard such datagrams).
/// </para>
/// </summary>
public sealed class FragmentReassembler
{
    /// <summary>Datagrams waiting at once. Busy resolvers and VPN gateways have tens; the oldest gives way to a flood.</summary>
    public const int MaxDatagrams = 512;

    /// <summary>Octets held in all, 4 MiB: 64 datagrams of the largest size, or thousands of usual ones.</summary>
    public const int MaxOctets = Pages * PageSize;

    /// <summary>Packet time a datagram may wait, 30 s as Linux does (RFC 8200 section 4.5 allows 60).</summary>
    public const long MaxAgeNs = 30_000_000_000;

    private const int Pages = 4096, PageSize = 1024, PagesEach = 64;
    private const int Unit = 8, WordsPerPage = PageSize / Unit / 64, WordsEach = PagesEach * WordsPerPage;
    private const int None = -1;

    private Store? _store;

    /// <summary>Datagrams waiting.</summary>
    public int Count => _store?.ByKey.Count ?? 0;

    /// <summary>Octets of buffer in use.</summary>
    public int OctetsHeld => _store is null ? 0 : (Pages - _store.FreePages) * PageSize;

    /// <summary>
    /// Adds a fragment with all its octets. True when its datagram is whole; the caller then takes it with <see cref="MoveTo"/> before
    /// it adds another.
    /// </summary>
    public bool TryComplete(
        in FragmentKey key, in FragmentPiece piece, ReadOnlySpan<byte> data, long nowNs, WireCounters counters, out WholeDatagram datagram)
    {
        datagram = default;
        var store = _store ??= new Store();
        store.DropOlderThan(nowNs - MaxAgeNs, counters);
        // All but the last fragment count in units of 8 (RFC 791 section 3.2); Linux cuts odd ones to that too.
        var end = piece.Offset + (piece.More ? data.Length & ~(Unit - 1) : data.Length);
        if (end > piece.MaxLength)
        {
            counters.FragmentsDropped++;
            return false;
        }
        if (end == piece.Offset && piece.More)
            return false;
        var slot = store.FindOrAdd(in key, nowNs, counters);
        ref var entry = ref store.Entries[slot];
        if (!TryFixLength(ref entry, end, piece.More))
        {
            counters.FragmentOverlaps++;
            return false;
        }
        if (piece.Offset == 0)
            entry.Protocol = piece.Protocol;
        if (store.Write(slot, piece.Offset, data[..(end - piece.Offset)], counters))
            counters.FragmentOverlaps++;
        if (entry.Length == None || entry.Units != (entry.Length + Unit - 1) / Unit)
            return false;
        counters.Reassembled++;
        datagram = new(slot, entry.Length, entry.Protocol);
        return true;
    }

    /// <summary>Copies a whole datagram to <paramref name="target"/> (of its length) and forgets it.</summary>
    public void MoveTo(WholeDatagram datagram, Span<byte> target)
    {
        _store!.Read(datagram.Slot, target);
        _store.Remove(datagram.Slot);
    }

    /// <summary>The last fragment tells the length. False when this one contradicts what is known of it.</summary>
    private static bool TryFixLength(ref Entry entry, int end, bool more)
    {
        if (more && entry.Length != None && end > entry.Length)
            return false;
        if (!more)
        {
            if (entry.HighestEnd > end || (entry.Length != None && entry.Length != end))
                return false;
            entry.Length = end;
        }
        entry.HighestEnd = Math.Max(entry.HighestEnd, end);
        return true;
    }

    private struct Entry
    {
        public FragmentKey Key;
        public long CreatedNs;
        public int Length;
        public int HighestEnd;
        public int Units;
        public int Older;
        public int Newer;
        public byte Protocol;
    }

    /// <summary>The memory: entries in order of age, a page table and a bitmap of received units for each, and the pages.</summary>
    private sealed class Store
    {
        public readonly Entry[] Entries = new Entry[MaxDatagrams];
        public readonly Dictionary<FragmentKey, int> ByKey = new(MaxDatagrams);

        private readonly short[] _pageTables = new short[MaxDatagrams * PagesEach];
        private readonly ulong[] _received = new ulong[MaxDatagrams * WordsEach];
        private readonly byte[] _pages = new byte[MaxOctets];
        private readonly short[] _freePages = new short[Pages];
        private readonly short[] _freeSlots = new short[MaxDatagrams];
        private int _freeSlotCount = MaxDatagrams;
        private int _oldest = None;
        private int _newest = None;

        public Store()
        {
            _pageTables.AsSpan().Fill(None);
            for (var i = 0; i < Pages; i++)
                _freePages[i] = (short)(Pages - 1 - i);
            for (var i = 0; i < MaxDatagrams; i++)
                _freeSlots[i] = (short)(MaxDatagrams - 1 - i);
        }

        public int FreePages { get; private set; } = Pages;

        public void DropOlderThan(long timeNs, WireCounters counters)
        {
            while (_oldest != None && Entries[_oldest].CreatedNs < timeNs)
                Drop(_oldest, counters);
        }

        public int FindOrAdd(in FragmentKey key, long nowNs, WireCounters counters)
        {
            if (ByKey.TryGetValue(key, out var slot))
                return slot;
            if (_freeSlotCount == 0)
                Drop(_oldest, counters);
            slot = _freeSlots[--_freeSlotCount];
            Entries[slot] = new Entry { Key = key, CreatedNs = nowNs, Length = None, Older = _newest, Newer = None };
            if (_newest == None)
                _oldest = slot;
            else
                Entries[_newest].Newer = slot;
            _newest = slot;
            ByKey.Add(key, slot);
            return slot;
        }

        /// <summary>Writes what is not there yet. True when something else was there already.</summary>
        public bool Write(int slot, int offset, ReadOnlySpan<byte> data, WireCounters counters)
        {
            var differs = false;
            for (var at = 0; at < data.Length;)
            {
                var (page, inPage) = Math.DivRem(offset + at, PageSize);
                var length = Math.Min(PageSize - inPage, data.Length - at);
                var octets = Page(slot, page, counters).Slice(inPage, length);
                var received = _received.AsSpan((slot * WordsEach) + (page * WordsPerPage), WordsPerPage);
                differs |= WriteToPage(received, octets, data.Slice(at, length), inPage / Unit, ref Entries[slot].Units);
                at += length;
            }
            return differs;
        }

        public void Read(int slot, Span<byte> target)
        {
            var table = _pageTables.AsSpan(slot * PagesEach, PagesEach);
            for (var at = 0; at < target.Length; at += PageSize)
            {
                var length = Math.Min(PageSize, target.Length - at);
                _pages.AsSpan(table[at / PageSize] * PageSize, length).CopyTo(target[at..]);
            }
        }

        public void Remove(int slot)
        {
            ref var entry = ref Entries[slot];
            ByKey.Remove(entry.Key);
            if (entry.Older == None)
                _oldest = entry.Newer;
            else
                Entries[entry.Older].Newer = entry.Newer;
            if (entry.Newer == None)
                _newest = entry.Older;
            else
                Entries[entry.Newer].Older = entry.Older;
            foreach (ref var page in _pageTables.AsSpan(slot * PagesEach, PagesEach))
            {
                if (page == None)
                    continue;
                _freePages[FreePages++] = page;
                page = None;
            }
            _received.AsSpan(slot * WordsEach, WordsEach).Clear();
            _freeSlots[_freeSlotCount++] = (short)slot;
        }

        private static bool WriteToPage(Span<ulong> received, Span<byte> octets, ReadOnlySpan<byte> data, int first, ref int units)
        {
            var end = first + ((data.Length + Unit - 1) / Unit);
            ulong low = Bits(first, end), high = Bits(first - 64, end - 64);
            if ((received[0] & low) == 0 && (received[1] & high) == 0)
            {
                data.CopyTo(octets);
                received[0] |= low;
                received[1] |= high;
                units += end - first;
                return false;
            }
            var differs = false;
            for (var unit = first; unit < end; unit++)
            {
                var at = (unit - first) * Unit;
                var piece = data[at..Math.Min(at + Unit, data.Length)];
                ref var word = ref received[unit / 64];
                if ((word & (1UL << unit)) != 0)
                {
                    differs |= !octets.Slice(at, piece.Length).SequenceEqual(piece);
                    continue;
                }
                piece.CopyTo(octets[at..]);
                word |= 1UL << unit;
                units++;
            }
            return differs;
        }

        /// <summary>The bits from <paramref name="first"/> up to <paramref name="end"/> that fall into one word.</summary>
        private static ulong Bits(int first, int end)
        {
            first = Math.Clamp(first, 0, 64);
            var count = Math.Clamp(end, 0, 64) - first;
            return count <= 0 ? 0 : (ulong.MaxValue >> (64 - count)) << first;
        }

        /// <summary>Page <paramref name="page"/> of a datagram, made when there is none.</summary>
        private Span<byte> Page(int slot, int page, WireCounters counters)
        {
            ref var at = ref _pageTables[(slot * PagesEach) + page];
            if (at == None)
            {
                // One datagram can never hold all pages, so there is another to give way.
                if (FreePages == 0)
                    Drop(_oldest != slot ? _oldest : Entries[slot].Newer, counters);
                at = _freePages[--FreePages];
            }
            return _pages.AsSpan(at * PageSize, PageSize);
        }

        private void Drop(int slot, WireCounters counters)
        {
            counters.FragmentsDropped++;
            Remove(slot);
        }
    }
}
