using Sensor.Core.Flows;
using Sensor.Core.Observations;
using Sensor.Core.Wire;

namespace Sensor.Core.Analyzers;

/// <summary>What the next octets of a watched body are.</summary>
internal enum PayloadPhase : byte
{
    /// <summary>Of no interest: passed over.</summary>
    Idle,

    /// <summary>The first ones, by which the kind is told.</summary>
    Sniffing,

    /// <summary>Those of a payload.</summary>
    Following,

    /// <summary>Between the parts of a multipart/byteranges body, RFC 9110 section 14.6: boundary and fields.</summary>
    PartHead,
}

/// <summary>
/// The body of one answer as far as it brings payloads (<see cref="PayloadTraits"/>). Its first octets are gathered until its kind can be
/// told; only the octets of a payload are copied into the log. Everything else is of no interest at once, so that bodies that matter to
/// nobody are passed over.
/// </summary>
internal sealed class HttpPayload(StreamMemory memory, HttpBodyDecoder decoder)
{
    /// <summary>The longest boundary and fields between two parts.</summary>
    private const int MaxPartHead = 2048;

    /// <summary>Encoded octets that give enough decoded ones: a wrapper, a block's code tables and its first symbols.</summary>
    private const int SniffedEncoded = 1024;

    private readonly PackedTexts _texts = new(memory);
    private byte[]? _gathered;
    private int _have;
    private PayloadPhase _phase;
    private bool _isMultipart;
    private BodyBegan _fact;
    private OctetSlice _target, _host, _contentType, _entityTag;
    private ulong _lastBody;
    private long _next, _left, _missing;

    /// <summary>Whether octets are wanted.</summary>
    public bool IsActive => _phase != PayloadPhase.Idle;

    /// <summary>
    /// An answer's body begins. <paramref name="bodyId"/> names it; the parts of a multipart body get the numbers after it.
    /// </summary>
    public void Begin(in HttpHead head, scoped in HttpFieldIndex fields, HttpExchange? exchange, ulong bodyId, in StreamPlace first)
    {
        Clear();
        if (head.Status is not (200 or 206))
            return;
        var target = exchange is null ? default : exchange.Texts.Read(exchange.Target);
        _isMultipart = head.Status == 206 && System.Text.Ascii.EqualsIgnoreCase(fields.ContentType[..Math.Min(20,
            fields.ContentType.Length)], "multipart/byteranges"u8);
        var range = new ContentRange(0, fields.IsChunked ? -1 : fields.ContentLength, fields.IsChunked ? -1 : fields.ContentLength);
        if (head.Status == 206 && !_isMultipart && !ContentRange.TryRead(fields.ContentRange, out range))
            return;
        if (range.First > 0 && !PayloadTraits.MayBeProgramRange(target, fields.ContentType))
            return;
        _lastBody = bodyId;
        _fact = new BodyBegan
        {
            ExchangeId = exchange?.Id ?? 0,
            Coding = fields.InnerCoding == HttpCoding.Identity ? fields.Coding : HttpCoding.Other,
            RequestFrameNumber = exchange?.FirstFrameNumber ?? 0,
            FirstFrameNumber = first.FrameNumber,
        };
        _target = _texts.Keep(target);
        _host = _texts.Keep(exchange is null ? default : exchange.Texts.Read(exchange.Host));
        _contentType = _texts.Keep(fields.ContentType);
        _entityTag = _texts.Keep(fields.EntityTag);
        if (_isMultipart)
            _phase = PayloadPhase.PartHead;
        else
            BeginFile(range);
    }

    /// <summary>Takes octets of the body.</summary>
    public void Take(int direction, ReadOnlySpan<byte> octets, in StreamPlace place, Connection connection, ObservationLog log)
    {
        while (octets.Length > 0 && IsActive)
        {
            var used = _phase switch
            {
                PayloadPhase.PartHead => ReadPartHead(octets),
                PayloadPhase.Sniffing => Sniff(direction, octets, in place, connection, log),
                _ => Follow(direction, octets, in place, connection, log),
            };
            octets = octets[used..];
        }
    }

    /// <summary>Octets of the body are missing in the capture.</summary>
    public void Miss(long octets)
    {
        if (_phase == PayloadPhase.Following && (_left < 0 || octets < _left))
        {
            _next += octets;
            _missing += octets;
            _left = _left < 0 ? _left : _left - octets;
        }
        else
        {
            Clear();
        }
    }

    /// <summary>The body is over.</summary>
    public void End(int direction, bool isComplete, in StreamPlace place, Connection connection, ObservationLog log)
    {
        if (_phase == PayloadPhase.Sniffing)
            Tell(direction, in place, connection, log);
        if (_phase == PayloadPhase.Following && _fact.Kind != PayloadKind.None)
            Report(direction, isComplete && _left <= 0, in place, connection, log);
        Clear();
    }

    /// <summary>Forgets everything.</summary>
    public void Clear()
    {
        memory.Release(ref _gathered);
        _texts.Clear();
        _have = 0;
        _phase = PayloadPhase.Idle;
        _isMultipart = false;
        _target = _host = _contentType = _entityTag = default;
    }

    private void BeginFile(in ContentRange range)
    {
        _phase = PayloadPhase.Sniffing;
        _have = 0;
        _next = range.First;
        _missing = 0;
        _left = range.Length;
        (_fact.Offset, _fact.Length, _fact.Total) = (range.First, range.Length, range.Total);
    }

