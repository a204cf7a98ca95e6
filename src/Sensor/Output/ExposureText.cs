using Sensor.Detection.Hosts;
using Sensor.Detection.Incidents;

namespace Sensor.Output;

/// <summary>What exposes a host, in words and as the words of the JSON outputs.</summary>
internal static class ExposureText
{
    private static readonly (ExposureKinds Kind, string Name, string Key)[] Lookups =
    [
        (ExposureKinds.WpadByDhcp, "DHCP option 252", "dhcp"), (ExposureKinds.WpadByDns, "DNS", "dns"), (ExposureKinds.WpadByLlmnr, "LLMNR", "llmnr"),
        (ExposureKinds.WpadByMdns, "mDNS", "mdns"), (ExposureKinds.WpadByNbns, "NetBIOS", "nbns"),
    ];

    private static readonly (ExposureKinds Kind, string Name, string Key)[] Link =
        [(ExposureKinds.Llmnr, "LLMNR", "llmnr"), (ExposureKinds.Mdns, "mDNS", "mdns"), (ExposureKinds.Nbns, "NetBIOS", "nbns")];

    private static readonly (ExposureKinds Kind, string Name, string Key)[] Ways =
    [
        (ExposureKinds.UpdatesDirect, "directly", "direct"), (ExposureKinds.UpdatesByWsus, "of a WSUS server", "wsus"),
        (ExposureKinds.UpdatesByProxy, "by a proxy", "proxy"), (ExposureKinds.UpdatesInClear, "in clear text", "clear_text"),
        (ExposureKinds.UpdatesByOldTls, "with TLS before 1.2", "old_tls"),
    ];

    /// <summary>"looks for wpad by LLMNR, NetBIOS, last 08:00:01.000".</summary>
    public static string Wpad(ExposedHost exposed) => $"looks for wpad by {Named(exposed.Kinds, Lookups)}, last {PacketTime.Clock(exposed.LastWpadNs)}";

    /// <summary>"LLMNR, NetBIOS".</summary>
    public static string LinkNames(ExposureKinds kinds) => Named(kinds, Link);

    /// <summary>"asks for updates directly, in clear text, last 08:00:01.000; asks Windows Update again by 2026-03-03 06:00".</summary>
    public static string Updates(ExposedHost exposed) =>
        $"asks for updates {Named(exposed.Kinds, Ways)}, last {PacketTime.Clock(exposed.LastUpdateNs)}"
        + (exposed.LastPollNs == 0 ? "" : $", {NextPoll(exposed)}");

    /// <summary>"again by 2026-03-03 06:00 UTC".</summary>
    public static string NextPoll(ExposedHost exposed) =>
        $"again by {PacketTime.Date(exposed.NextPollNs)} {PacketTime.Clock(exposed.NextPollNs)[..5]} UTC";

    /// <summary>One host in reach of a suspect: "10.0.0.7 (looks for wpad by NetBIOS; asks for updates again by …; lured so far)".</summary>
    public static string InReach(HostInReach host)
    {
        var reasons = new List<string>(3);
        if ((host.Exposed.Kinds & ExposureKinds.AnyWpad) != 0)
            reasons.Add($"looks for wpad by {Named(host.Exposed.Kinds, Lookups)}");
        if (host.Exposed.LastPollNs != 0)
            reasons.Add($"asks for updates {NextPoll(host.Exposed)}");
        if (host.Reached is { } stage)
            reasons.Add($"a victim as far as {Words.Of(stage)}");
        return $"{HostText.Short(host.Exposed.Host)} ({string.Join("; ", reasons)})";
    }

    /// <summary>The protocols by which it looks for a proxy configuration, as JSON words.</summary>
    public static IEnumerable<string> WpadKeys(ExposureKinds kinds) => Keys(kinds, Lookups);

    /// <summary>The protocols by which it asks the link for names, as JSON words.</summary>
    public static IEnumerable<string> LinkKeys(ExposureKinds kinds) => Keys(kinds, Link);

    /// <summary>How it asks for updates, as JSON words.</summary>
    public static IEnumerable<string> UpdateKeys(ExposureKinds kinds) => Keys(kinds, Ways);

    private static string Named(ExposureKinds kinds, (ExposureKinds Kind, string Name, string Key)[] names) =>
        string.Join(", ", names.Where(line => (kinds & line.Kind) != 0).Select(line => line.Name));

    private static IEnumerable<string> Keys(ExposureKinds kinds, (ExposureKinds Kind, string Name, string Key)[] names) =>
        names.Where(line => (kinds & line.Kind) != 0).Select(line => line.Key);
}
