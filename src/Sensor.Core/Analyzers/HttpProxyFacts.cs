using Sensor.Core.Observations;
using Sensor.Core.Wire;

namespace Sensor.Core.Analyzers;

/// <summary>What a request or response head says besides itself: that a proxy is used, and who authenticates.</summary>
internal static class HttpProxyFacts
{
    /// <summary>The facts of a request head.</summary>
    public static void AddRequest(
        in HttpHead head, scoped in HttpFieldIndex fields, HttpExchange exchange, in Sighting at, ObservationLog log)
    {
        var isProxied = exchange.IsConnect
            ? RequestTarget.TryReadAuthority(head.Target, 443, out var target)
            : RequestTarget.TryReadAbsolute(head.Target, out target);
        if (isProxied)
        {
            ref var fact = ref log.Add<ProxyUsed>(in at);
            fact.Protocol = exchange.IsConnect ? ProxyProtocol.HttpConnect : ProxyProtocol.HttpAbsolute;
            fact.Command = 1;
            fact.Host = KeepLower(target.Host, log);
            fact.Port = target.Port;
            fact.ExchangeId = exchange.Id;
            fact.FirstFrameNumber = exchange.FirstFrameNumber;
        }
        var first = exchange.FirstFrameNumber;
        if (!fields.Authorization.IsEmpty)
            HttpCredentials.AddRequest(fields.Authorization, new CredentialPlace(at, CredentialCarrier.Http, first, exchange.Id), log);
        if (!fields.ProxyAuthorization.IsEmpty)
        {
            var place = new CredentialPlace(at, CredentialCarrier.HttpProxy, first, exchange.Id);
            HttpCredentials.AddRequest(fields.ProxyAuthorization, in place, log);
        }
    }

    /// <summary>The challenges of a 401 or 407.</summary>
    public static void AddChallenges(in HttpHead head, HttpExchange? exchange, in Sighting at, long firstFrameNumber, ObservationLog log)
    {
        var carrier = head.Status == 401 ? CredentialCarrier.Http : CredentialCarrier.HttpProxy;
        var place = new CredentialPlace(at, carrier, firstFrameNumber, exchange?.Id ?? 0, IsFromServer: true);
        HttpCredentials.AddChallenges(in head, in place, log);
    }

    /// <summary>A form with a password field was sent in the body of the request.</summary>
    public static void AddForm(ulong exchangeId, long firstFrameNumber, in Sighting at, ObservationLog log) =>
        CredentialFacts.Add(CredentialScheme.Form, new CredentialPlace(at, CredentialCarrier.Http, firstFrameNumber, exchangeId), log);

    private static OctetSlice KeepLower(ReadOnlySpan<byte> text, ObservationLog log)
    {
        var room = log.Room(text.Length);
        for (var i = 0; i < text.Length; i++)
            room[i] = NameText.Lower(text[i]);
        return log.Commit(text.Length);
    }
}
