using System.Text;
using Sensor.Core.Flows;
using Sensor.Core.Observations;
using Sensor.Core.Wire;

namespace Sensor.Core.Analyzers;

/// <summary>
/// HTTP/1.x (RFC 9112) over a TCP connection: requests and responses, told by their start lines and not by port or direction, paired in order.
/// Bodies of no interest are passed over by counting. After octets that the capture lost it starts again at the next message it can recognise.
/// </summary>
internal sealed class HttpAnalyzer : StreamAnalyzer
{
    private readonly StreamMemory _memory;
    private readonly HttpExchanges _exchanges;
    private readonly HttpSide _fromA, _fromB;
    private int _requests, _messages;

    /// <summary>A spare analyzer.</summary>
    public HttpAnalyzer(StreamMemory memory, HttpBodyDecoder decoder)
    {
        _memory = memory;
        _exchanges = new HttpExchanges(memory);
        _fromA = new HttpSide(memory, decoder);
        _fromB = new HttpSide(memory, decoder);
    }

    /// <inheritdoc/>
    public override Verdict Receive(int direction, ReadOnlySpan<byte> octets, uint sequence, in StreamPlace place, ObservationLog log)
    {
        var side = Of(direction);
        if (side.Phase == HttpPhase.Lost && !HttpHead.Starts(octets))
            return Verdict.NeedMore;
        if (side.Phase == HttpPhase.Lost || (side.IsBodyDoubtful && HttpHead.Starts(octets)))
        {
            Report(direction, side, isComplete: false, log);
            side.BeginMessage();
        }
        while (octets.Length > 0)
        {
            var used = Step(direction, side, octets, sequence, in place, log);
            if (Connection.IsTunnel || (used < 0 && _messages == 0))
            {
                Unused = octets.Length - Math.Max(used, 0);
                return Verdict.NotMine;
            }
            if (used < 0)
            {
                Lose(direction, side, log);
                return Verdict.Malformed;
            }
            octets = octets[used..];
            sequence += (uint)used;
        }
        return Verdict.Parsed;
    }

    /// <inheritdoc/>
    public override void Miss(int direction, uint octets, in StreamPlace place, ObservationLog log)
    {
        var side = Of(direction);
        var isInBody = side.Phase == HttpPhase.UntilClose || (side.Phase is HttpPhase.Length or HttpPhase.Chunk && octets <= side.Remaining);
        if (!isInBody)
        {
            Lose(direction, side, log);
            return;
        }
        side.Answer.Cut();
        Report(direction, side, isComplete: false, log);
        Advance(direction, side, (int)Math.Min(octets, int.MaxValue), log);
    }

    /// <inheritdoc/>
    public override void End(int direction, ObservationLog log)
    {
        var side = Of(direction);
        Report(direction, side, side.Phase == HttpPhase.UntilClose, log);
        side.BeginMessage();
    }

    /// <inheritdoc/>
    public override void Close(ObservationLog log)
    {
        for (var direction = 0; direction < 2; direction++)
        {
            Report(direction, Of(direction), isComplete: false, log);
            Of(direction).Clear();
        }
        _exchanges.Clear();
        _requests = _messages = 0;
    }

    /// <inheritdoc/>
    public override long Skippable(int direction)
    {
        var side = Of(direction);
        return side.IsSkipping ? side.Remaining : 0;
    }

    /// <inheritdoc/>
    public override void Skip(int direction, uint octets) => Of(direction).Remaining -= octets;

