using Sensor.Core.Wire;

namespace Sensor.Core.Tunnels;

/// <summary>
/// A VXLAN header, RFC 7348 section 5, with the group policy extension (draft-smith-vxlan-group-policy).
/// <code>
/// +-+---+-+---+-------+---------------+
/// |G|   |I|   | D, A  |  policy group |
/// +-+---+-+---+-------+-------+-------+
/// |        VNI, 24 bits       |reserved
/// +---------------------------+-------+
/// </code>
/// </summary>
public readonly ref struct VxlanHeader
{
    /// <summary>Octets of the header.</summary>
    public const int Size = 8;

    /// <summary>The registered UDP port, and the one of older Linux kernels.</summary>
    public const ushort Port = 4789, OldPort = 8472;

    private const int IdAt = 4, ReservedAt = 7;
    private const byte GroupFlag = 0x80, IdFlag = 0x08;
    private readonly ReadOnlySpan<byte> _octets;

    private VxlanHeader(ReadOnlySpan<byte> octets) => _octets = octets;

    /// <summary>VXLAN network identifier, 24 bits.</summary>
    public uint NetworkId => _octets.U24(IdAt);

    /// <summary>
    /// False when the header or the Ethernet header inside is cut, the I flag is missing, or reserved octets are set: the ports are
    /// ordinary ephemeral ports too, and answers to them must not be taken for tunnels.
    /// </summary>
    public static bool TryRead(ReadOnlySpan<byte> octets, out VxlanHeader header)
    {
        header = new(octets);
        if (octets.Length < Size + EthernetFrame.HeaderSize || (octets[0] & IdFlag) == 0 || octets[ReservedAt] != 0)
            return false;
        return (octets[0] & GroupFlag) != 0 || octets.U24(1) == 0;
    }
}
