using Sensor.Core.Wire;

namespace Sensor.Core.Tunnels;

/// <summary>
/// A GRE header, RFC 2784, 2890 and (routing) 1701; version 1 is PPTP's, RFC 2637 section 4.1.
/// <code>
/// +-+-+-+-+-----+-+-------+---+---------------+
/// |C|R|K|S| ... |A| ...   |ver| protocol type |
/// +-+-+-+-+-----+-+-------+---+---------------+
/// |  checksum and offset, if C or R           |
/// |  key, if K                                |
/// |  sequence number, if S                    |
/// |  acknowledgment, if A and version 1       |
/// |  source route entries, if R               |
/// +-------------------------------------------+
/// </code>
/// </summary>
public readonly ref struct GreHeader
{
    private const int FlagsAt = 0, ProtocolAt = 2, FixedSize = 4, WordSize = 4;
    private const int ChecksumFlag = 0x8000, RoutingFlag = 0x4000, KeyFlag = 0x2000, SequenceFlag = 0x1000, AcknowledgmentFlag = 0x0080;
    private const int VersionMask = 0x0007;
    private readonly ReadOnlySpan<byte> _octets;

    private GreHeader(ReadOnlySpan<byte> octets, int length)
    {
        _octets = octets;
        Length = length;
    }

    /// <summary>Octets of the header with all optional words.</summary>
    public int Length { get; }

    /// <summary>What is inside: an EtherType, or one of GRE's own.</summary>
    public ushort Protocol => _octets.U16(ProtocolAt);

    /// <summary>0, or 1 for PPTP.</summary>
    public int Version => _octets.U16(FlagsAt) & VersionMask;

    /// <summary>Whether a sequence number is there: with ERSPAN the mark of types II and III.</summary>
    public bool HasSequence => (_octets.U16(FlagsAt) & SequenceFlag) != 0;

    /// <summary>The key, 0 when absent. In version 1 a call number and so another one in each direction: 0 too.</summary>
    public uint Key => (_octets.U16(FlagsAt) & KeyFlag) == 0 || Version != 0
        ? 0
        : _octets.U32(FixedSize + (Has(_octets.U16(FlagsAt), ChecksumFlag | RoutingFlag) * WordSize));

    /// <summary>False when the header is cut or of an unknown version.</summary>
    public static bool TryRead(ReadOnlySpan<byte> octets, out GreHeader header)
    {
        header = default;
        if (octets.Length < FixedSize)
            return false;
        var flags = octets.U16(FlagsAt);
        var version = flags & VersionMask;
        if (version > 1)
            return false;
        var words = Has(flags, ChecksumFlag | RoutingFlag) + Has(flags, KeyFlag) + Has(flags, SequenceFlag)
            + (version == 1 ? Has(flags, AcknowledgmentFlag) : 0);
        var length = FixedSize + (words * WordSize);
        if (octets.Length < length)
            return false;
        if ((flags & RoutingFlag) != 0 && !TrySkipRoutes(octets, ref length))
            return false;
        header = new(octets, length);
        return true;
    }

    /// <summary>
    /// Source route entries: family (2), offset (1), length (1), addresses; an entry of length and family 0 ends the list.
    /// </summary>
    private static bool TrySkipRoutes(ReadOnlySpan<byte> octets, ref int length)
    {
        while (octets.Length - length >= WordSize)
        {
            var family = octets.U16(length);
            var size = octets[length + 3];
            length += WordSize;
            if (family == 0 && size == 0)
                return true;
            if (octets.Length - length < size)
                return false;
            length += size;
        }
        return false;
    }

    private static int Has(int flags, int mask) => (flags & mask) != 0 ? 1 : 0;
}
