using System.Buffers;
using System.Text;

namespace Sensor.Core.Wire;

/// <summary>Compression of a body, RFC 9110 section 8.4.1.</summary>
public enum HttpCoding : byte
{
    /// <summary>None.</summary>
    Identity,

    /// <summary>gzip or x-gzip.</summary>
    Gzip,

    /// <summary>deflate: zlib, or raw deflate as some servers send.</summary>
    Deflate,

    /// <summary>br.</summary>
    Brotli,

    /// <summary>Something else, or more than two at once.</summary>
    Other,
}

/// <summary>The fields of a head that anybody asks for, found in one pass, and what frames the body (RFC 9112 section 6).</summary>
public ref struct HttpFieldIndex
{
    private readonly Span<byte> _names;
    private int _namesUsed;
    private bool _namesFull, _isTransferCoding;

    /// <summary>
    /// Reads the fields of <paramref name="head"/>. Of a repeated field the first counts. <paramref name="names"/> is the room for
    /// <see cref="Names"/>, empty when they are not wanted.
    /// </summary>
    public HttpFieldIndex(in HttpHead head, Span<byte> names = default)
    {
        ContentLength = -1;
        _names = names;
        _namesFull = names.IsEmpty;
        var fields = head.Fields;
        while (fields.TryNext(out var field))
        {
            Take(field.Name, field.Value);
            TakeName(field.Name);
        }
    }

    /// <summary>All field names in order, lower case, with spaces between, as far as there was room.</summary>
    public readonly ReadOnlySpan<byte> Names => _names[.._namesUsed];

    /// <summary>Host.</summary>
    public ReadOnlySpan<byte> Host { get; private set; }

    /// <summary>User-Agent.</summary>
    public ReadOnlySpan<byte> UserAgent { get; private set; }

    /// <summary>Authorization: a secret.</summary>
    public ReadOnlySpan<byte> Authorization { get; private set; }

    /// <summary>Proxy-Authorization: a secret.</summary>
    public ReadOnlySpan<byte> ProxyAuthorization { get; private set; }

    /// <summary>Content-Type.</summary>
    public ReadOnlySpan<byte> ContentType { get; private set; }

    /// <summary>Server.</summary>
    public ReadOnlySpan<byte> Server { get; private set; }

    /// <summary>Location.</summary>
    public ReadOnlySpan<byte> Location { get; private set; }

    /// <summary>ETag.</summary>
    public ReadOnlySpan<byte> EntityTag { get; private set; }

    /// <summary>Content-Range.</summary>
    public ReadOnlySpan<byte> ContentRange { get; private set; }

    /// <summary>Whether there is a Referer.</summary>
    public bool HasReferer { get; private set; }

    /// <summary>Whether the last transfer coding is chunked.</summary>
    public bool IsChunked { get; private set; }

    /// <summary>Content-Length; -1 when absent or no number.</summary>
    public long ContentLength { get; private set; }

    /// <summary>Whether two Content-Length values disagree or one is no number: the first number counts.</summary>
    public bool IsLengthDoubtful { get; private set; }

    /// <summary>Content coding, or transfer coding where that compresses: of two the one applied last, to be undone first.</summary>
    public HttpCoding Coding { get; private set; }

    /// <summary>Of two codings the one applied first (RFC 9110 section 8.4: in the order listed, transfer codings after content codings).</summary>
    public HttpCoding InnerCoding { get; private set; }

    /// <summary>Reads the number of a Content-Length: equal repeats ("5, 5") are one. -1 when it is none or absurd.</summary>
    public static long ReadLength(ReadOnlySpan<byte> value)
    {
        var first = -1L;
        foreach (var part in value.Split((byte)','))
        {
            var digits = HttpFields.TrimValue(value[part]);
            if (digits.IsEmpty || digits.Length > 18)
                return -1;
            var number = 0L;
            foreach (var digit in digits)
            {
                if ((uint)(digit - '0') > 9)
                    return -1;
                number = (number * 10) + digit - '0';
            }
            if (first >= 0 && number != first)
                return -1;
            first = number;
        }
        return first;
    }

    // Few of the names that matter share a length.
    private void Take(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        switch (name.Length)
        {
            case 4 when Host.IsEmpty && Is(name, "host"u8):
                Host = value;
                break;
            case 4 when EntityTag.IsEmpty && Is(name, "etag"u8):
                EntityTag = value;
                break;
            case 6 when Server.IsEmpty && Is(name, "server"u8):
                Server = value;
                break;
            case 7 when Is(name, "referer"u8):
                HasReferer = true;
                break;
            case 8 when Location.IsEmpty && Is(name, "location"u8):
                Location = value;
                break;
            case 10 when UserAgent.IsEmpty && Is(name, "user-agent"u8):
                UserAgent = value;
                break;
            case 12 when ContentType.IsEmpty && Is(name, "content-type"u8):
                ContentType = value;
                break;
            case 13 when Authorization.IsEmpty && Is(name, "authorization"u8):
                Authorization = value;
                break;
            case 13 when ContentRange.IsEmpty && Is(name, "content-range"u8):
                ContentRange = value;
                break;
            case 14 when Is(name, "content-length"u8):
                TakeLength(ReadLength(value));
                break;
            case 16 when Is(name, "content-encoding"u8):
                TakeCodings(value, isTransfer: false);
                break;
            case 17 when Is(name, "transfer-encoding"u8):
                TakeCodings(value, isTransfer: true);
                break;
            case 19 when ProxyAuthorization.IsEmpty && Is(name, "proxy-authorization"u8):
                ProxyAuthorization = value;
                break;
        }
    }

    private void TakeName(ReadOnlySpan<byte> name)
    {
        if (_namesFull || name.Length >= _names.Length - _namesUsed)
        {
            _namesFull = true;
            return;
        }
        if (_namesUsed > 0)
            _names[_namesUsed++] = (byte)' ';
        var copy = _names.Slice(_namesUsed, name.Length);
        _namesUsed += name.Length;
        if (Ascii.ToLower(name, copy, out _) == OperationStatus.Done)
            return;
        // Octets beyond ASCII are nobody's letters: they stay.
        for (var i = 0; i < name.Length; i++)
            copy[i] = name[i] is >= (byte)'A' and <= (byte)'Z' ? (byte)(name[i] | 0x20) : name[i];
    }

    private void TakeLength(long length)
    {
        IsLengthDoubtful |= length < 0 || (ContentLength >= 0 && length != ContentLength);
        if (ContentLength < 0)
            ContentLength = length;
    }

    private void TakeCodings(ReadOnlySpan<byte> value, bool isTransfer)
    {
        foreach (var part in value.Split((byte)','))
        {
            var coding = HttpFields.TrimValue(value[part]);
            if (isTransfer)
                IsChunked = Is(coding, "chunked"u8);
            if (coding.IsEmpty || Is(coding, "identity"u8) || Is(coding, "chunked"u8))
                continue;
            AddCoding(Is(coding, "gzip"u8) || Is(coding, "x-gzip"u8) ? HttpCoding.Gzip
                : Is(coding, "deflate"u8) ? HttpCoding.Deflate
                : Is(coding, "br"u8) ? HttpCoding.Brotli
                : HttpCoding.Other, isTransfer);
        }
    }

    private void AddCoding(HttpCoding coding, bool isTransfer)
    {
        if (InnerCoding != HttpCoding.Identity || (Coding != HttpCoding.Identity && (Coding == HttpCoding.Other || coding == HttpCoding.Other)))
            (Coding, InnerCoding) = (HttpCoding.Other, HttpCoding.Identity);
        else if (Coding != HttpCoding.Identity && _isTransferCoding && !isTransfer)
            InnerCoding = coding;
        else
            (Coding, InnerCoding, _isTransferCoding) = (coding, Coding, isTransfer);
    }

    private static bool Is(ReadOnlySpan<byte> octets, ReadOnlySpan<byte> lower) => Ascii.EqualsIgnoreCase(octets, lower);
}
