using System.Buffers.Binary;
using Sensor.Core.Wire;

namespace Sensor.Core.Tunnels;

/// <summary>
/// What a monitoring card puts before an 802.11 frame: radiotap, Prism or AVS. Only its length matters, and radiotap's flags.
/// <code>
/// radiotap +---+---+--------+------------+ ...     lengths little-endian
///          | 0 | 0 | length | present, 4 |  more present words while bit 31 is set, then fields
///          +---+---+--------+------------+ ...
/// AVS      +------------+------------+ ...         lengths big-endian
///          |   magic    |   length   |
/// Prism    |    code    |   length   |             lengths in host order
///          +------------+------------+ ...
/// </code>
/// </summary>
public readonly ref struct RadioHeader
{
    private const int RadiotapSize = 8, LengthAt = 2, PresentAt = 4, WideLengthAt = 4;
    private const uint TimePresent = 1, FlagsPresent = 2, MorePresent = 0x8000_0000;
    private const byte PaddedFlag = 0x20;

    private RadioHeader(int length, bool isPadded)
    {
        Length = length;
        IsPadded = isPadded;
    }

    /// <summary>Octets before the 802.11 frame.</summary>
    public int Length { get; }

    /// <summary>Whether the 802.11 header is padded to four octets.</summary>
    public bool IsPadded { get; }

    /// <summary>Reads a radiotap header (radiotap.org). False when it is cut.</summary>
    public static bool TryReadRadiotap(ReadOnlySpan<byte> octets, out RadioHeader header)
    {
        header = default;
        if (octets.Length < RadiotapSize || octets[0] != 0)
            return false;
        var length = BinaryPrimitives.ReadUInt16LittleEndian(octets[LengthAt..]);
        if (length < RadiotapSize || octets.Length < length)
            return false;
        header = new(length, IsPaddedBy(octets[..length]));
        return true;
    }

    /// <summary>Reads a Prism or AVS header. False when it is cut.</summary>
    public static bool TryReadWide(ReadOnlySpan<byte> octets, out RadioHeader header)
    {
        header = default;
        if (octets.Length < RadiotapSize)
            return false;
        var length = octets.U32(WideLengthAt);
        if (length > ushort.MaxValue)
            length = BinaryPrimitives.ReverseEndianness(length);
        if (length < RadiotapSize || length > octets.Length)
            return false;
        header = new((int)length, isPadded: false);
        return true;
    }

    private static bool IsPaddedBy(ReadOnlySpan<byte> octets)
    {
        var present = BinaryPrimitives.ReadUInt32LittleEndian(octets[PresentAt..]);
        if ((present & FlagsPresent) == 0)
            return false;
        var at = PresentAt + 4;
        for (var word = present; (word & MorePresent) != 0 && octets.Length - at >= 4; at += 4)
            word = BinaryPrimitives.ReadUInt32LittleEndian(octets[at..]);
        // Fields are aligned to their size: the time stamp, 8 octets, is the only one before the flags.
        if ((present & TimePresent) != 0)
            at = ((at + 7) & ~7) + 8;
        return at < octets.Length && (octets[at] & PaddedFlag) != 0;
    }
}
