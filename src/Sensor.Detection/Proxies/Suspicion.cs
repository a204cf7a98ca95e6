using Sensor.Detection.Hosts;
using Sensor.Detection.Incidents;

namespace Sensor.Detection.Proxies;

/// <summary>Why a host is suspected: the surest finding about it.</summary>
/// <param name="Host">The suspect.</param>
/// <param name="Confidence">How sure the finding is.</param>
/// <param name="Frame">The frame that raised it.</param>
internal readonly record struct Suspicion(Host Host, Confidence Confidence, FrameReference Frame)
{
    /// <summary>
    /// What the incident about <paramref name="host"/> says of stages from the lure up to <paramref name="last"/>, findings of detector
    /// <paramref name="exceptSid"/> left out (no detector proves itself); null when nothing is at least medium and likely.
    /// </summary>
    public static Suspicion? Of(IncidentBook incidents, Host host, Stage last, int exceptSid = 0)
    {
        var surest = incidents.About(host)?.Surest(last, exceptSid, exceptSid);
        return surest is null ? null : new Suspicion(host, surest.Confidence, FrameReference.Of(surest.At));
    }
}
