namespace Sensor.Detection.Updates;

/// <summary>What a scan through XML stands at.</summary>
internal enum XmlToken : byte
{
    /// <summary>The end, or something that is no XML.</summary>
    End,

    /// <summary>A start tag, also of an empty element.</summary>
    Start,

    /// <summary>An end tag.</summary>
    Stop,

    /// <summary>Text between tags, entities and all.</summary>
    Text,
}

/// <summary>
/// A scan through untrusted XML in UTF-8, token by token and forwards only. There are no document types, no entities but the five and numbers, no
/// name spaces (prefixes are passed over), nothing is fetched and nothing grows: what is not understood ends the scan.
/// </summary>
internal ref struct XmlScan(ReadOnlySpan<byte> octets)
{
    private ReadOnlySpan<byte> _rest = octets;

    /// <summary>Name of the current tag without its prefix.</summary>
    public ReadOnlySpan<byte> Name { get; private set; }

    /// <summary>The attributes of the current start tag.</summary>
    public ReadOnlySpan<byte> Attributes { get; private set; }

    /// <summary>The current text, as it stands.</summary>
    public ReadOnlySpan<byte> Text { get; private set; }

    /// <summary>Whether the current text is literal (CDATA): entities in it are none.</summary>
    public bool IsLiteral { get; private set; }

    /// <summary>Whether the current start tag is an empty element's.</summary>
    public bool IsEmpty { get; private set; }

    /// <summary>Goes to the next token.</summary>
    public XmlToken Next()
    {
        while (!_rest.IsEmpty)
        {
            if (_rest[0] != (byte)'<')
                return TakeText();
            if (_rest.StartsWith("<![CDATA["u8))
                return TakeLiteral();
            if (_rest.StartsWith("<!--"u8))
            {
                if (!Pass("-->"u8))
                    return XmlToken.End;
                continue;
            }
            if (_rest.StartsWith("<?"u8))
            {
                if (!Pass("?>"u8))
                    return XmlToken.End;
                continue;
            }
            // A document type, where entities would be defined: nobody honest sends one here.
            return _rest.StartsWith("<!"u8) ? XmlToken.End : TakeTag();
        }
        return XmlToken.End;
    }

    /// <summary>The value of attribute <paramref name="name"/> of the current start tag, as it stands; empty when there is none.</summary>
    public readonly ReadOnlySpan<byte> Attribute(ReadOnlySpan<byte> name)
    {
        for (var rest = Attributes; !rest.IsEmpty;)
        {
            var equals = rest.IndexOf((byte)'=');
            var quote = equals < 0 ? -1 : rest[equals..].IndexOfAny((byte)'"', (byte)'\'');
            if (quote < 0)
                return default;
            var key = rest[..equals].Trim(" \t\r\n"u8);
            var value = rest[(equals + quote + 1)..];
            var end = value.IndexOf(rest[equals + quote]);
            if (end < 0)
                return default;
            if (key.SequenceEqual(name))
                return value[..end];
            rest = value[(end + 1)..];
        }
        return default;
    }

    /// <summary>
    /// Writes <paramref name="text"/> with its entities undone; returns the octets written, never more than the text has.
    /// </summary>
    public static int Unescape(ReadOnlySpan<byte> text, Span<byte> into)
    {
        var written = 0;
        while (!text.IsEmpty)
        {
            var ampersand = text.IndexOf((byte)'&');
            var plain = ampersand < 0 ? text : text[..ampersand];
            plain.CopyTo(into[written..]);
            written += plain.Length;
            text = text[plain.Length..];
            if (text.IsEmpty)
                break;
            var semicolon = text[..Math.Min(text.Length, 12)].IndexOf((byte)';');
            var entity = semicolon < 0 ? default : text[1..semicolon];
            var used = WriteEntity(entity, into[written..], out var length) ? semicolon + 1 : 1;
            if (used == 1)
                (into[written], length) = ((byte)'&', 1);
            written += length;
            text = text[used..];
        }
        return written;
    }

    private static bool WriteEntity(ReadOnlySpan<byte> entity, Span<byte> into, out int length)
    {
        length = 1;
        if (entity.SequenceEqual("lt"u8))
            into[0] = (byte)'<';
        else if (entity.SequenceEqual("gt"u8))
            into[0] = (byte)'>';
        else if (entity.SequenceEqual("amp"u8))
            into[0] = (byte)'&';
        else if (entity.SequenceEqual("quot"u8))
            into[0] = (byte)'"';
        else if (entity.SequenceEqual("apos"u8))
            into[0] = (byte)'\'';
        else
            return WriteNumber(entity, into, out length);
        return true;
    }

    private static bool WriteNumber(ReadOnlySpan<byte> entity, Span<byte> into, out int length)
    {
        length = 0;
        if (entity.Length < 2 || entity[0] != (byte)'#')
            return false;
        var isHex = entity[1] is (byte)'x' or (byte)'X';
        var digits = isHex ? entity[2..] : entity[1..];
        if (!System.Buffers.Text.Utf8Parser.TryParse(digits, out int number, out var used, isHex ? 'x' : 'd') || used != digits.Length
            || !System.Text.Rune.TryCreate(number, out var rune))
            return false;
        // "&#9;" is the shortest form and has four octets, as many as a rune needs at most.
        return rune.TryEncodeToUtf8(into, out length);
    }

    private XmlToken TakeText()
    {
        var end = _rest.IndexOf((byte)'<');
        Text = end < 0 ? _rest : _rest[..end];
        IsLiteral = false;
        _rest = _rest[Text.Length..];
        return XmlToken.Text;
    }

    private XmlToken TakeLiteral()
    {
        var body = _rest["<![CDATA["u8.Length..];
        var end = body.IndexOf("]]>"u8);
        if (end < 0)
            return XmlToken.End;
        Text = body[..end];
        IsLiteral = true;
        _rest = body[(end + 3)..];
        return XmlToken.Text;
    }

    private XmlToken TakeTag()
    {
        var end = EndOfTag(_rest);
        if (end < 0)
            return XmlToken.End;
        var inside = _rest[1..end];
        _rest = _rest[(end + 1)..];
        var isStop = inside.StartsWith("/"u8);
        IsEmpty = !isStop && inside.EndsWith("/"u8);
        inside = inside.Trim((byte)'/');
        var space = inside.IndexOfAny(" \t\r\n"u8);
        var name = space < 0 ? inside : inside[..space];
        Attributes = space < 0 ? default : inside[space..];
        Name = name[(name.LastIndexOf((byte)':') + 1)..];
        return isStop ? XmlToken.Stop : XmlToken.Start;
    }

    /// <summary>The '&gt;' that ends a tag: one inside quotes does not.</summary>
    private static int EndOfTag(ReadOnlySpan<byte> tag)
    {
        for (var at = 1; at < tag.Length;)
        {
            var found = tag[at..].IndexOfAny((byte)'>', (byte)'"', (byte)'\'');
            if (found < 0)
                return -1;
            at += found;
            if (tag[at] == (byte)'>')
                return at;
            var close = tag[(at + 1)..].IndexOf(tag[at]);
            if (close < 0)
                return -1;
            at += close + 2;
        }
        return -1;
    }

    private bool Pass(ReadOnlySpan<byte> end)
    {
        var found = _rest.IndexOf(end);
        if (found < 0)
            return false;
        _rest = _rest[(found + end.Length)..];
        return true;
    }
}
