using Sensor.Detection.Hosts;
using Sensor.Detection.Incidents;

namespace Sensor.Detection.Proxies;

/// <summary>Why a host is suspected: the surest finding about it.</summary>
/// <param name="Host">The suspect.</param>
/// <param name="Confidence">How sure the finding is.</param>
/// <param name="Frame">The frame that raised it.</param>
internal sealed record Suspicion(Host Host, Confidence Confidence, FrameReference Frame)
{
    /// <summary>
    /// What the incident about <paramref name="host"/> says of stages from the lure up to <paramref name="last"/>, findings of detector
    /// <paramref name="exceptSid"/> left out (no detector proves itself); null when nothing is at least medium and likely.
    /// </summary>
    public static Suspicion? Of(IncidentBook incidents, Host host, Stage last, int exceptSid = 0)
    {
        if (incidents.About(host) is not { } incident)
            return null;
        Finding? surest = null;
        foreach (var recorded in incident.Findings)
        {
            var finding = recorded.Finding;
            if (Counts(finding) && finding.Detector.Stage <= last && finding.Detector.Sid != exceptSid
                && (surest is null || finding.Confidence > surest.Confidence))
                surest = finding;
        }
        return surest is null ? null : new Suspicion(host, surest.Confidence, FrameReference.Of(surest.At));
    }

    /// <summary>Whether a finding is grave and sure enough to make its suspect one.</summary>
    public static bool Counts(Finding finding) =>
        finding is { Severity: >= Severity.Medium, Confidence: >= Confidence.Likely, Detector.Stage: not Stage.Exposure };
}
