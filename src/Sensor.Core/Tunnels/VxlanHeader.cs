using Sensor.Core.Wire;

namespace Sensor.Core.Tunnels;

/// <summary>
/// A VXLAN header, RFC 7348 section 5, with the group policy extension (draft-smith-vxlan-group-policy) and, on a port of its own,
/// the generic protocol extension (draft-ietf-nvo3-vxlan-gpe).
/// <code>
/// +-+---+-+-+---+-------+---------------+
/// |G|   |I|P|   | D, A  |  policy group |
/// +-+---+-+-+---+-------+-------+-------+
/// |        VNI, 24 bits         |   0   |
/// +-----------------------------+-------+
/// </code>
/// With P the last octet of the first row says what is inside.
/// </summary>
public readonly ref struct VxlanHeader
{
    /// <summary>Octets of the header.</summary>
    public const int Size = 8;

    /// <summary>The registered UDP port, and the one of older Linux kernels.</summary>
    public const ushort Port = 4789, OldPort = 8472;

    /// <summary>The UDP port of the generic protocol extension.</summary>
    public const ushort GenericPort = 4790;

    private const int NextProtocolAt = 3, IdAt = 4, ReservedAt = 7;
    private const byte GroupFlag = 0x80, IdFlag = 0x08, ProtocolFlag = 0x04;

    /// <summary>EtherTypes by the generic extension's next protocol number; 0 is not walked.</summary>
    private static readonly ushort[] NextProtocols = [0, EtherType.Ipv4, EtherType.Ipv6, EtherType.EthernetBridging, 0, EtherType.Mpls];

    private readonly ReadOnlySpan<byte> _octets;

    private VxlanHeader(ReadOnlySpan<byte> octets) => _octets = octets;

    /// <summary>VXLAN network identifier, 24 bits.</summary>
    public uint NetworkId => _octets.U24(IdAt);

    /// <summary>What is inside: <see cref="EtherType.EthernetBridging"/> but for the generic extension.</summary>
    public ushort Protocol => (_octets[0] & ProtocolFlag) == 0 ? EtherType.EthernetBridging : NextProtocols[_octets[NextProtocolAt]];

    /// <summary>
    /// False when the header or the Ethernet header inside is cut, the I flag is missing, or reserved octets are set: the ports are
    /// ordinary ephemeral ports too, and answers to them must not be taken for tunnels.
    /// </summary>
    public static bool TryRead(ReadOnlySpan<byte> octets, out VxlanHeader header)
    {
        header = new(octets);
        if (octets.Length < Size + EthernetFrame.HeaderSize || (octets[0] & IdFlag) == 0 || octets[ReservedAt] != 0)
            return false;
        if ((octets[0] & ProtocolFlag) != 0)
            return octets.U16(1) == 0 && octets[NextProtocolAt] < NextProtocols.Length && header.Protocol != 0;
        return (octets[0] & GroupFlag) != 0 || octets.U24(1) == 0;
    }
}
