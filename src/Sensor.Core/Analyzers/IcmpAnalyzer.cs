using Sensor.Core.Frames;
using Sensor.Core.Observations;
using Sensor.Core.Wire;

namespace Sensor.Core.Analyzers;

/// <summary>ICMP for IPv4 (RFC 792): of all messages only redirects change where a host sends.</summary>
public static class IcmpAnalyzer
{
    /// <summary>Observes <see cref="RouteRedirected"/> for a redirect.</summary>
    public static Verdict Analyze(in PacketContext packet, ObservationLog log)
    {
        var octets = packet.Payload;
        if (octets.IsEmpty || octets[0] != IcmpRedirect.Type)
            return Verdict.NotMine;
        if (!IcmpRedirect.TryRead(octets, out var redirect))
            return Verdict.Malformed;
        ref var fact = ref log.Add<RouteRedirected>(in packet);
        fact.Gateway = redirect.Gateway;
        fact.For = redirect.EmbeddedDestination;
        fact.Code = redirect.Code;
        return Verdict.Parsed;
    }
}
