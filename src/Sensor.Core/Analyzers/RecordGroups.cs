using Sensor.Core.Observations;
using Sensor.Core.Wire;

namespace Sensor.Core.Analyzers;

/// <summary>
/// Records of one section sorted into groups of the same owner, type and kind, for messages that speak of many names (mDNS responses, updates).
/// Holds as many records as the caller lent room for; a longer section is read in several goes, and a group that spans two is told twice.
/// </summary>
internal ref struct RecordGroups
{
    /// <summary>Records sorted together: an mDNS response in one Ethernet frame has fewer, and grouping costs the square of it.</summary>
    internal const int MaxTogether = 64;

    private readonly Span<Entry> _entries;
    private int _count;

    /// <summary>Groups in <paramref name="entries"/>.</summary>
    internal RecordGroups(Span<Entry> entries) => _entries = entries;

    /// <summary>Records held.</summary>
    internal readonly int Count => _count;

    /// <summary>The record held at <paramref name="index"/>.</summary>
    internal readonly ref readonly Entry this[int index] => ref _entries[index];

    /// <summary>How many entries to lend for a section of <paramref name="count"/> records.</summary>
    internal static int RoomFor(int count) => Math.Clamp(count, 1, MaxTogether);

    /// <summary>
    /// Reads up to <paramref name="left"/> records from <paramref name="at"/> on, as many as there is room for, and takes them off
    /// <paramref name="left"/>. <paramref name="kindOf"/> sorts them. False where a record is broken or cut; those before it are held.
    /// </summary>
    internal bool TryRead(ReadOnlySpan<byte> octets, ref int at, ref int left, KindOfRecord kindOf, ObservationLog log)
    {
        _count = 0;
        for (; left > 0 && _count < _entries.Length; left--)
        {
            if (!DnsRecord.TryRead(octets, at, out var record))
                return false;
            var ownerText = log.Room(DnsName.MaxText);
            if (!DnsName.TryWrite(octets, at, ownerText, out var length, out _))
                return false;
            at = record.Next;
            if (record.Type is DnsType.Opt or DnsType.Nsec)
                continue;
            Hold(new Entry { At = record.OwnerAt, Type = record.Type, Kind = kindOf(in record) }, ownerText[..length], log);
        }
        return true;
    }

    /// <summary>Whether no earlier record belongs to the group of record <paramref name="index"/>.</summary>
    internal readonly bool IsFirstOfGroup(int index)
    {
        for (var i = 0; i < index; i++)
        {
            if (IsSameGroup(i, index))
                return false;
        }
        return true;
    }

    /// <summary>Tallies the group of record <paramref name="index"/>.</summary>
    internal readonly void TallyGroup(ReadOnlySpan<byte> octets, int index, ref AnswerTally tally, ObservationLog log)
    {
        for (var i = index; i < _count; i++)
        {
            if (IsSameGroup(i, index) && DnsRecord.TryRead(octets, _entries[i].At, out var record))
                tally.Add(octets, in record, log);
        }
    }

    private readonly bool IsSameGroup(int left, int right)
    {
        ref readonly var a = ref _entries[left];
        ref readonly var b = ref _entries[right];
        return a.OwnerNumber == b.OwnerNumber && a.Type == b.Type && a.Kind == b.Kind;
    }

    /// <summary>Adds an entry; its owner's text is kept in the log unless an earlier record has the same.</summary>
    private void Hold(Entry entry, ReadOnlySpan<byte> owner, ObservationLog log)
    {
        entry.OwnerHash = owner.StableHash();
        entry.OwnerNumber = _count;
        for (var i = 0; i < _count; i++)
        {
            if (_entries[i].OwnerHash != entry.OwnerHash || !log.Octets(_entries[i].Owner).SequenceEqual(owner))
                continue;
            entry.OwnerNumber = _entries[i].OwnerNumber;
            entry.Owner = _entries[i].Owner;
            break;
        }
        if (entry.OwnerNumber == _count)
            entry.Owner = log.Commit(owner.Length);
        _entries[_count++] = entry;
    }

    /// <summary>Sorts records of one owner and type further: additions from deletions, goodbyes from claims.</summary>
    internal delegate RecordKind KindOfRecord(in DnsRecord record);

    /// <summary>One record held.</summary>
    internal struct Entry
    {
        internal int At, OwnerNumber;
        internal ushort Type;
        internal RecordKind Kind;
        internal OctetSlice Owner;
        internal ulong OwnerHash;
    }
}

/// <summary>Whether a record claims something or takes it back.</summary>
internal enum RecordKind : byte
{
    /// <summary>A record that is to be.</summary>
    Claim,

    /// <summary>A record that is to be no more: an update's deletion, an mDNS goodbye.</summary>
    Withdrawal,
}
