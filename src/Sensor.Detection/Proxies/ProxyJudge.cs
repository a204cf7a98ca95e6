using System.Collections.Immutable;
using Sensor.Core.Observations;
using Sensor.Detection.Detectors;
using Sensor.Detection.Hosts;
using Sensor.Detection.Incidents;

namespace Sensor.Detection.Proxies;

/// <summary>What is thought of a proxy.</summary>
/// <param name="Suspect">Who is to be named; null when there is nothing to say.</param>
/// <param name="Severity">How bad it is that clients use it.</param>
/// <param name="Confidence">How sure.</param>
/// <param name="Reason">The strongest reason, as the end of a sentence.</param>
/// <param name="Because">Frames of earlier facts the judgement rests on.</param>
internal readonly record struct ProxyVerdict(
    Host? Suspect, Severity Severity, Confidence Confidence, string Reason, ImmutableArray<FrameReference> Because)
{
    /// <summary>Nothing to say.</summary>
    public static ProxyVerdict Quiet { get; } = new(null, Severity.Info, Confidence.Possible, "", []);

    /// <summary>Whether somebody who lured is behind the proxy.</summary>
    public bool IsLured => Suspect is not null && Severity == Severity.Critical;
}

/// <summary>Judges proxies without a trust list: by who sent the clients there, and by what the host was seen to be before.</summary>
internal static class ProxyJudge
{
    /// <summary>The verdict about the proxy <paramref name="record"/>, used by the packet <paramref name="at"/> of a client.</summary>
    public static ProxyVerdict Judge(DetectionContext context, ProxyRecord record, in Sighting at)
    {
        var vlan = context.VlanOf(record.Segment);
        var naming = context.Proxies.NamingOf(record);
        var host = context.Proxies.HostOf(record);
        if (context.Proxies.InTheMiddle(at) is { } middle)
        {
            return new(middle.Host, Severity.Critical, middle.Confidence,
                $"the packets for {record.Address} go to {middle.Host.Shown()}, which is suspected of luring clients", [middle.Frame]);
        }
        if (context.Trust.IsProxy(vlan, record.Address) || (naming is not null && context.Trust.IsProxyName(vlan, WireOf(naming.Name))))
            return ProxyVerdict.Quiet;
        if (context.Proxies.Behind(record) is { } behind)
        {
            var frames = naming is null ? ImmutableArray.Create(behind.Frame) : [behind.Frame, .. naming.Frames];
            var reason = behind.Host == host
                ? "the same host is suspected of luring clients"
                : $"it is named by a proxy configuration that the suspected host {behind.Host.Shown()} handed out";
            return new(behind.Host, Severity.Critical, behind.Confidence, reason, frames);
        }
        if (record.IsEstablished)
            return ProxyVerdict.Quiet;
        if (context.Trust.KnowsProxies(vlan, record.Address))
            return new(host, Severity.Medium, Confidence.Likely, "the operator lists proxies, and this is none of them", []);
        if (host.IsWorkstation)
            return new(host, Severity.Medium, Confidence.Possible, "the host got its own address by DHCP like a workstation", []);
        return new(host, Severity.Low, Confidence.Possible, "nothing else speaks against it; it may be the site's own proxy", []);
    }

    private static byte[] WireOf(string name) => System.Text.Encoding.ASCII.GetBytes(name);
}
