using Sensor.Core.Wire;

namespace Sensor.Core.Tunnels;

/// <summary>
/// An IEEE 802.2 LLC header with SNAP, RFC 1042.
/// <code>
/// +------+------+------+-----------------+-------+
/// |  AA  |  AA  |  03  | organisation, 3 | type  |
/// +------+------+------+-----------------+-------+
/// </code>
/// </summary>
public readonly ref struct LlcHeader
{
    private const byte SnapPoint = 0xAA, IpPoint = 0x06, UnnumberedInformation = 0x03;
    private const int OrganisationAt = 3, TypeAt = 6, SnapSize = 8, LlcSize = 3;

    /// <summary>RFC 1042 and IEEE 802.1H bridges write EtherTypes under these organisations.</summary>
    private const uint EncapsulatedEthernet = 0x000000, BridgeTunnel = 0x0000F8;

    private LlcHeader(int length, ushort etherType)
    {
        Length = length;
        EtherType = etherType;
    }

    /// <summary>Octets of the header, 0 when it is not one that is walked.</summary>
    public int Length { get; }

    /// <summary>The EtherType of what follows, 0 when there is none (spanning tree, CDP …).</summary>
    public ushort EtherType { get; }

    /// <summary>False when the header is cut.</summary>
    public static bool TryRead(ReadOnlySpan<byte> octets, out LlcHeader header)
    {
        header = default;
        if (octets.Length < LlcSize)
            return false;
        if (octets[0] == IpPoint && octets[1] == IpPoint && octets[2] == UnnumberedInformation)
            header = new(LlcSize, Wire.EtherType.Ipv4);
        if (octets[0] != SnapPoint || octets[1] != SnapPoint || octets[2] != UnnumberedInformation)
            return true;
        if (octets.Length < SnapSize)
            return false;
        if (octets.U24(OrganisationAt) is EncapsulatedEthernet or BridgeTunnel)
            header = new(SnapSize, octets.U16(TypeAt));
        return true;
    }
}
