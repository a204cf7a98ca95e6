namespace Sensor.Core.Wire;

/// <summary>
/// A walk over the extensions of a hello, RFC 8446 section 4.2. Only given out for blocks that were found whole.
/// <code>
/// +---------------+---------------+--------------------
/// |     type      |    length     | length octets
/// +---------------+---------------+--------------------
/// </code>
/// </summary>
public ref struct TlsExtensions
{
    /// <summary>Extension types.</summary>
    public const ushort ServerName = 0, SupportedGroups = 10, PointFormats = 11, SignatureAlgorithms = 13, Alpn = 16, SupportedVersions = 43,
        EncryptedClientHello = 0xFE0D;

    private const int HeaderSize = 4;

    private ReadOnlySpan<byte> _rest;

    private TlsExtensions(ReadOnlySpan<byte> block) => _rest = block;

    /// <summary>Type of the current extension.</summary>
    public ushort Type { get; private set; }

    /// <summary>Content of the current extension.</summary>
    public ReadOnlySpan<byte> Value { get; private set; }

    /// <summary>
    /// Reads what follows the last fixed field of a hello: nothing (before TLS 1.2 that is usual), or a length and the extensions. False when they
    /// run beyond the end.
    /// </summary>
    public static bool TryRead(ReadOnlySpan<byte> tail, out TlsExtensions extensions)
    {
        extensions = default;
        if (tail.Length < 2)
            return tail.IsEmpty;
        var length = tail.U16(0);
        if (tail.Length - 2 < length)
            return false;
        extensions = new TlsExtensions(tail.Slice(2, length));
        var walk = extensions;
        while (walk.MoveNext())
        {
        }
        return walk._rest.IsEmpty;
    }

    /// <summary>Goes to the next extension; false at the end.</summary>
    public bool MoveNext()
    {
        if (_rest.Length < HeaderSize)
            return false;
        var length = _rest.U16(2);
        if (_rest.Length - HeaderSize < length)
            return false;
        Type = _rest.U16(0);
        Value = _rest.Slice(HeaderSize, length);
        _rest = _rest[(HeaderSize + length)..];
        return true;
    }

    /// <summary>The content of the first extension of <paramref name="type"/> from here on; false when there is none.</summary>
    public readonly bool TryFind(ushort type, out ReadOnlySpan<byte> value)
    {
        var walk = this;
        while (walk.MoveNext())
        {
            if (walk.Type != type)
                continue;
            value = walk.Value;
            return true;
        }
        value = default;
        return false;
    }

    /// <summary>
    /// The numbers in a list of two-octet values behind a length of <paramref name="prefix"/> octets: groups, signature algorithms (prefix 2),
    /// offered versions (prefix 1). Empty when the list is broken.
    /// </summary>
    internal readonly ReadOnlySpan<byte> Numbers(ushort type, int prefix)
    {
        if (!TryFind(type, out var value) || value.Length < prefix)
            return default;
        var length = prefix == 1 ? value[0] : value.U16(0);
        return length <= value.Length - prefix && (length & 1) == 0 ? value.Slice(prefix, length) : default;
    }

    /// <summary>The protocol names of ALPN (RFC 7301), each behind its length in one octet. Empty when there are none or the list is broken.</summary>
    internal readonly ReadOnlySpan<byte> ProtocolNames()
    {
        if (!TryFind(Alpn, out var value) || value.Length < 2 || value.U16(0) > value.Length - 2)
            return default;
        var names = value.Slice(2, value.U16(0));
        for (var rest = names; rest.Length > 0; rest = rest[(1 + rest[0])..])
        {
            if (rest[0] == 0 || rest.Length < 1 + rest[0])
                return default;
        }
        return names;
    }
}
