using Sensor.Detection.Detectors;
using Sensor.Detection.Incidents;

namespace Sensor.Probing;

/// <summary>Ways to check a suspicion. Flags.</summary>
[Flags]
internal enum CheckKinds : byte
{
    /// <summary>It cannot be checked from here.</summary>
    None = 0,

    /// <summary>Names that nobody has, DHCP, routers.</summary>
    Link = 1,

    /// <summary>Resolvers, compared with what the wire showed.</summary>
    Resolvers = 2,

    /// <summary>The suspect's proxy configuration, and the trusted ones.</summary>
    Pac = 4,

    /// <summary>What the suspect proxy shows for an update host; asked only where the operator allows it.</summary>
    ProxyTls = 8,
}

/// <summary>Which checks match which suspicion.</summary>
internal static class MatchingChecks
{
    /// <summary>The checks that can show something about a finding of <paramref name="detector"/>, as far as <paramref name="settings"/> allow them.</summary>
    public static CheckKinds Of(DetectorInfo detector, ProbingSettings settings)
    {
        var kinds = detector.Stage switch
        {
            // A poisoner of names often hands out addresses too, and what it lures to is a proxy configuration.
            Stage.Lure => CheckKinds.Link | CheckKinds.Pac | (IsAboutResolvers(detector.Id) ? CheckKinds.Resolvers : CheckKinds.None),
            Stage.Pac => CheckKinds.Pac | CheckKinds.Link,
            Stage.Proxy => CheckKinds.ProxyTls | CheckKinds.Pac,
            Stage.Update => CheckKinds.ProxyTls | CheckKinds.Resolvers,
            Stage.Credentials => CheckKinds.ProxyTls,
            _ => CheckKinds.None,
        };
        if (!settings.AskResolvers)
            kinds &= ~CheckKinds.Resolvers;
        if (!settings.AskPacs)
            kinds &= ~CheckKinds.Pac;
        return settings.AskProxies ? kinds : kinds & ~CheckKinds.ProxyTls;
    }

    // Those that speak as a resolver, name one to clients, or write a name into one.
    private static bool IsAboutResolvers(string id) =>
        id is "dns-wpad-answer" or "dns-answer-race" or "rogue-dhcpv6-dns" or "rogue-dhcp-server" or "dhcp-identity-mismatch" or "rogue-router-advert"
            or "wpad-registered";
}
