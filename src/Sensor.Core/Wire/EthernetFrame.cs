namespace Sensor.Core.Wire;

/// <summary>
/// An Ethernet header, IEEE 802.3 section 3.
/// <code>
///  0                   6                   12      14
/// +-------------------+-------------------+-------+----
/// |    destination    |      source       | type/ | payload
/// |                   |                   | length|
/// +-------------------+-------------------+-------+----
/// </code>
/// </summary>
public readonly ref struct EthernetFrame
{
    /// <summary>Octets of the header.</summary>
    public const int HeaderSize = 14;

    private const int DestinationAt = 0, SourceAt = 6, TypeAt = 12;
    private readonly ReadOnlySpan<byte> _octets;

    private EthernetFrame(ReadOnlySpan<byte> octets) => _octets = octets;

    /// <summary>Hardware address of the receiver.</summary>
    public MacAddress Destination => new(_octets.U48(DestinationAt));

    /// <summary>Hardware address of the sender.</summary>
    public MacAddress Source => new(_octets.U48(SourceAt));

    /// <summary>EtherType, or the length of an LLC frame when at most <see cref="EtherType.MaxLength"/>.</summary>
    public ushort TypeOrLength => _octets.U16(TypeAt);

    /// <summary>What follows the header, trailer and padding included.</summary>
    public ReadOnlySpan<byte> Payload => _octets[HeaderSize..];

    /// <summary>False when the header is cut.</summary>
    public static bool TryRead(ReadOnlySpan<byte> octets, out EthernetFrame frame)
    {
        frame = new(octets);
        return octets.Length >= HeaderSize;
    }
}
