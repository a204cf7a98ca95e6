namespace Sensor.Core.Wire;

/// <summary>
/// An IPv6 header, RFC 8200 section 3.
/// <code>
/// +---+-------+-------------------+
/// |ver|class  |    flow label     |
/// +---+-------+---+-------+-------+
/// |payload length | next  |  hop  |
/// +---------------+-------+-------+
/// |       source, 16 octets       |
/// +-------------------------------+
/// |    destination, 16 octets     |
/// +-------------------------------+
/// </code>
/// </summary>
public readonly ref struct Ipv6Packet
{
    /// <summary>Octets of the header.</summary>
    public const int HeaderSize = 40;

    private const int LengthAt = 4, NextHeaderAt = 6, HopLimitAt = 7, SourceAt = 8, DestinationAt = 24;
    private readonly ReadOnlySpan<byte> _octets;

    private Ipv6Packet(ReadOnlySpan<byte> octets) => _octets = octets;

    /// <summary>Octets that follow the header, extension headers included; 0 in jumbograms (RFC 2675) and offloaded segments.</summary>
    public int PayloadLength => _octets.U16(LengthAt);

    /// <summary>Type of the first extension header, or the transport protocol.</summary>
    public byte NextHeader => _octets[NextHeaderAt];

    /// <summary>Hop limit.</summary>
    public byte HopLimit => _octets[HopLimitAt];

    /// <summary>Sender.</summary>
    public IpAddress Source => new(_octets.U64(SourceAt), _octets.U64(SourceAt + 8));

    /// <summary>Receiver; with a routing header the next node on the way.</summary>
    public IpAddress Destination => new(_octets.U64(DestinationAt), _octets.U64(DestinationAt + 8));

    /// <summary>False when this is not IPv6 or the header is cut.</summary>
    public static bool TryRead(ReadOnlySpan<byte> octets, out Ipv6Packet packet)
    {
        packet = new(octets);
        return octets.Length >= HeaderSize && octets[0] >> 4 == 6;
    }
}