    /// <summary>Uses some octets, or returns a negative number when they are not what must come here.</summary>
    private int Step(int direction, HttpSide side, ReadOnlySpan<byte> octets, uint sequence, in StreamPlace place, ObservationLog log)
    {
        switch (side.Phase)
        {
            case HttpPhase.Start:
                return BeginMessage(side, octets, sequence, in place);
            case HttpPhase.Head:
                return ReadHead(direction, side, octets, in place, log);
            case HttpPhase.Length or HttpPhase.UntilClose or HttpPhase.Chunk:
                return ReadBody(direction, side, octets, in place, log);
            case HttpPhase.ChunkSize:
                return side.ReadChunkSize(octets);
            default:
                var used = side.ReadLine(octets, out var isEmptyLine);
                if (isEmptyLine && side.Phase == HttpPhase.Trailer)
                    FinishMessage(direction, side, in place, log);
                else if (isEmptyLine)
                    side.BeginChunk();
                return side.Phase == HttpPhase.ChunkEnd && side.Have != 0 ? -1 : used;
        }
    }

    private static int BeginMessage(HttpSide side, ReadOnlySpan<byte> octets, uint sequence, in StreamPlace place)
    {
        if (octets[0] is (byte)'\r' or (byte)'\n')
            return 1;
        if (!HttpHead.MayStart(octets))
            return -1;
        side.Phase = HttpPhase.Head;
        side.First = place;
        side.FirstSequence = sequence;
        return 0;
    }

    /// <summary>A head in one segment is read where it lies; over several it is put together first.</summary>
    private int ReadHead(int direction, HttpSide side, ReadOnlySpan<byte> octets, in StreamPlace place, ObservationLog log)
    {
        if (side.Have == 0)
        {
            var whole = HttpHead.EndOf(octets, 0);
            if (whole > 0)
                return ReadMessage(direction, side, octets[..whole], in place, log) ? whole : -1;
        }
        var before = side.Have;
        var part = Math.Min(octets.Length, HttpHead.MaxOctets - before);
        if (part == 0 || !_memory.Grow(ref side.Head, before, before + part))
            return -1;
        octets[..part].CopyTo(side.Head.AsSpan(before));
        side.Have += part;
        var gathered = side.Head.AsSpan(0, side.Have);
        var end = HttpHead.EndOf(gathered, before);
        if (end < 0)
            return HttpHead.MayStart(gathered) ? part : -1;
        return ReadMessage(direction, side, gathered[..end], in place, log) ? end - before : -1;
    }

    private bool ReadMessage(int direction, HttpSide side, ReadOnlySpan<byte> octets, in StreamPlace place, ObservationLog log)
    {
        if (!HttpHead.TryRead(octets, out var head))
            return false;
        _messages++;
        var fields = new HttpFieldIndex(in head);
        if (head.IsRequest)
            ReadRequest(direction, side, in head, in fields, in place, log);
        else
            ReadResponse(direction, side, in head, in fields, in place, log);
        _memory.Release(ref side.Head);
        side.Have = 0;
        return true;
    }

    private void ReadRequest(int direction, HttpSide side, in HttpHead head, in HttpFieldIndex fields, in StreamPlace place, ObservationLog log)
    {
        var exchange = _exchanges.Add();
        exchange.Id = ((ulong)(Connection.FirstOrdinal + 1) << 20) + (uint)_requests++;
        exchange.Direction = direction;
        exchange.Target = exchange.Texts.Keep(head.Target);
        exchange.Host = exchange.Texts.Keep(fields.Host);
        exchange.UserAgent = exchange.Texts.Keep(fields.UserAgent);
        exchange.FirstFrameNumber = side.First.FrameNumber;
        exchange.Acknowledgment = place.Acknowledgment;
        exchange.IsHead = Ascii.EqualsIgnoreCase(head.Method, "HEAD"u8);
        exchange.IsConnect = Ascii.EqualsIgnoreCase(head.Method, "CONNECT"u8);
        exchange.IsPacTarget = PacTraits.IsPacTarget(head.Target);
        exchange.IsSoapTarget = WsusTraits.IsSoapTarget(head.Target);
        exchange.HasReferer = fields.HasReferer;

        ref var fact = ref log.Add<HttpRequested>(Connection.SightingOf(direction, in place));
        fact.ExchangeId = exchange.Id;
        fact.Method = log.Keep(head.Method);
        fact.Target = log.Keep(head.Target);
        fact.Host = log.Keep(fields.Host);
        fact.UserAgent = log.Keep(fields.UserAgent);
        fact.AuthorizationScheme = log.Keep(AuthenticationScheme.OfCredentials(fields.Authorization));
        fact.ProxyAuthorizationScheme = log.Keep(AuthenticationScheme.OfCredentials(fields.ProxyAuthorization));
        fact.FirstFrameNumber = exchange.FirstFrameNumber;

        if (fields.IsChunked)
            side.BeginChunk();
        else if (fields.ContentLength > 0)
            (side.Phase, side.Remaining) = (HttpPhase.Length, fields.ContentLength);
        else
            side.BeginMessage();
    }

