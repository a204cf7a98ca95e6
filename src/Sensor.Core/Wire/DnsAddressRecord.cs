using System.Runtime.CompilerServices;

namespace Sensor.Core.Wire;

/// <summary>
/// The record that nearly every answer is made of: the IPv4 address of the name that was asked, its owner a pointer to the question
/// (RFC 1035 sections 3.4.1 and 4.1.4). Told and read by two numbers; everything else is a <see cref="DnsRecord"/>.
/// <code>
///  11 pointer (2) | type 1 (2) | class (2) | TTL (4) | data length 4 (2) | address (4)
/// </code>
/// </summary>
internal readonly struct DnsAddressRecord
{
    /// <summary>Octets of the record.</summary>
    internal const int Size = 16;

    private const int DataSize = 4;
    private const uint PointerMark = 0xC000, CacheFlushBit = 0x8000_0000;
    private readonly ulong _first, _second;

    private DnsAddressRecord(ulong first, ulong second) => (_first, _second) = (first, second);

    /// <summary>Time to live, seconds.</summary>
    internal uint Ttl => (uint)(_first << 16) | (uint)(_second >> 48);

    /// <summary>mDNS: the record replaces what was known (RFC 6762 section 10.2).</summary>
    internal bool CacheFlush => (_first & CacheFlushBit) != 0;

    /// <summary>The address.</summary>
    internal IpAddress Address => IpAddress.FromV4((uint)_second);

    /// <summary>The hash of its data.</summary>
    internal ulong DataHash => Octets.StableHashOf((uint)_second);

    /// <summary>Reads the record at <paramref name="at"/>; false unless it is such a one and its owner a pointer to <paramref name="nameAt"/>, before it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static bool TryRead(ReadOnlySpan<byte> message, int at, int nameAt, out DnsAddressRecord record)
    {
        record = default;
        if (message.Length - at < Size || nameAt >= at)
            return false;
        var octets = message.Slice(at, Size);
        record = new DnsAddressRecord(octets.U64(0), octets.U64(8));
        return record._first >> 32 == (((PointerMark | (uint)nameAt) << 16) | DnsType.A) && (ushort)(record._second >> 32) == DataSize;
    }
}
