namespace Sensor.Core.Wire;

/// <summary>
/// One resource record, RFC 1035 section 4.1.3 (NBNS: RFC 1002 section 4.2.1.3). The owner is skipped, not checked; decode it with
/// <see cref="DnsName.TryWrite"/>. The data lie inside the message.
/// <code>
///  owner name … | type (2) | class (2) | TTL (4) | data length (2) | data …
/// </code>
/// </summary>
public readonly ref struct DnsRecord
{
    private const int TypeAt = 0, ClassAt = 2, TtlAt = 4, LengthAt = 8, FixedSize = 10;
    private const ushort CacheFlushBit = 0x8000;
    private readonly ReadOnlySpan<byte> _fields; // FixedSize and the data

    private DnsRecord(ReadOnlySpan<byte> fields, int ownerAt, int dataAt)
    {
        _fields = fields;
        OwnerAt = ownerAt;
        DataAt = dataAt;
    }

    /// <summary>Offset of the owner's name in the message.</summary>
    public int OwnerAt { get; }

    /// <summary>Offset of the data in the message.</summary>
    public int DataAt { get; }

    /// <summary>Offset behind the record.</summary>
    public int Next => DataAt + _fields.Length - FixedSize;

    /// <summary>Record type.</summary>
    public ushort Type => _fields.U16(TypeAt);

    /// <summary>Class, the cache-flush bit of mDNS included.</summary>
    public ushort Class => _fields.U16(ClassAt);

    /// <summary>mDNS: the record replaces what was known of its name and type (RFC 6762 section 10.2).</summary>
    public bool CacheFlush => (Class & CacheFlushBit) != 0;

    /// <summary>Time to live, seconds.</summary>
    public uint Ttl => _fields.U32(TtlAt);

    /// <summary>The data.</summary>
    public ReadOnlySpan<byte> Data => _fields[FixedSize..];

    /// <summary>Reads the record at <paramref name="at"/>; false where it is cut or its owner's name is broken.</summary>
    public static bool TryRead(ReadOnlySpan<byte> message, int at, out DnsRecord record)
    {
        record = default;
        if (!DnsName.TrySkip(message, at, out var fieldsAt) || message.Length - fieldsAt < FixedSize)
            return false;
        var size = FixedSize + message.U16(fieldsAt + LengthAt);
        if (message.Length - fieldsAt < size)
            return false;
        record = new DnsRecord(message.Slice(fieldsAt, size), at, fieldsAt + FixedSize);
        return true;
    }
}
