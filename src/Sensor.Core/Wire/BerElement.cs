namespace Sensor.Core.Wire;

/// <summary>
/// One element of the basic encoding rules, X.690 section 8.1, as LDAP (RFC 4511 section 5.1) and GSS-API tokens use them: one tag octet, a
/// length of
/// definite form, the content.
/// <code>
/// +-----+----------------------+---------+
/// | tag | length, 1 to 5 octets| content |
/// +-----+----------------------+---------+
/// </code>
/// </summary>
public readonly ref struct BerElement
{
    /// <summary>Tags that both protocols use.</summary>
    public const byte Integer = 0x02, OctetString = 0x04, ObjectIdentifier = 0x06, Enumerated = 0x0A, Sequence = 0x30;

    private const byte LongForm = 0x80, MultiOctetTag = 0x1F;
    private const int MaxLengthOctets = 4;

    private BerElement(byte tag, ReadOnlySpan<byte> content)
    {
        Tag = tag;
        Content = content;
    }

    /// <summary>Class, form and number.</summary>
    public byte Tag { get; }

    /// <summary>The content; less than its length says where the octets end before.</summary>
    public ReadOnlySpan<byte> Content { get; }

    /// <summary>
    /// Octets of tag and length at the start of <paramref name="octets"/>; 0 when there are too few to tell, -1 when this is no such
    /// element (long tags, indefinite or absurd lengths).
    /// </summary>
    public static int ReadHead(ReadOnlySpan<byte> octets, out uint contentLength)
    {
        contentLength = 0;
        if (octets.Length < 2)
            return octets.Length == 1 && (octets[0] & MultiOctetTag) == MultiOctetTag ? -1 : 0;
        if ((octets[0] & MultiOctetTag) == MultiOctetTag)
            return -1;
        if (octets[1] < LongForm)
        {
            contentLength = octets[1];
            return 2;
        }
        var lengthOctets = octets[1] & ~LongForm;
        if (lengthOctets is 0 or > MaxLengthOctets)
            return -1;
        if (octets.Length < 2 + lengthOctets)
            return 0;
        foreach (var octet in octets.Slice(2, lengthOctets))
            contentLength = (contentLength << 8) | octet;
        return contentLength > int.MaxValue ? -1 : 2 + lengthOctets;
    }

    /// <summary>
    /// Takes the next element off <paramref name="octets"/>; of one that goes on beyond them what there is. False at the end or at
    /// nonsense.
    /// </summary>
    public static bool TryTake(scoped ref ReadOnlySpan<byte> octets, out BerElement element)
    {
        element = default;
        var head = ReadHead(octets, out var length);
        if (head <= 0)
            return false;
        var present = Math.Min((int)length, octets.Length - head);
        element = new BerElement(octets[0], octets.Slice(head, present));
        octets = octets[(head + present)..];
        return true;
    }
}
