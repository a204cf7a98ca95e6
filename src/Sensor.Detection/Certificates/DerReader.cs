namespace Sensor.Detection.Certificates;

/// <summary>One DER value (ITU-T X.690 section 8.1): its identifier octet, its contents, and all of it. Borrows the octets it was read from.</summary>
public readonly ref struct DerValue(byte tag, ReadOnlySpan<byte> content, ReadOnlySpan<byte> encoded)
{
    /// <summary>Identifier octet; tag numbers above 30 do not occur in what is read here.</summary>
    public byte Tag { get; } = tag;

    /// <summary>Contents.</summary>
    public ReadOnlySpan<byte> Content { get; } = content;

    /// <summary>Identifier, length and contents.</summary>
    public ReadOnlySpan<byte> Encoded { get; } = encoded;

    /// <summary>Reads what is inside.</summary>
    public DerReader Inside => new(Content);
}

/// <summary>
/// Walks over DER values one after the other. Definite lengths only, up to four length octets; whatever else comes ends the walk with false, and
/// nothing throws.
/// </summary>
public ref struct DerReader(ReadOnlySpan<byte> octets)
{
    private ReadOnlySpan<byte> _rest = octets;

    /// <summary>Whether all was read.</summary>
    public readonly bool IsAtEnd => _rest.IsEmpty;

    /// <summary>Octets not read yet.</summary>
    public readonly ReadOnlySpan<byte> Rest => _rest;

    /// <summary>Identifier of the next value, 0 at the end.</summary>
    public readonly byte NextTag => _rest.IsEmpty ? (byte)0 : _rest[0];

    /// <summary>The next value whatever it is.</summary>
    public bool TryRead(out DerValue value)
    {
        value = default;
        if (_rest.Length < 2 || (_rest[0] & 0x1F) == 0x1F || !TryReadLength(_rest[1..], out var lengthOctets, out var length))
            return false;
        var head = 1 + lengthOctets;
        if (_rest.Length - head < length)
            return false;
        value = new DerValue(_rest[0], _rest.Slice(head, length), _rest[..(head + length)]);
        _rest = _rest[(head + length)..];
        return true;
    }

    /// <summary>The next value if it has this identifier; else nothing is read.</summary>
    public bool TryRead(byte tag, out DerValue value)
    {
        value = default;
        return NextTag == tag && TryRead(out value);
    }

    /// <summary>Passes over the next value if it has this identifier.</summary>
    public void Skip(byte tag)
    {
        if (NextTag == tag)
            TryRead(out _);
    }

    private static bool TryReadLength(ReadOnlySpan<byte> octets, out int used, out int length)
    {
        used = 1;
        length = octets[0];
        if (length < 0x80)
            return true;
        var count = length & 0x7F;
        if (count is 0 or > 4 || octets.Length <= count)
            return false;
        var wide = 0L;
        for (var at = 1; at <= count; at++)
            wide = (wide << 8) | octets[at];
        used = 1 + count;
        length = (int)wide;
        return wide <= int.MaxValue;
    }
}

/// <summary>Identifier octets of the ASN.1 types that certificates and signatures are made of (ITU-T X.680 section 8).</summary>
public static class DerTag
{
#pragma warning disable CS1591 // The names are those of the standard.
    public const byte Boolean = 0x01, Integer = 0x02, BitString = 0x03, OctetString = 0x04, ObjectIdentifier = 0x06, Utf8String = 0x0C;
    public const byte PrintableString = 0x13, TeletexString = 0x14, Ia5String = 0x16, UtcTime = 0x17, GeneralizedTime = 0x18, BmpString = 0x1E;
    public const byte Sequence = 0x30, Set = 0x31, Context0 = 0xA0, Context1 = 0xA1, Context2 = 0xA2, Context3 = 0xA3;
    public const byte Primitive0 = 0x80, Primitive1 = 0x81, Primitive2 = 0x82, Primitive7 = 0x87;
#pragma warning restore CS1591
}
