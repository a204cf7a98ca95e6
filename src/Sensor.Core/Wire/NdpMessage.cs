namespace Sensor.Core.Wire;

/// <summary>
/// A neighbour discovery message, RFC 4861 section 4: four kinds that share the ICMPv6 head and end in options.
/// <code>
///  0                   1                   2                   3
///  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
/// +---------------+---------------+---------------+---------------+
/// |     type      |    code 0     |           checksum            |
/// +---------------+---------------+---------------+---------------+
/// | RA: hop limit |M|O|H|Prf|     |        router lifetime        |  NA: |R|S|O| reserved; NS, redirect: reserved
/// +---------------+---------------+---------------+---------------+
/// | RA: reachable time, retransmission timer (8 octets)           |
/// | NS, NA: target address (16)                                   |
/// | redirect: target address (16), destination address (16)       |
/// +---------------+---------------+---------------+---------------+
/// | options ...
/// </code>
/// </summary>
public readonly ref struct NdpMessage
{
    /// <summary>ICMPv6 type of a router solicitation.</summary>
    public const byte RouterSolicitation = 133;

    /// <summary>ICMPv6 type of a router advertisement.</summary>
    public const byte RouterAdvertisement = 134;

    /// <summary>ICMPv6 type of a neighbour solicitation.</summary>
    public const byte NeighborSolicitation = 135;

    /// <summary>ICMPv6 type of a neighbour advertisement.</summary>
    public const byte NeighborAdvertisement = 136;

    /// <summary>ICMPv6 type of a redirect.</summary>
    public const byte Redirect = 137;

    private const int CodeAt = 1, HopLimitAt = 4, FlagsAt = 5, LifetimeAt = 6, TargetAt = 8, DestinationAt = 24;
    private const int AdvertisementFlagsAt = 4;

    private readonly ReadOnlySpan<byte> _octets; // at least the fixed part of its type

    private NdpMessage(ReadOnlySpan<byte> octets) => _octets = octets;

    /// <summary>The ICMPv6 type, one of the constants.</summary>
    public byte Type => _octets[0];

    /// <summary>Router advertisement: the hop limit hosts should use, 0 unspecified.</summary>
    public byte HopLimit => _octets[HopLimitAt];

    /// <summary>Router advertisement: M, addresses by DHCPv6.</summary>
    public bool Managed => (_octets[FlagsAt] & 0x80) != 0;

    /// <summary>Router advertisement: O, other configuration by DHCPv6.</summary>
    public bool OtherConfiguration => (_octets[FlagsAt] & 0x40) != 0;

    /// <summary>Router advertisement: preference, 1 high, 0 medium, -1 low; the reserved value counts as medium (RFC 4191 section 2.2).</summary>
    public sbyte Preference => (_octets[FlagsAt] & 0x18) switch { 0x08 => 1, 0x18 => -1, _ => 0 };

    /// <summary>Router advertisement: router lifetime in seconds.</summary>
    public ushort RouterLifetime => _octets.U16(LifetimeAt);

    /// <summary>Neighbour advertisement: R, the sender is a router.</summary>
    public bool IsRouter => (_octets[AdvertisementFlagsAt] & 0x80) != 0;

    /// <summary>Neighbour advertisement: S, in answer to a solicitation.</summary>
    public bool Solicited => (_octets[AdvertisementFlagsAt] & 0x40) != 0;

    /// <summary>Neighbour advertisement: O, replaces a cached address.</summary>
    public bool Override => (_octets[AdvertisementFlagsAt] & 0x20) != 0;

    /// <summary>Target address; not for router solicitations and advertisements.</summary>
    public IpAddress Target => IpAddress.ReadV6(_octets.Slice(TargetAt, 16));

    /// <summary>Redirect: the destination whose route changes.</summary>
    public IpAddress Destination => IpAddress.ReadV6(_octets.Slice(DestinationAt, 16));

    /// <summary>The options, not yet checked.</summary>
    public NdpOptions Options => new(_octets[FixedSize(Type)..]);

    /// <summary>Whether ICMPv6 type <paramref name="type"/> is neighbour discovery.</summary>
    public static bool IsNdp(byte type) => type is >= RouterSolicitation and <= Redirect;

    /// <summary>
    /// Reads a neighbour discovery message; false when it is another type, shorter than its fixed part, or has a code other than 0, which
    /// hosts must discard (RFC 4861 sections 6.1 and 7.1).
    /// </summary>
    public static bool TryRead(ReadOnlySpan<byte> octets, out NdpMessage message)
    {
        message = default;
        if (octets.Length < 8 || !IsNdp(octets[0]) || octets.Length < FixedSize(octets[0]) || octets[CodeAt] != 0)
            return false;
        message = new NdpMessage(octets);
        return true;
    }

    private static int FixedSize(byte type) => type switch
    {
        RouterSolicitation => 8,
        RouterAdvertisement => 16,
        Redirect => 40,
        _ => 24,
    };
}
