namespace Sensor.Core.Wire;

/// <summary>
/// One entry of the question section, RFC 1035 section 4.1.2: name, type, class. The name is skipped, not checked; decode it with
/// <see cref="DnsName.TryWrite"/>.
/// </summary>
public readonly ref struct DnsQuestion
{
    private const int TypeAt = 0, ClassAt = 2, FixedSize = 4;
    private readonly ReadOnlySpan<byte> _fields; // exactly FixedSize

    private DnsQuestion(ReadOnlySpan<byte> fields, int nameAt, int next)
    {
        _fields = fields;
        NameAt = nameAt;
        Next = next;
    }

    /// <summary>Offset of the name in the message.</summary>
    public int NameAt { get; }

    /// <summary>Offset behind the question.</summary>
    public int Next { get; }

    /// <summary>Type asked.</summary>
    public ushort Type => _fields.U16(TypeAt);

    /// <summary>Class asked, the QU bit of mDNS (RFC 6762 section 5.4) included.</summary>
    public ushort Class => _fields.U16(ClassAt);

    /// <summary>mDNS: a unicast answer is welcome.</summary>
    public bool WantsUnicast => (_fields[ClassAt] & 0x80) != 0;

    /// <summary>Reads the question at <paramref name="at"/>; false where it is cut or its name is broken.</summary>
    public static bool TryRead(ReadOnlySpan<byte> message, int at, out DnsQuestion question)
    {
        question = default;
        if (!DnsName.TrySkip(message, at, out var fields))
            return false;
        return TryReadFields(message, at, fields, out question);
    }

    /// <summary>As <see cref="TryRead"/> where the name was decoded already and ends at <paramref name="fieldsAt"/>.</summary>
    internal static bool TryReadFields(ReadOnlySpan<byte> message, int nameAt, int fieldsAt, out DnsQuestion question)
    {
        question = default;
        if (message.Length - fieldsAt < FixedSize)
            return false;
        question = new DnsQuestion(message.Slice(fieldsAt, FixedSize), nameAt, fieldsAt + FixedSize);
        return true;
    }
}
