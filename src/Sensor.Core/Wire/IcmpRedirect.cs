namespace Sensor.Core.Wire;

/// <summary>
/// An ICMP redirect, RFC 792, with the start of the datagram that caused it.
/// <code>
///  0                   1                   2                   3
///  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
/// +---------------+---------------+---------------+---------------+
/// |    type 5     |     code      |           checksum            |
/// +---------------+---------------+---------------+---------------+
/// |                   gateway internet address                    |
/// +---------------+---------------+---------------+---------------+
/// |     internet header + 64 bits of the original data ...        |
/// </code>
/// </summary>
public readonly ref struct IcmpRedirect
{
    /// <summary>The ICMP type.</summary>
    public const byte Type = 5;

    private const int CodeAt = 1, GatewayAt = 4, EmbeddedAt = 8, EmbeddedSize = 20;
    private const int EmbeddedSourceAt = EmbeddedAt + 12, EmbeddedDestinationAt = EmbeddedAt + 16;

    private readonly ReadOnlySpan<byte> _octets; // up to the end of the embedded header's fixed part

    private IcmpRedirect(ReadOnlySpan<byte> octets) => _octets = octets;

    /// <summary>0 network, 1 host, 2 network with type of service, 3 host with type of service.</summary>
    public byte Code => _octets[CodeAt];

    /// <summary>The router to use from now on.</summary>
    public IpAddress Gateway => IpAddress.FromV4(_octets.U32(GatewayAt));

    /// <summary>Who sent the datagram that caused it: the host that is told.</summary>
    public IpAddress EmbeddedSource => IpAddress.FromV4(_octets.U32(EmbeddedSourceAt));

    /// <summary>Where that datagram went: the destination whose route changes.</summary>
    public IpAddress EmbeddedDestination => IpAddress.FromV4(_octets.U32(EmbeddedDestinationAt));

    /// <summary>Reads a redirect; false when it is another type, cut before the embedded destination, or embeds no IPv4 header.</summary>
    public static bool TryRead(ReadOnlySpan<byte> octets, out IcmpRedirect redirect)
    {
        redirect = default;
        if (octets.Length < EmbeddedAt + EmbeddedSize || octets[0] != Type || octets[EmbeddedAt] >> 4 != 4)
            return false;
        redirect = new IcmpRedirect(octets[..(EmbeddedAt + EmbeddedSize)]);
        return true;
    }
}
