namespace Sensor.Core.Wire;

/// <summary>
/// A TCP header, RFC 9293 section 3.1.
/// <code>
/// +---------------+---------------+
/// |  source port  |   dest port   |
/// +---------------+---------------+
/// |        sequence number        |
/// +-------------------------------+
/// |    acknowledgment number      |
/// +---+---+-------+---------------+
/// |off|res| flags |    window     |
/// +---+---+-------+---------------+
/// |   checksum    | urgent pointer|
/// +---------------+---------------+
/// |       options, off > 5        |
/// </code>
/// </summary>
public readonly ref struct TcpSegment
{
    /// <summary>Octets of a header without options.</summary>
    public const int MinHeaderSize = 20;

    private const int SourceAt = 0, DestinationAt = 2, SequenceAt = 4, AcknowledgmentAt = 8, OffsetAt = 12, FlagsAt = 13;
    private const int WindowAt = 14, ChecksumAt = 16;
    private readonly ReadOnlySpan<byte> _octets;

    private TcpSegment(ReadOnlySpan<byte> octets) => _octets = octets;

    /// <summary>Sender's port.</summary>
    public ushort SourcePort => _octets.U16(SourceAt);

    /// <summary>Receiver's port.</summary>
    public ushort DestinationPort => _octets.U16(DestinationAt);

    /// <summary>Sequence number of the first octet (of the SYN when that is set).</summary>
    public uint Sequence => _octets.U32(SequenceAt);

    /// <summary>Next sequence number expected, when ACK is set.</summary>
    public uint Acknowledgment => _octets.U32(AcknowledgmentAt);

    /// <summary>Octets of the header with its options, 20 to 60. The options may be cut by the capture.</summary>
    public int HeaderLength => (_octets[OffsetAt] >> 4) * 4;

    /// <summary>The low eight flags: FIN 1, SYN 2, RST 4, PSH 8, ACK 16, URG 32, ECE 64, CWR 128.</summary>
    public byte Flags => _octets[FlagsAt];

    /// <summary>Window, unscaled.</summary>
    public ushort Window => _octets.U16(WindowAt);

    /// <summary>Checksum as sent.</summary>
    public ushort Checksum => _octets.U16(ChecksumAt);

    /// <summary>False when the first 20 octets are cut or the data offset points into them.</summary>
    public static bool TryRead(ReadOnlySpan<byte> octets, out TcpSegment segment)
    {
        segment = new(octets);
        return octets.Length >= MinHeaderSize && segment.HeaderLength >= MinHeaderSize;
    }
}
