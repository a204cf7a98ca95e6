using Sensor.Detection.Detectors;
using Sensor.Detection.Incidents;

namespace Sensor.Detection.Baselines;

/// <summary>What of an entry must stay as it was.</summary>
internal enum BaselineMember : byte
{
    /// <summary>The key is one of those known in the VLAN.</summary>
    Key,

    /// <summary>The value is one of those known in the VLAN, whoever says it.</summary>
    Value,

    /// <summary>The value is one of those known of this key; keys that are not known are another rule's.</summary>
    ValueOfKey,
}

/// <summary>How a change of one kind is told.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="Member">What must stay.</param>
/// <param name="Detector">The detector whose subject it is.</param>
/// <param name="Severity">How bad.</param>
/// <param name="Confidence">How sure that it is an attack: "likely" is an alert.</param>
/// <param name="Noun">What changed, for sentences; {0} is the key.</param>
internal sealed record BaselineRule(
    BaselineKind Kind, BaselineMember Member, DetectorInfo Detector, Severity Severity, Confidence Confidence, string Noun)
{
    /// <summary>
    /// The rules. Kinds without one (who asks which resolver, ways of updates) change by themselves. Servers, gateways and address plans change
    /// seldom, and an attacker has to change them: medium and likely. A PAC is edited, a card replaced, an authority succeeded: possible.
    /// </summary>
    public static BaselineRule[] All { get; } =
    [
        new(BaselineKind.DhcpServer, BaselineMember.Key, RogueDhcpServer.Info, Severity.Medium, Confidence.Likely, "The DHCP server"),
        new(BaselineKind.DhcpServer, BaselineMember.ValueOfKey, DhcpIdentityMismatch.Info, Severity.Medium, Confidence.Possible, "The MAC of the DHCP server {0}"),
        new(BaselineKind.DhcpWpad, BaselineMember.ValueOfKey, RogueDhcpWpad.Info, Severity.High, Confidence.Likely, "The proxy configuration (option 252) of the DHCP server {0}"),
        new(BaselineKind.DhcpRouter, BaselineMember.ValueOfKey, RogueDhcpServer.Info, Severity.Medium, Confidence.Likely, "The router that the DHCP server {0} hands out"),
        new(BaselineKind.DhcpDns, BaselineMember.ValueOfKey, RogueDhcpServer.Info, Severity.Medium, Confidence.Likely, "The resolver that the DHCP server {0} hands out"),
        new(BaselineKind.DhcpWins, BaselineMember.ValueOfKey, RogueDhcpServer.Info, Severity.Medium, Confidence.Possible, "The WINS server that the DHCP server {0} hands out"),
        new(BaselineKind.DhcpDomain, BaselineMember.Value, RogueDhcpServer.Info, Severity.Low, Confidence.Possible, "The domain that DHCP hands out"),
        new(BaselineKind.WpadAnswer, BaselineMember.ValueOfKey, DnsWpadAnswer.Info, Severity.Medium, Confidence.Likely, "The answer for {0}"),
        new(BaselineKind.PacServer, BaselineMember.ValueOfKey, RoguePacServer.Info, Severity.Medium, Confidence.Likely, "The server of {0}"),
        new(BaselineKind.Pac, BaselineMember.ValueOfKey, PacChanged.Info, Severity.Medium, Confidence.Possible, "The proxy configuration {0}"),
        new(BaselineKind.Proxy, BaselineMember.Key, RogueProxy.Info, Severity.Medium, Confidence.Possible, "The proxy"),
        new(BaselineKind.RouterAdvert, BaselineMember.Key, RogueRouterAdvert.Info, Severity.Medium, Confidence.Likely, "The router that advertises itself"),
        new(BaselineKind.RouterAdvertDns, BaselineMember.ValueOfKey, RogueRouterAdvert.Info, Severity.Medium, Confidence.Likely, "The resolver that the router {0} advertises"),
        new(BaselineKind.Gateway, BaselineMember.ValueOfKey, GatewayChanged.Info, Severity.Medium, Confidence.Likely, "The MAC of the gateway {0}"),
        new(BaselineKind.VirtualRouter, BaselineMember.Value, GatewayChanged.Info, Severity.Medium, Confidence.Possible, "The virtual router"),
        new(BaselineKind.RedundancyGroup, BaselineMember.ValueOfKey, GatewayChanged.Info, Severity.Medium, Confidence.Likely, "The virtual address of the group {0}"),
        // A router that stood by silently takes over when the other fails; one that outbids all that are known wants to.
        new(BaselineKind.RedundancyRouter, BaselineMember.ValueOfKey, GatewayChanged.Info, Severity.Low, Confidence.Possible, "The router of the group {0}"),
        new(BaselineKind.Wsus, BaselineMember.Key, WsusImpostor.Info, Severity.Medium, Confidence.Likely, "The WSUS server"),
        new(BaselineKind.UpdateCache, BaselineMember.Key, UpdateFromImpostor.Info, Severity.Low, Confidence.Possible, "The cache for updates"),
        new(BaselineKind.UpdateIssuer, BaselineMember.ValueOfKey, UpdateTlsImpostor.Info, Severity.Low, Confidence.Possible, "Who signs for update hosts of {0}"),
        new(BaselineKind.NameOwner, BaselineMember.ValueOfKey, NamePoisoner.Info, Severity.Low, Confidence.Possible, "The owner of the name {0}"),
    ];

    /// <summary>The rules of each kind.</summary>
    public static BaselineRule[][] ByKind { get; } =
        [.. Enum.GetValues<BaselineKind>().Select(static kind => All.Where(rule => rule.Kind == kind).ToArray())];
}
