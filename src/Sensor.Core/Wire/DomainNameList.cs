namespace Sensor.Core.Wire;

/// <summary>
/// Lists of domain names in DNS wire form as address plans carry them: DHCPv4 option 119 (RFC 3397, compressed within the joined option),
/// DHCPv6 option 24 (RFC 3646), DNSSL (RFC 8106 section 5.2, padded with zeros).
/// </summary>
public static class DomainNameList
{
    /// <summary>Room that a list may take as text; names beyond it are left out. Far more than any search list a resolver takes.</summary>
    public const int TextRoom = 2048;

    private const int MaxLabelOctets = 63, MaxNameOctets = 255, MaxPointers = 16;

    /// <summary>
    /// Writes the names into <paramref name="text"/>, separated by a space, and returns the octets used. Lower case; a dot or backslash
    /// inside a label is escaped by a backslash, other unprintable octets as \DDD (RFC 1035 section 5.1), so that malformed lists stay readable.
    /// A list that breaks off ends with what there was.
    /// </summary>
    public static int Write(ReadOnlySpan<byte> list, Span<byte> text)
    {
        var at = 0;
        var used = 0;
        while (at < list.Length)
        {
            var start = used == 0 ? 0 : used + 1;
            var end = WriteName(list, ref at, text, start);
            if (end < 0)
                break;
            if (end == start)
                continue;
            if (start > 0)
                text[used] = (byte)' ';
            used = end;
        }
        return used;
    }

    /// <summary>Writes one name at <paramref name="position"/> and moves it behind the name. Returns the end of the text, or -1 when it does not fit.</summary>
    private static int WriteName(ReadOnlySpan<byte> list, ref int position, Span<byte> text, int start)
    {
        var (at, lowest, resume, octets, pointers, end) = (position, position, -1, 0, 0, start);
        while (at < list.Length && list[at] is not 0 and var length)
        {
            if (length >= 0xC0)
            {
                if (resume < 0)
                    resume = at + 2;
                var target = at + 1 < list.Length ? list.U16(at) & 0x3FFF : list.Length;
                if (target >= lowest || ++pointers > MaxPointers)
                    break;
                at = lowest = target;
                continue;
            }
            octets += length + 1;
            if (length > MaxLabelOctets || octets > MaxNameOctets)
            {
                at = list.Length;
                break;
            }
            var label = list[(at + 1)..Math.Min(at + 1 + length, list.Length)];
            end = WriteLabel(label, text, end, after: end > start);
            if (end < 0)
                return -1;
            at += 1 + length;
        }
        position = resume < 0 ? at + 1 : resume;
        return end;
    }

    private static int WriteLabel(ReadOnlySpan<byte> label, Span<byte> text, int at, bool after)
    {
        if (text.Length - at < 1 + (label.Length * 4))
            return -1;
        if (after)
            text[at++] = (byte)'.';
        foreach (var octet in label)
        {
            if (octet is (byte)'.' or (byte)'\\')
            {
                text[at++] = (byte)'\\';
                text[at++] = octet;
            }
            else if (octet is > 0x20 and < 0x7F)
            {
                text[at++] = octet is >= (byte)'A' and <= (byte)'Z' ? (byte)(octet | 0x20) : octet;
            }
            else
            {
                text[at++] = (byte)'\\';
                text[at++] = (byte)('0' + (octet / 100));
                text[at++] = (byte)('0' + (octet / 10 % 10));
                text[at++] = (byte)('0' + (octet % 10));
            }
        }
        return at;
    }
}
