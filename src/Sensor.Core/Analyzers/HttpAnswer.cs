using Sensor.Core.Flows;
using Sensor.Core.Observations;
using Sensor.Core.Wire;

namespace Sensor.Core.Analyzers;

/// <summary>Why the body of a response is kept.</summary>
internal enum HttpInterest : byte
{
    /// <summary>It is not.</summary>
    None,

    /// <summary>It may turn out to be a PAC file: so far as that takes.</summary>
    Possible,

    /// <summary>It was asked for, or declared, or found to be one.</summary>
    Certain,
}

/// <summary>A response from its head on until it is reported: texts, and as much of the body as is of interest.</summary>
internal sealed class HttpAnswer(StreamMemory memory, HttpBodyDecoder decoder)
{
    /// <summary>Decoded octets that tell markup from script, and the coded ones at least needed to decode any.</summary>
    private const int SniffedOctets = 512, ShortestSniff = 256;

    /// <summary>
    /// Octets kept of a body that nobody asked for as a PAC file: all of any usual one. Its last octets, so that the function's name is found where
    /// it lies over two segments.
    /// </summary>
    private const int KeptUnasked = 16 * 1024, Tail = 14;

    private readonly PackedTexts _texts = new(memory);
    private readonly byte[] _tail = new byte[Tail];
    private byte[]? _body;
    private int _kept;
    private bool _isCut, _isFull;
    private HttpInterest _interest;
    private HttpCoding _coding, _innerCoding;
    private HttpAnswered _fact;
    private OctetSlice _target, _host, _userAgent, _contentType, _server, _location, _schemes, _order;

    /// <summary>Place of the last octet so far.</summary>
    public StreamPlace Last { get; set; }

    /// <summary>Takes over a response head that answers <paramref name="exchange"/> (null: unseen).</summary>
    public void Begin(in HttpHead head, scoped in HttpFieldIndex fields, HttpExchange? exchange, in StreamPlace first, in StreamPlace last)
    {
        Last = last;
        _fact = new HttpAnswered
        {
            ExchangeId = exchange?.Id ?? 0,
            Status = head.Status,
            RequestFrameNumber = exchange?.FirstFrameNumber ?? 0,
            FirstFrameNumber = first.FrameNumber,
            FirstTimestampNs = first.TimestampNs,
        };
        var asked = exchange is null ? 0 : exchange.Target.Length + exchange.Host.Length + exchange.UserAgent.Length;
        _texts.Reserve(asked + fields.ContentType.Length + fields.Server.Length + fields.Location.Length + fields.Names.Length);
        if (exchange is not null)
        {
            _target = _texts.Keep(exchange.Texts.Read(exchange.Target));
            _host = _texts.Keep(exchange.Texts.Read(exchange.Host));
            _userAgent = _texts.Keep(exchange.Texts.Read(exchange.UserAgent));
        }
        _contentType = _texts.Keep(fields.ContentType);
        _server = _texts.Keep(fields.Server);
        _location = _texts.Keep(fields.Location);
        _schemes = KeepSchemes(in head);
        _order = _texts.Keep(fields.Names);
        (_coding, _innerCoding) = (fields.Coding, fields.InnerCoding);
        _interest = exchange is { IsPacTarget: true } or { IsSoapTarget: true } || PacTraits.IsPacType(fields.ContentType) ? HttpInterest.Certain
            : IsWorthDecoding(exchange, fields.ContentType) ? HttpInterest.Possible : HttpInterest.None;
    }

    /// <summary>Takes body octets. False when nothing more of this response is of interest, so that it can be reported at once.</summary>
    public bool Take(ReadOnlySpan<byte> octets)
    {
        _fact.BodyLength += octets.Length;
        if (_interest == HttpInterest.None || (_interest == HttpInterest.Possible && _kept == 0 && !MayBegin(octets)))
            return false;
        if (_interest == HttpInterest.Certain)
            return Keep(octets, HttpBodyDecoder.MaxOctets);
        if (!_isFull)
        {
            var limit = _coding == HttpCoding.Identity ? KeptUnasked : PacTraits.SearchedOctets;
            var part = octets[..Math.Min(octets.Length, limit - _kept)];
            if (!memory.HasPlenty || !Keep(part, limit + 1))
                return false;
            octets = octets[part.Length..];
            _isFull = _kept == limit;
            if (!_isFull)
                return true;
            _body.AsSpan(_kept - Tail, Tail).CopyTo(_tail);
            if (IsPac(_body.AsSpan(0, _kept)))
                return Take(octets, HttpInterest.Certain);
        }
        return _coding == HttpCoding.Identity && Search(octets);
    }

    /// <summary>Octets of the body are missing: what was kept ends here.</summary>
    public void Cut() => _isCut = true;

