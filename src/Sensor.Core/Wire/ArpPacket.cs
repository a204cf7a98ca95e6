namespace Sensor.Core.Wire;

/// <summary>
/// An ARP packet for IPv4 over Ethernet (or another link with 48-bit addresses), RFC 826.
/// <code>
///  0                   1                   2                   3
///  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
/// +---------------+---------------+---------------+---------------+
/// |         hardware type         |         protocol type         |
/// +---------------+---------------+---------------+---------------+
/// |   hw length   |  proto length |           operation           |
/// +---------------+---------------+---------------+---------------+
/// |                    sender hardware address                    |
/// +                               +---------------+---------------+
/// |                               |    sender protocol address    |
/// +---------------+---------------+---------------+---------------+
/// |    (continued)                |    target hardware address    |
/// +---------------+---------------+                               +
/// |                                                               |
/// +---------------+---------------+---------------+---------------+
/// |                    target protocol address                    |
/// +---------------+---------------+---------------+---------------+
/// </code>
/// </summary>
public readonly ref struct ArpPacket
{
    /// <summary>Octets of an ARP packet for IPv4 over Ethernet.</summary>
    public const int Size = 28;

    /// <summary>Operation of a request.</summary>
    public const ushort Request = 1;

    /// <summary>Operation of a reply.</summary>
    public const ushort Reply = 2;

    /// <summary>Protocol type 0x0800 with lengths 6 and 4, as one number.</summary>
    private const uint Ipv4With48BitHardware = 0x0800_0604;

    private const int ProtocolTypeAt = 2, OperationAt = 6, SenderMacAt = 8, SenderAddressAt = 14, TargetMacAt = 18, TargetAddressAt = 24;

    private readonly ReadOnlySpan<byte> _octets; // exactly Size

    private ArpPacket(ReadOnlySpan<byte> octets) => _octets = octets;

    /// <summary>1 request, 2 reply; others are RARP (RFC 903) and InARP (RFC 2390).</summary>
    public ushort Operation => _octets.U16(OperationAt);

    /// <summary>Sender hardware address.</summary>
    public MacAddress SenderMac => new(_octets.U48(SenderMacAt));

    /// <summary>Sender protocol address.</summary>
    public IpAddress SenderAddress => IpAddress.FromV4(_octets.U32(SenderAddressAt));

    /// <summary>Target hardware address.</summary>
    public MacAddress TargetMac => new(_octets.U48(TargetMacAt));

    /// <summary>Target protocol address.</summary>
    public IpAddress TargetAddress => IpAddress.FromV4(_octets.U32(TargetAddressAt));

    /// <summary>Whether the first eight octets say IPv4 over 48-bit hardware addresses. The hardware type is not looked at: Ethernet, IEEE 802, Wi-Fi.</summary>
    public static bool IsIpv4(ReadOnlySpan<byte> octets) => octets.Length >= 8 && octets.U32(ProtocolTypeAt) == Ipv4With48BitHardware;

    /// <summary>Reads the packet at the start of <paramref name="octets"/>; false when it is short or not IPv4 over 48-bit hardware addresses.</summary>
    public static bool TryRead(ReadOnlySpan<byte> octets, out ArpPacket packet)
    {
        packet = default;
        if (octets.Length < Size || !IsIpv4(octets))
            return false;
        packet = new ArpPacket(octets[..Size]);
        return true;
    }
}
