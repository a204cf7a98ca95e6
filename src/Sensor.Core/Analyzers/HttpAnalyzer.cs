using Sensor.Core.Flows;
using Sensor.Core.Observations;
using Sensor.Core.Wire;

namespace Sensor.Core.Analyzers;

/// <summary>
/// HTTP/1.x (RFC 9112) over a TCP connection: requests and responses, told by their start lines and not by port or direction, paired in order.
/// Bodies of no interest are passed over by counting. After octets that the capture lost it starts again at the next message it can recognise.
/// </summary>
internal sealed partial class HttpAnalyzer : StreamAnalyzer
{
    /// <summary>Octets of field names that are told of a response: more than any usual head has.</summary>
    private const int MaxFieldNames = 1024;

    /// <summary>Numbers kept free for the parts of one multipart body.</summary>
    private const int BodyNumbers = 64;

    /// <summary>Numbers of the requests inside a tunnel lie beyond those outside.</summary>
    private const uint InsideTunnel = 1 << 19;

    private readonly StreamMemory _memory;
    private readonly HttpPool _pool;
    private readonly HttpExchanges _exchanges;
    private readonly HttpSide _fromA, _fromB;
    private HttpExchange? _answered;
    private int _requests, _messages, _bodies;
    private bool _isInside, _isSwitched;

    /// <summary>A spare analyzer.</summary>
    public HttpAnalyzer(StreamMemory memory, HttpPool pool)
    {
        _memory = memory;
        _pool = pool;
        _exchanges = new HttpExchanges(pool);
        _fromA = new HttpSide(memory, pool.Decoder);
        _fromB = new HttpSide(memory, pool.Decoder);
    }

    /// <inheritdoc/>
    public override void Begin(Connection connection)
    {
        base.Begin(connection);
        _isInside = connection.IsTunnel;
        // After an Upgrade no HTTP follows, whatever it looks like.
        _isSwitched = _isInside && connection.TunnelExchangeId == 0;
    }

    /// <inheritdoc/>
    public override Verdict Receive(int direction, ReadOnlySpan<byte> octets, uint sequence, in StreamPlace place, ObservationLog log)
    {
        if (_isSwitched)
            return Verdict.NotMine;
        var side = Of(direction);
        if (side.Phase == HttpPhase.Lost && !HttpHead.Starts(octets))
            return Verdict.NeedMore;
        if (side.Phase == HttpPhase.Lost || (side.IsBodyDoubtful && HttpHead.Starts(octets)))
            Finish(direction, side, isComplete: false, log);
        while (octets.Length > 0)
        {
            var used = Step(direction, side, octets, sequence, in place, log);
            if (_isSwitched || (used < 0 && _messages == 0))
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
        side.Answer?.Cut();
        side.Payload.Miss(octets);
        Report(direction, side, isComplete: false, log);
        Advance(direction, side, (int)Math.Min(octets, int.MaxValue), in place, log);
    }

    /// <inheritdoc/>
    public override void End(int direction, ObservationLog log)
    {
        var side = Of(direction);
        Finish(direction, side, side.Phase == HttpPhase.UntilClose, log);
    }

    /// <inheritdoc/>
    public override void Close(ObservationLog log)
    {
        for (var direction = 0; direction < 2; direction++)
        {
            Finish(direction, Of(direction), isComplete: false, log);
            Of(direction).Clear();
        }
        _exchanges.Clear();
        _requests = _messages = _bodies = 0;
        _isSwitched = false;
        Answered(null);
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
        // Whether it is a message at all shows when its head is read.
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
        Span<byte> names = stackalloc byte[MaxFieldNames];
        var fields = new HttpFieldIndex(in head, head.IsRequest ? default : names);
        if (head.IsRequest)
            ReadRequest(direction, side, in head, in fields, in place, log);
        else
            ReadResponse(direction, side, in head, in fields, in place, log);
        _memory.Release(ref side.Head);
        side.Have = 0;
        return true;
    }

    private int ReadBody(int direction, HttpSide side, ReadOnlySpan<byte> octets, in StreamPlace place, ObservationLog log)
    {
        var part = (int)Math.Min(octets.Length, side.Remaining);
        side.IsBodyDoubtful = false;
        if (side.Form.IsActive && side.Form.Take(octets[..part]))
            HttpProxyFacts.AddForm(side.FormExchangeId, side.First.FrameNumber, Connection.SightingOf(direction, in place), log);
        if (side.Payload.IsActive)
        {
            side.PayloadPlace = place;
            side.Payload.Take(direction, octets[..part], in place, Connection, log);
        }
        if (side.Answer is { } answer)
        {
            answer.Last = place;
            if (!answer.Take(octets[..part]))
                Report(direction, side, isComplete: side.Phase == HttpPhase.Length && part == side.Remaining, log);
        }
        Advance(direction, side, part, in place, log);
        return part;
    }

    /// <summary>Counts body octets; at the end of the body or chunk the phase changes.</summary>
    private void Advance(int direction, HttpSide side, int octets, in StreamPlace place, ObservationLog log)
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
        side.PayloadPlace = place;
        Finish(direction, side, isComplete: true, log);
    }

    private void FinishMessage(int direction, HttpSide side, in StreamPlace place, ObservationLog log)
    {
        if (side.Answer is { } answer)
            answer.Last = place;
        Finish(direction, side, isComplete: true, log);
    }

    private void Lose(int direction, HttpSide side, ObservationLog log)
    {
        Finish(direction, side, isComplete: false, log);
        side.Phase = HttpPhase.Lost;
    }

    /// <summary>The message is over, whole or not: tells what is held of it and expects the next.</summary>
    private void Finish(int direction, HttpSide side, bool isComplete, ObservationLog log)
    {
        Report(direction, side, isComplete, log);
        side.EndPayload(direction, isComplete, Connection, log);
        side.BeginMessage();
    }

    private void Report(int direction, HttpSide side, bool isComplete, ObservationLog log)
    {
        if (side.Answer is not { } answer)
            return;
        side.Answer = null;
        answer.Report(direction, isComplete, Connection, log);
        _pool.Return(answer);
    }

    private HttpSide Of(int direction) => direction == 0 ? _fromA : _fromB;
}