    /// <summary>Reports the response; it is of no use then. The sighting is the packet with its last octet seen.</summary>
    public void Report(int direction, bool isComplete, Connection connection, ObservationLog log)
    {
        ref var fact = ref log.Add<HttpAnswered>(connection.SightingOf(direction, Last));
        fact = _fact;
        fact.Complete = isComplete;
        fact.LastFrameNumber = Last.FrameNumber;
        fact.Target = log.Keep(_texts.Read(_target));
        fact.Host = log.Keep(_texts.Read(_host));
        fact.UserAgent = log.Keep(_texts.Read(_userAgent));
        fact.ContentType = log.Keep(_texts.Read(_contentType));
        fact.Server = log.Keep(_texts.Read(_server));
        fact.Location = log.Keep(_texts.Read(_location));
        fact.AuthenticationSchemes = log.Keep(_texts.Read(_schemes));
        fact.HeaderOrder = log.Keep(_texts.Read(_order));
        var kept = _body.AsSpan(0, _kept);
        if (_kept > 0 && (_interest == HttpInterest.Certain || (_interest == HttpInterest.Possible && IsPac(kept))))
        {
            var decoded = decoder.Decode(_coding, _innerCoding, kept, HttpBodyDecoder.MaxOctets);
            fact.Body = log.Keep(decoded);
            fact.BodyCut = _isCut || decoded.Length == HttpBodyDecoder.MaxOctets;
        }
    }

    /// <summary>Forgets everything.</summary>
    public void Clear()
    {
        _texts.Clear();
        memory.Release(ref _body);
        _kept = 0;
        _isCut = _isFull = false;
        _interest = HttpInterest.None;
        _target = _host = _userAgent = _contentType = _server = _location = _schemes = _order = default;
    }

    /// <summary>
    /// A body as sent is worth a look at its first octets, whatever its type. To decode one costs more: scripts that a page asks for carry a
    /// Referer, the fetch of a PAC file never does.
    /// </summary>
    private bool IsWorthDecoding(HttpExchange? exchange, ReadOnlySpan<byte> type) =>
        _coding == HttpCoding.Identity
        || (_coding != HttpCoding.Other && exchange is not { HasReferer: true }
            && !type.StartsWith("image/"u8) && !type.StartsWith("video/"u8) && !type.StartsWith("audio/"u8) && !type.StartsWith("font/"u8));

    private bool MayBegin(ReadOnlySpan<byte> octets)
    {
        if (_coding == HttpCoding.Identity)
            return PacTraits.MayBeScript(octets);
        var isTooShort = octets.Length < ShortestSniff;
        return isTooShort || _coding == HttpCoding.Brotli || _innerCoding == HttpCoding.Brotli
            || PacTraits.MayBeScript(decoder.Decode(_coding, _innerCoding, octets, SniffedOctets));
    }

    private bool IsPac(ReadOnlySpan<byte> body) => PacTraits.NamesFunction(decoder.Decode(_coding, _innerCoding, body, PacTraits.SearchedOctets));

    /// <summary>Keeps octets up to <paramref name="limit"/>; false when that is reached.</summary>
    private bool Keep(ReadOnlySpan<byte> octets, int limit)
    {
        var part = octets[..Math.Min(octets.Length, limit - _kept)];
        if (!memory.Grow(ref _body, _kept, _kept + part.Length))
        {
            _isCut = true;
            return false;
        }
        part.CopyTo(_body.AsSpan(_kept));
        _kept += part.Length;
        _isCut |= part.Length < octets.Length;
        return _kept < limit;
    }

    /// <summary>
    /// What is kept unasked is full: looks for the function without keeping, across segments. Found this late, the body has a hole before it.
    /// </summary>
    private bool Search(ReadOnlySpan<byte> octets)
    {
        Span<byte> seam = stackalloc byte[2 * Tail];
        var tail = _tail.AsSpan();
        var head = octets[..Math.Min(octets.Length, Tail)];
        tail.CopyTo(seam);
        head.CopyTo(seam[Tail..]);
        seam = seam[..(Tail + head.Length)];
        if (PacTraits.NamesFunction(seam) || PacTraits.NamesFunction(octets))
        {
            _isCut = true;
            return Take(octets, HttpInterest.Certain);
        }
        if (octets.Length >= Tail)
            octets[^Tail..].CopyTo(tail);
        else
            seam[^Tail..].CopyTo(tail);
        return _fact.BodyLength < PacTraits.SearchedOctets;
    }

    private bool Take(ReadOnlySpan<byte> octets, HttpInterest interest)
    {
        _interest = interest;
        return Keep(octets, HttpBodyDecoder.MaxOctets);
    }

    private OctetSlice KeepSchemes(in HttpHead head)
    {
        if (head.Status is not (401 or 407))
            return default;
        Span<byte> schemes = stackalloc byte[128];
        var used = 0;
        var name = head.Status == 401 ? "www-authenticate"u8 : "proxy-authenticate"u8;
        var fields = head.Fields;
        while (fields.TryNext(out var field))
        {
            if (System.Text.Ascii.EqualsIgnoreCase(field.Name, name))
                used = AuthenticationScheme.AppendChallenges(field.Value, schemes, used);
        }
        return _texts.Keep(schemes[..used]);
    }
}