    private void ReadResponse(int direction, HttpSide side, in HttpHead head, in HttpFieldIndex fields, in StreamPlace place, ObservationLog log)
    {
        if (head.Status < 200 && head.Status != 101)
        {
            side.BeginMessage();
            return;
        }
        var exchange = _exchanges.Match(direction, side.FirstSequence);
        side.Answer.Begin(in head, in fields, exchange, in side.First, in place);
        var isTunnel = head.Status == 101 || (exchange is { IsConnect: true } && head.Status < 300);
        var isBodyless = isTunnel || exchange is { IsHead: true } || head.Status is 204 or 304 || (!fields.IsChunked && fields.ContentLength == 0);
        side.Have = 0;
        if (isBodyless)
        {
            FinishMessage(direction, side, in place, log);
            Connection.IsTunnel = isTunnel;
            Connection.TunnelExchangeId = isTunnel ? exchange?.Id ?? 0 : 0;
            return;
        }
        side.IsBodyDoubtful = exchange is null;
        if (fields.IsChunked)
            side.BeginChunk();
        else if (fields.ContentLength > 0)
            (side.Phase, side.Remaining) = (HttpPhase.Length, fields.ContentLength);
        else
            (side.Phase, side.Remaining) = (HttpPhase.UntilClose, long.MaxValue);
    }

    private int ReadBody(int direction, HttpSide side, ReadOnlySpan<byte> octets, in StreamPlace place, ObservationLog log)
    {
        var part = (int)Math.Min(octets.Length, side.Remaining);
        side.IsBodyDoubtful = false;
        if (side.Answer.IsHeld)
        {
            side.Answer.Last = place;
            if (!side.Answer.Take(octets[..part]))
                Report(direction, side, isComplete: side.Phase == HttpPhase.Length && part == side.Remaining, log);
        }
        Advance(direction, side, part, log);
        return part;
    }

    /// <summary>Counts body octets; at the end of the body or chunk the phase changes.</summary>
    private void Advance(int direction, HttpSide side, int octets, ObservationLog log)
    {
        if (side.Phase == HttpPhase.UntilClose)
            return;
        side.Remaining -= octets;
        if (side.Remaining > 0)
            return;
        if (side.Phase == HttpPhase.Chunk)
        {
            (side.Phase, side.Have) = (HttpPhase.ChunkEnd, 0);
            return;
        }
        Report(direction, side, isComplete: true, log);
        side.BeginMessage();
    }

    private void FinishMessage(int direction, HttpSide side, in StreamPlace place, ObservationLog log)
    {
        side.Answer.Last = place;
        Report(direction, side, isComplete: true, log);
        side.BeginMessage();
    }

    private void Lose(int direction, HttpSide side, ObservationLog log)
    {
        Report(direction, side, isComplete: false, log);
        side.BeginMessage();
        side.Phase = HttpPhase.Lost;
    }

    private void Report(int direction, HttpSide side, bool isComplete, ObservationLog log)
    {
        if (side.Answer.IsHeld)
            side.Answer.Report(direction, isComplete, Connection, log);
    }

    private HttpSide Of(int direction) => direction == 0 ? _fromA : _fromB;
}
