namespace Sensor.Core.Wire;

/// <summary>
/// The header of a TLS record, RFC 8446 section 5.1 (RFC 5246 section 6.2.1, RFC 6101 for SSLv3). The fragment behind it may come later.
/// <code>
/// +------+---------------+---------------+--------------------
/// | type |    version    |    length     | length octets
/// +------+---------------+---------------+--------------------
/// </code>
/// </summary>
public readonly ref struct TlsRecord
{
    /// <summary>Octets of the header.</summary>
    public const int HeaderSize = 5;

    /// <summary>Content types.</summary>
    public const byte ChangeCipherSpec = 20, Alert = 21, Handshake = 22, ApplicationData = 23, Heartbeat = 24;

    /// <summary>The longest fragment: 2^14 octets and what compression and protection may add (RFC 5246 section 6.2.3).</summary>
    public const int MaxFragment = (1 << 14) + 2048;

    private const int TypeAt = 0, MajorAt = 1, MinorAt = 2, LengthAt = 3, MessageAt = HeaderSize;
    private const byte Major = 3, NewestMinor = 4;

    private readonly ReadOnlySpan<byte> _octets;

    private TlsRecord(ReadOnlySpan<byte> octets) => _octets = octets;

    /// <summary>Content type.</summary>
    public byte Type => _octets[TypeAt];

    /// <summary>The record's version, which says little: 0x0300 to 0x0304.</summary>
    public ushort Version => _octets.U16(MajorAt);

    /// <summary>Octets of the fragment.</summary>
    public int Length => _octets.U16(LengthAt);

    /// <summary>Reads a header. False when it is none.</summary>
    public static bool TryRead(ReadOnlySpan<byte> octets, out TlsRecord record)
    {
        record = default;
        if (octets.Length < HeaderSize || octets[TypeAt] is < ChangeCipherSpec or > Heartbeat || octets[MajorAt] != Major
            || octets[MinorAt] > NewestMinor || octets.U16(LengthAt) > MaxFragment)
            return false;
        record = new TlsRecord(octets[..HeaderSize]);
        return true;
    }

    /// <summary>Whether octets, however few, can be the start of a stream that begins with a hello of either side.</summary>
    public static bool MayStartHandshake(ReadOnlySpan<byte> octets)
    {
        if (octets.Length < HeaderSize)
            return octets.Length > 0 && octets[TypeAt] == Handshake && (octets.Length < 2 || octets[MajorAt] == Major)
                && (octets.Length < 3 || octets[MinorAt] <= NewestMinor);
        return TryRead(octets, out var record) && record.Type == Handshake && record.Length > 0
            && (octets.Length == MessageAt || octets[MessageAt] is TlsHandshake.ClientHello or TlsHandshake.ServerHello);
    }

    /// <summary>
    /// Whether octets are surely the start of a client's hello: in the middle of a connection (STARTTLS, a capture that began late) nothing less
    /// is believed.
    /// </summary>
    public static bool StartsClientHello(ReadOnlySpan<byte> octets)
    {
        const int LengthOfMessageAt = MessageAt + 1, VersionOfHelloAt = MessageAt + TlsHandshake.HeaderSize, Enough = VersionOfHelloAt + 2;
        return octets.Length >= Enough && octets[TypeAt] == Handshake && octets[MessageAt] == TlsHandshake.ClientHello
            && octets[LengthOfMessageAt] == 0 && octets[VersionOfHelloAt] == Major && MayStartHandshake(octets);
    }
}
