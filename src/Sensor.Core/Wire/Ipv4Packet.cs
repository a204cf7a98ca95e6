namespace Sensor.Core.Wire;

/// <summary>
/// An IPv4 header, RFC 791 section 3.1.
/// <code>
///  0       1       2       3
/// +---+---+-------+---------------+
/// |ver|ihl|  tos  | total length  |
/// +---+---+-------+---+-----------+
/// |identification |flg|frag offset|
/// +-------+-------+---+-----------+
/// |  ttl  | proto |   checksum    |
/// +-------+-------+---------------+
/// |            source             |
/// +-------------------------------+
/// |          destination          |
/// +-------------------------------+
/// |       options, ihl > 5        |
/// </code>
/// </summary>
public readonly ref struct Ipv4Packet
{
    /// <summary>Octets of a header without options.</summary>
    public const int MinHeaderSize = 20;

    private const int LengthAt = 2, IdentificationAt = 4, FragmentAt = 6, TtlAt = 8, ProtocolAt = 9, ChecksumAt = 10;
    private const int SourceAt = 12, DestinationAt = 16;
    private const int MoreFragmentsFlag = 0x2000, OffsetMask = 0x1FFF;
    private readonly ReadOnlySpan<byte> _octets;

    private Ipv4Packet(ReadOnlySpan<byte> octets) => _octets = octets;

    /// <summary>Octets of the header with its options, 20 to 60.</summary>
    public int HeaderLength => (_octets[0] & 0x0F) * 4;

    /// <summary>Octets of header and payload; 0 in frames captured before the card cut them (segmentation offload).</summary>
    public int TotalLength => _octets.U16(LengthAt);

    /// <summary>Identification: equal in all fragments of a datagram.</summary>
    public ushort Identification => _octets.U16(IdentificationAt);

    /// <summary>Whether this is not the whole datagram.</summary>
    public bool IsFragment => (_octets.U16(FragmentAt) & (MoreFragmentsFlag | OffsetMask)) != 0;

    /// <summary>Whether fragments with higher offsets follow.</summary>
    public bool MoreFragments => (_octets.U16(FragmentAt) & MoreFragmentsFlag) != 0;

    /// <summary>Where in the datagram's payload this fragment belongs, in octets.</summary>
    public int FragmentOffset => (_octets.U16(FragmentAt) & OffsetMask) * 8;

    /// <summary>Time to live.</summary>
    public byte TimeToLive => _octets[TtlAt];

    /// <summary>Protocol of the payload (<see cref="IpProtocol"/>).</summary>
    public byte Protocol => _octets[ProtocolAt];

    /// <summary>Header checksum as sent.</summary>
    public ushort HeaderChecksum => _octets.U16(ChecksumAt);

    /// <summary>Whether the header checksum is right, RFC 1071.</summary>
    public bool HasRightChecksum => InternetChecksum.IsRight(_octets[..HeaderLength]);

    /// <summary>Sender.</summary>
    public IpAddress Source => IpAddress.FromV4(_octets.U32(SourceAt));

    /// <summary>Receiver.</summary>
    public IpAddress Destination => IpAddress.FromV4(_octets.U32(DestinationAt));

    /// <summary>
    /// False when this is not IPv4, the header or its options are cut, or the total length is shorter than the header (zero excepted).
    /// </summary>
    public static bool TryRead(ReadOnlySpan<byte> octets, out Ipv4Packet packet)
    {
        packet = new(octets);
        if (octets.Length < MinHeaderSize || octets[0] >> 4 != 4)
            return false;
        var headerLength = packet.HeaderLength;
        if (headerLength < MinHeaderSize || octets.Length < headerLength)
            return false;
        return packet.TotalLength >= headerLength || packet.TotalLength == 0;
    }
}
