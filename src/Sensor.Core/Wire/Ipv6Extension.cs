namespace Sensor.Core.Wire;

/// <summary>
/// One IPv6 extension header, RFC 8200 section 4 and RFC 6564: hop-by-hop, routing, destination options, mobility, authentication,
/// fragment.
/// <code>
/// +-------+-------+---------------+
/// | next  |length |  type's own   |
/// +-------+-------+---------------+
/// </code>
/// A fragment header (section 4.5) has 8 octets always:
/// <code>
/// +-------+-------+-------------+-+
/// | next  |   0   | offset   |00|M|
/// +-------+-------+-------------+-+
/// |        identification         |
/// +-------------------------------+
/// </code>
/// </summary>
public readonly ref struct Ipv6Extension
{
    private const int NextHeaderAt = 0, LengthAt = 1, SegmentsLeftAt = 3, FragmentAt = 2, IdentificationAt = 4, FragmentSize = 8;
    private readonly ReadOnlySpan<byte> _octets;

    private Ipv6Extension(ReadOnlySpan<byte> octets, int length)
    {
        _octets = octets;
        Length = length;
    }

    /// <summary>Octets of this header.</summary>
    public int Length { get; }

    /// <summary>Type of what follows.</summary>
    public byte NextHeader => _octets[NextHeaderAt];

    /// <summary>Fragment header: where in the datagram this fragment belongs, in octets.</summary>
    public int FragmentOffset => _octets.U16(FragmentAt) & 0xFFF8;

    /// <summary>Fragment header: whether fragments with higher offsets follow.</summary>
    public bool MoreFragments => (_octets.U16(FragmentAt) & 1) != 0;

    /// <summary>Fragment header: equal in all fragments of a datagram.</summary>
    public uint Identification => _octets.U32(IdentificationAt);

    /// <summary>Routing header: nodes still to visit; when not zero the header's destination is not the final one.</summary>
    public byte SegmentsLeft => _octets[SegmentsLeftAt];

    /// <summary>Whether <paramref name="protocol"/> is an extension header that is walked (ESP cannot be).</summary>
    public static bool Is(byte protocol) => protocol
        is IpProtocol.HopByHop or IpProtocol.Routing or IpProtocol.Fragment or IpProtocol.DestinationOptions
        or IpProtocol.Authentication or IpProtocol.Mobility or IpProtocol.HostIdentity or IpProtocol.Shim6;

    /// <summary>False when the header of type <paramref name="protocol"/> is cut.</summary>
    public static bool TryRead(byte protocol, ReadOnlySpan<byte> octets, out Ipv6Extension header)
    {
        header = default;
        if (octets.Length < FragmentSize)
            return false;
        // The authentication header counts 32-bit words less two (RFC 4302 section 2.2), the others 64-bit words less one.
        var length = protocol switch
        {
            IpProtocol.Fragment => FragmentSize,
            IpProtocol.Authentication => (octets[LengthAt] + 2) * 4,
            _ => (octets[LengthAt] + 1) * 8,
        };
        if (octets.Length < length)
            return false;
        header = new(octets, length);
        return true;
    }
}
