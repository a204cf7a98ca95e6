namespace Sensor.Core.Wire;

/// <summary>
/// A UDP header, RFC 768.
/// <code>
/// +---------------+---------------+
/// |  source port  |   dest port   |
/// +---------------+---------------+
/// |    length     |   checksum    |
/// +---------------+---------------+
/// </code>
/// </summary>
public readonly ref struct UdpDatagram
{
    /// <summary>Octets of the header.</summary>
    public const int HeaderSize = 8;

    private const int SourceAt = 0, DestinationAt = 2, LengthAt = 4, ChecksumAt = 6;
    private readonly ReadOnlySpan<byte> _octets;

    private UdpDatagram(ReadOnlySpan<byte> octets) => _octets = octets;

    /// <summary>Sender's port.</summary>
    public ushort SourcePort => _octets.U16(SourceAt);

    /// <summary>Receiver's port.</summary>
    public ushort DestinationPort => _octets.U16(DestinationAt);

    /// <summary>Octets of header and data; 0 when the IP header knows better (jumbograms, segmentation offload).</summary>
    public int Length => _octets.U16(LengthAt);

    /// <summary>Checksum as sent; 0 means none.</summary>
    public ushort Checksum => _octets.U16(ChecksumAt);

    /// <summary>False when the header is cut or its length is shorter than the header (zero excepted).</summary>
    public static bool TryRead(ReadOnlySpan<byte> octets, out UdpDatagram datagram)
    {
        datagram = new(octets);
        return octets.Length >= HeaderSize && (datagram.Length >= HeaderSize || datagram.Length == 0);
    }
}
