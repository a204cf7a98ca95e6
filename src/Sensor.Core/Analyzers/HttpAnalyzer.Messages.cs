using System.Text;
using Sensor.Core.Flows;
using Sensor.Core.Observations;
using Sensor.Core.Wire;

namespace Sensor.Core.Analyzers;

/// <content>What the heads of requests and responses say.</content>
internal sealed partial class HttpAnalyzer
{
    /// <inheritdoc/>
    public override void Describe(int direction, ref PayloadContradicted fact, ObservationLog log)
    {
        if (_answered is null || _answered.Direction == direction)
            return;
        fact.RequestFrameNumber = _answered.FirstFrameNumber;
        fact.Target = log.Keep(_answered.Texts.Read(_answered.Target));
        fact.Host = log.Keep(_answered.Texts.Read(_answered.Host));
    }

    private void ReadRequest(int direction, HttpSide side, in HttpHead head, in HttpFieldIndex fields, in StreamPlace place, ObservationLog log)
    {
        var exchange = _exchanges.Add();
        exchange.Id = ((ulong)(Connection.FirstOrdinal + 1) << 20) + (_isInside ? InsideTunnel : 0) + (uint)_requests++;
        exchange.Direction = direction;
        exchange.Texts.Reserve(head.Target.Length + fields.Host.Length + fields.UserAgent.Length);
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

        var at = Connection.SightingOf(direction, in place);
        ref var fact = ref log.Add<HttpRequested>(in at);
        fact.ExchangeId = exchange.Id;
        fact.Method = log.Keep(head.Method);
        fact.Target = log.Keep(head.Target);
        fact.Host = log.Keep(fields.Host);
        fact.UserAgent = log.Keep(fields.UserAgent);
        fact.AuthorizationScheme = log.Keep(AuthenticationScheme.OfCredentials(fields.Authorization));
        fact.ProxyAuthorizationScheme = log.Keep(AuthenticationScheme.OfCredentials(fields.ProxyAuthorization));
        fact.FirstFrameNumber = exchange.FirstFrameNumber;
        HttpProxyFacts.AddRequest(in head, in fields, exchange, in at, log);

        side.Form.Begin(head.Method, fields.ContentType);
        side.FormExchangeId = exchange.Id;
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
        side.Answer ??= _pool.TakeAnswer();
        Answered(exchange);
        side.Answer.Begin(in head, in fields, exchange, in side.First, in place);
        var isTunnel = head.Status == 101 || (exchange is { IsConnect: true } && head.Status < 300);
        var isBodyless = isTunnel || exchange is { IsHead: true } || head.Status is 204 or 304 || (!fields.IsChunked && fields.ContentLength == 0);
        if (head.Status is 401 or 407)
            HttpProxyFacts.AddChallenges(in head, exchange, Connection.SightingOf(direction, in place), side.First.FrameNumber, log);
        side.Have = 0;
        side.IsBodyDoubtful = exchange is null;
        if (isBodyless)
        {
            FinishMessage(direction, side, in place, log);
            if (isTunnel)
                BecomeTunnel(exchange is { IsConnect: true } ? exchange.Id : 0);
        }
        else
        {
            var number = ((ulong)(Connection.FirstOrdinal + 1) << 20) + (uint)(_bodies += BodyNumbers);
            side.Payload.Begin(in head, in fields, exchange, number, in side.First);
            BeginBody(side, in fields);
        }
    }

    /// <summary>The request answered last is kept until the next answer: another payload may contradict this one.</summary>
    private void Answered(HttpExchange? exchange)
    {
        if (_answered is not null)
            _pool.Return(_answered);
        _answered = exchange;
    }

    private static void BeginBody(HttpSide side, in HttpFieldIndex fields)
    {
        if (fields.IsChunked)
            side.BeginChunk();
        else if (fields.ContentLength > 0)
            (side.Phase, side.Remaining) = (HttpPhase.Length, fields.ContentLength);
        else
            (side.Phase, side.Remaining) = (HttpPhase.UntilClose, long.MaxValue);
    }

    /// <summary>What follows is no HTTP. A tunnel in a tunnel is not followed.</summary>
    private void BecomeTunnel(ulong exchangeId)
    {
        _isSwitched = true;
        if (_isInside)
            return;
        Connection.IsTunnel = true;
        Connection.TunnelExchangeId = exchangeId;
    }
}
