using Sensor.Core.Wire;

namespace Sensor.Core.Tunnels;

/// <summary>
/// A GENEVE header, RFC 8926 section 3.4.
/// <code>
/// +--+------+-+-+------+---------------+
/// |v |optlen|O|C|  0   | protocol type |
/// +--+------+-+-+------+-------+-------+
/// |        VNI, 24 bits        |   0   |
/// +----------------------------+-------+
/// |     options, optlen words          |
/// </code>
/// </summary>
public readonly ref struct GeneveHeader
{
    /// <summary>The registered UDP port.</summary>
    public const ushort Port = 6081;

    private const int ProtocolAt = 2, IdAt = 4, FixedSize = 8, LengthMask = 0x3F;
    private readonly ReadOnlySpan<byte> _octets;

    private GeneveHeader(ReadOnlySpan<byte> octets) => _octets = octets;

    /// <summary>Octets of the header with its options, 8 to 260.</summary>
    public int Length => FixedSize + ((_octets[0] & LengthMask) * 4);

    /// <summary>What is inside: <see cref="EtherType.EthernetBridging"/> or an EtherType.</summary>
    public ushort Protocol => _octets.U16(ProtocolAt);

    /// <summary>Virtual network identifier, 24 bits.</summary>
    public uint NetworkId => _octets.U24(IdAt);

    /// <summary>
    /// False when the header is cut, its version is not 0, or what is inside is not known: the port is an ephemeral port too.
    /// </summary>
    public static bool TryRead(ReadOnlySpan<byte> octets, out GeneveHeader header)
    {
        header = new(octets);
        if (octets.Length < FixedSize || octets[0] >> 6 != 0 || octets.Length < header.Length)
            return false;
        return header.Protocol is EtherType.EthernetBridging or EtherType.Ipv4 or EtherType.Ipv6
            or EtherType.Mpls or EtherType.MplsUpstream;
    }
}
