namespace Sensor.Core.Wire;

/// <summary>
/// An advertisement of protocol 112: VRRP version 2 (RFC 3768) or 3 (RFC 9568), or CARP, which shares the number.
/// <code>
///  0                   1                   2                   3
///  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
/// +-------+-------+---------------+---------------+---------------+
/// |version| type 1|     group     |   priority    |  addresses    |   CARP: 2, 1, group, skew, length of the digest (7)
/// +-------+-------+---------------+---------------+---------------+
/// | v2: auth type | v2: interval  |           checksum            |   v3: 4 bits reserved, interval in centiseconds
/// +---------------+---------------+---------------+---------------+
/// |          virtual addresses, 4 or 16 octets each ...           |   CARP: counter (8), digest (20)
/// </code>
/// </summary>
public readonly ref struct VrrpPacket
{
    /// <summary>Octets of a CARP advertisement.</summary>
    private const int CarpSize = 36, CarpDigestWords = 7;

    private const int GroupAt = 1, PriorityAt = 2, CountAt = 3, AuthenticationAt = 4, AddressesAt = 8, HeaderSize = 8;
    private const byte Advertisement = 1;

    private readonly ReadOnlySpan<byte> _octets; // at least the header and all addresses
    private readonly bool _isV4;

    private VrrpPacket(ReadOnlySpan<byte> octets, bool isV4, bool isCarp)
    {
        _octets = octets;
        _isV4 = isV4;
        IsCarp = isCarp;
    }

    /// <summary>Whether it is CARP.</summary>
    public bool IsCarp { get; }

    /// <summary>2 or 3.</summary>
    public byte Version => (byte)(_octets[0] >> 4);

    /// <summary>The virtual router's number (VRID, VHID).</summary>
    public byte Group => _octets[GroupAt];

    /// <summary>Higher wins; 0 gives up, 255 owns the address. CARP: 255 less the skew, so that it reads alike.</summary>
    public byte Priority => IsCarp ? (byte)(byte.MaxValue - _octets[PriorityAt]) : _octets[PriorityAt];

    /// <summary>VRRP version 2: 0 none, 1 a password in the clear, 2 an authentication header. Else 0; CARP is always signed.</summary>
    public byte AuthenticationType => Version == 2 && !IsCarp ? _octets[AuthenticationAt] : (byte)0;

    /// <summary>Virtual addresses that follow.</summary>
    public int AddressCount => IsCarp ? 0 : _octets[CountAt];

    /// <summary>The virtual address at <paramref name="index"/>, below <see cref="AddressCount"/>.</summary>
    public IpAddress Address(int index) => _isV4
        ? IpAddress.FromV4(_octets.U32(AddressesAt + (index * 4)))
        : new IpAddress(_octets.U64(AddressesAt + (index * 16)), _octets.U64(AddressesAt + (index * 16) + 8));

    /// <summary>Reads an advertisement carried over IPv4 or IPv6; false when it is another message or cut.</summary>
    public static bool TryRead(ReadOnlySpan<byte> octets, bool isV4, out VrrpPacket packet)
    {
        packet = default;
        if (octets.Length < HeaderSize || (octets[0] & 0x0F) != Advertisement || octets[0] >> 4 is not (2 or 3))
            return false;
        var isCarp = octets[0] >> 4 == 2 && octets.Length == CarpSize && octets[CountAt] == CarpDigestWords;
        if (!isCarp && octets.Length < HeaderSize + (octets[CountAt] * (isV4 ? 4 : 16)))
            return false;
        packet = new VrrpPacket(octets, isV4, isCarp);
        return true;
    }
}
