using Sensor.Core.Observations;
using Sensor.Core.Wire;

namespace Sensor.Core.Analyzers;

/// <summary>
/// What a set of records says, gathered record by record: addresses, first target, smallest TTL, and a hash of types and data that does not
/// depend on order, TTL or compression. Lives on the stack for one message.
/// </summary>
internal ref struct AnswerTally
{
    /// <summary>Addresses kept of one set: more than any honest answer in a datagram has a use for.</summary>
    internal const int MaxAddresses = 16;

    private const ulong TypeFactor = 0xA24B_AED4_963E_E407;
    private const byte NoName = 0xFF;
    private readonly Span<IpAddress> _addresses;
    private int _addressCount;
    private ulong _hash;

    /// <summary>A tally that keeps addresses in <paramref name="addresses"/>.</summary>
    internal AnswerTally(Span<IpAddress> addresses) => _addresses = addresses;

    /// <summary>Addresses kept.</summary>
    internal readonly int AddressCount => _addressCount;

    /// <summary>Records counted.</summary>
    internal int Count { get; private set; }

    /// <summary>Smallest TTL, seconds; 0 without records.</summary>
    internal uint Ttl { get; private set; }

    /// <summary>Whether a record had the cache-flush bit of mDNS.</summary>
    internal bool CacheFlush { get; private set; }

    /// <summary>The first name an alias, pointer or service record leads to.</summary>
    internal OctetSlice Target { get; private set; }

    /// <summary>Hash of the set; 0 for the empty set only.</summary>
    internal readonly ulong Hash => Count == 0 || _hash != 0 ? _hash : 1;

    /// <summary>Where in the data of a record type its (first) name lies, which may be compressed. RFC 1035 section 3.3, RFC 2782, RFC 6672.</summary>
    private static ReadOnlySpan<byte> NameOffsets =>
    [
        NoName, NoName, 0, 0, 0, 0, 0, 0, 0, 0, NoName, NoName, 0, NoName, 0, 2,                             // NS CNAME SOA PTR MX …
        NoName, 0, 2, NoName, NoName, 2, NoName, NoName, NoName, NoName, NoName, NoName, NoName, NoName, NoName, NoName, // RP AFSDB RT
        NoName, 6, NoName, NoName, 2, NoName, NoName, 0,                                                      // SRV KX DNAME
    ];

    /// <summary>The addresses, copied into the log.</summary>
    internal readonly AddressSlice KeepAddresses(ObservationLog log) =>
        _addressCount == 0 ? default : log.Keep(_addresses[.._addressCount]);

    /// <summary>Counts <paramref name="record"/> of <paramref name="message"/>.</summary>
    internal void Add(ReadOnlySpan<byte> message, in DnsRecord record, ObservationLog log)
    {
        Ttl = Count == 0 ? record.Ttl : Math.Min(Ttl, record.Ttl);
        CacheFlush |= record.CacheFlush;
        Count++;
        var type = record.Type;
        var data = record.Data;
        AddAddresses(type, data);
        var hash = type < NameOffsets.Length && NameOffsets[type] != NoName
            ? HashWithNames(message, in record, NameOffsets[type], log)
            : data.StableHash();
        AddToHash(type, hash);
    }

    /// <summary>Counts <paramref name="record"/>.</summary>
    internal void Add(in DnsAddressRecord record)
    {
        Ttl = Count == 0 ? record.Ttl : Math.Min(Ttl, record.Ttl);
        CacheFlush |= record.CacheFlush;
        Count++;
        Keep(record.Address);
        AddToHash(DnsType.A, record.DataHash);
    }

    /// <summary>Counts an address that is not in a DNS record (NBNS) under <paramref name="type"/>.</summary>
    internal void Add(ushort type, IpAddress address, uint ttl)
    {
        Ttl = Count == 0 ? ttl : Math.Min(Ttl, ttl);
        Count++;
        Keep(address);
        AddToHash(type, address.StableHash());
    }

    /// <summary>Counts data that hold no address.</summary>
    internal void Add(ushort type, ReadOnlySpan<byte> data, uint ttl)
    {
        Ttl = Count == 0 ? ttl : Math.Min(Ttl, ttl);
        Count++;
        AddToHash(type, data.StableHash());
    }

    /// <summary>A sum does not depend on the order; mixing each term first keeps terms of different records from cancelling.</summary>
    private void AddToHash(ushort type, ulong dataHash)
    {
        var mixed = (dataHash ^ (type * TypeFactor)) * TypeFactor;
        _hash += mixed ^ (mixed >> 29);
    }

    private void AddAddresses(ushort type, ReadOnlySpan<byte> data)
    {
        if (type == DnsType.A && data.Length == 4)
            Keep(IpAddress.ReadV4(data));
        else if (type == DnsType.Aaaa && data.Length == 16)
            Keep(IpAddress.ReadV6(data));
        else if (type is DnsType.Svcb or DnsType.Https)
            KeepHints(data);
    }

    private void Keep(IpAddress address)
    {
        if (_addressCount < _addresses.Length)
            _addresses[_addressCount++] = address;
    }

    /// <summary>ipv4hint (key 4) and ipv6hint (key 6) of a service binding: priority, target (never compressed), then key, length, value.</summary>
    private void KeepHints(ReadOnlySpan<byte> data)
    {
        if (data.Length < 3 || !DnsName.TrySkip(data, 2, out var at))
            return;
        while (data.Length - at >= 4)
        {
            int key = data.U16(at), size = data.U16(at + 2);
            at += 4;
            if (data.Length - at < size)
                return;
            var value = data.Slice(at, size);
            at += size;
            for (; key == 4 && value.Length >= 4; value = value[4..])
                Keep(IpAddress.ReadV4(value));
            for (; key == 6 && value.Length >= 16; value = value[16..])
                Keep(IpAddress.ReadV6(value));
        }
    }

    /// <summary>Hash of data with a name (two in SOA) at <paramref name="offset"/>: the name as text, so that compression and case do not count.</summary>
    private ulong HashWithNames(ReadOnlySpan<byte> message, in DnsRecord record, int offset, ObservationLog log)
    {
        var data = record.Data;
        var text = log.Room(DnsName.MaxText);
        if (data.Length < offset || !DnsName.TryWrite(message[..record.Next], record.DataAt + offset, text, out var length, out var next))
            return data.StableHash();
        var hash = text[..length].StableHash() ^ (data[..offset].StableHash() * TypeFactor);
        if (record.Type is DnsType.Cname or DnsType.Ptr or DnsType.Srv or DnsType.Dname && Target.IsEmpty)
            Target = log.Commit(length);
        if (record.Type == DnsType.Soa && DnsName.TryWrite(message[..record.Next], next, text, out length, out next))
            hash = (hash * TypeFactor) ^ text[..length].StableHash();
        return (hash * TypeFactor) ^ message[Math.Min(next, record.Next)..record.Next].StableHash();
    }
}