    private int Sniff(int direction, ReadOnlySpan<byte> octets, in StreamPlace place, Connection connection, ObservationLog log)
    {
        var enough = _fact.Coding is HttpCoding.Identity or HttpCoding.Other ? PayloadTraits.SniffedOctets : SniffedEncoded;
        var wanted = _left >= 0 ? (int)Math.Min(enough, _left) : enough;
        var part = Math.Min(octets.Length, wanted - _have);
        if (_have == 0 && part == wanted)
        {
            Tell(direction, octets[..part], in place, connection, log);
            return IsActive ? 0 : octets.Length;
        }
        if (!memory.Grow(ref _gathered, _have, wanted))
        {
            Clear();
            return octets.Length;
        }
        octets[..part].CopyTo(_gathered.AsSpan(_have));
        _have += part;
        if (_have == wanted)
            Tell(direction, in place, connection, log);
        return part;
    }

    /// <summary>Tells the kind by what was gathered, and hands that on when it is a payload.</summary>
    private void Tell(int direction, in StreamPlace place, Connection connection, ObservationLog log)
    {
        var gathered = _gathered.AsSpan(0, _have);
        Tell(direction, gathered, in place, connection, log);
        if (_phase == PayloadPhase.Following)
            Follow(direction, gathered, in place, connection, log);
        memory.Release(ref _gathered);
        _have = 0;
    }

    private void Tell(int direction, ReadOnlySpan<byte> start, in StreamPlace place, Connection connection, ObservationLog log)
    {
        var kind = KindOf(start);
        if (kind == PayloadKind.None)
        {
            _phase = _isMultipart ? PayloadPhase.Following : PayloadPhase.Idle;
            _fact.Kind = kind;
            if (!_isMultipart)
                Clear();
            return;
        }
        _phase = PayloadPhase.Following;
        _fact.Kind = kind;
        _fact.BodyId = _lastBody++;
        ref var fact = ref log.Add<BodyBegan>(connection.SightingOf(direction, in place));
        fact = _fact;
        fact.Target = log.Keep(_texts.Read(_target));
        fact.Host = log.Keep(_texts.Read(_host));
        fact.ContentType = log.Keep(_texts.Read(_contentType));
        fact.EntityTag = log.Keep(_texts.Read(_entityTag));
    }

    private PayloadKind KindOf(ReadOnlySpan<byte> start)
    {
        var target = _texts.Read(_target);
        var type = _texts.Read(_contentType);
        if (_fact.Offset > 0)
            return PayloadTraits.MayBeProgramRange(target, type) || !_isMultipart ? PayloadKind.Range : PayloadKind.None;
        if (_fact.Coding == HttpCoding.Other)
            return PayloadKind.None;
        var kind = PayloadTraits.Recognize(decoder.Decode(_fact.Coding, start, PayloadTraits.SniffedOctets), target, type);
        // A first range too short to tell by: whoever wants to hide a program asks for its first octets one by one.
        var isShortRange = _fact.Total > _left && start.Length < PayloadTraits.SniffedOctets
            && PayloadTraits.MayBeProgramRange(target, type);
        return kind == PayloadKind.None && isShortRange ? PayloadKind.Range : kind;
    }

    private int Follow(int direction, ReadOnlySpan<byte> octets, in StreamPlace place, Connection connection, ObservationLog log)
    {
        var part = _left < 0 ? octets.Length : (int)Math.Min(octets.Length, _left);
        if (_fact.Kind != PayloadKind.None && part > 0)
        {
            ref var fact = ref log.Add<BodyPart>(connection.SightingOf(direction, in place));
            fact.BodyId = _fact.BodyId;
            fact.Offset = _next;
            fact.Octets = log.Keep(octets[..part]);
        }
        _next += part;
        _left = _left < 0 ? _left : _left - part;
        if (_left == 0 && _isMultipart)
        {
            if (_fact.Kind != PayloadKind.None)
                Report(direction, isComplete: true, in place, connection, log);
            _phase = PayloadPhase.PartHead;
        }
        return part == 0 ? octets.Length : part;
    }

    private void Report(int direction, bool isComplete, in StreamPlace place, Connection connection, ObservationLog log)
    {
        ref var fact = ref log.Add<BodyEnded>(connection.SightingOf(direction, in place));
        fact.BodyId = _fact.BodyId;
        fact.End = _next;
        fact.IsComplete = isComplete;
        fact.Missing = _missing;
    }

    /// <summary>Gathers lines up to the empty one behind a part's fields; the range they state is what follows.</summary>
    private int ReadPartHead(ReadOnlySpan<byte> octets)
    {
        var before = _have;
        var part = Math.Min(octets.Length, MaxPartHead - before);
        if (part == 0 || !memory.Grow(ref _gathered, before, before + part))
        {
            Clear();
            return octets.Length;
        }
        octets[..part].CopyTo(_gathered.AsSpan(before));
        var gathered = _gathered.AsSpan(0, before + part);
        var boundary = gathered.IndexOf("--"u8);
        var length = boundary < 0 ? -1 : HttpHead.EndOf(gathered[boundary..], 0);
        if (length < 0)
        {
            _have += part;
            return part;
        }
        var head = gathered.Slice(boundary, length);
        var fields = new HttpFields(head[(head.IndexOf((byte)'\n') + 1)..]);
        var range = new ContentRange(0, -1, -1);
        var hasRange = false;
        while (fields.TryNext(out var field))
            hasRange |= System.Text.Ascii.EqualsIgnoreCase(field.Name, "content-range"u8) && ContentRange.TryRead(field.Value, out range);
        memory.Release(ref _gathered);
        _have = 0;
        if (hasRange)
            BeginFile(in range);
        else
            Clear();
        return Math.Max(boundary + length - before, 0);
    }
}
