using Sensor.Core.Observations;
using Sensor.Core.Wire;
using Sensor.Detection.Bounds;
using Sensor.Detection.Hosts;
using Sensor.Detection.Incidents;
using Sensor.Detection.Snapshots;

namespace Sensor.Detection.Detectors;

/// <summary>A redirect that no router would send: by a host that is none, or to a host that is none.</summary>
public sealed class IcmpRedirect : ICatalogedDetector, IObserve<RouteRedirected>, IObserve<AddressSeen>, IObserve<RouterAdvertised>,
    IObserve<NeighborAdvertised>, IKeepsState
{
    /// <summary>MACs that deliver packets from outside, remembered: a few a segment.</summary>
    private const int RouterCapacity = 1024;

    /// <summary>Addresses whose owners say that they are no routers, remembered: a large segment's.</summary>
    private const int HostCapacity = 8192;

    private readonly DetectionContext _context;
    private readonly RecentTable<(int Segment, MacAddress Mac), bool> _forwarders = new(RouterCapacity);
    private readonly HashSet<int> _segmentsWithRouter = [];
    private readonly RecentTable<(int Segment, IpAddress Address), bool> _plainHosts = new(HostCapacity);

    private IcmpRedirect(DetectionContext context) => _context = context;

    /// <inheritdoc/>
    public static DetectorInfo Info { get; } = new()
    {
        Id = "icmp-redirect",
        Sid = 1603,
        Severity = Severity.Medium,
        Stage = Stage.Lure,
        Techniques = ["T1557"],
        Title = "An ICMP redirect from, or to, a host that is no router",
        Attack = "A redirect tells a host to send packets for a destination by another router. The attacker forges one in the "
            + "gateway's name and names himself: traffic for a DNS server or any chosen host then comes to him, without any ARP "
            + "trick.",
        Seen = "ICMP type 5 and ICMPv6 type 137. Certain or likely: the redirect bears the gateway's address but another MAC; the new "
            + "router is the sender itself under its own address; the new router got its address by DHCP like a workstation, or says in "
            + "neighbour discovery that it is none; or the sender is no router while this link's router is known.",
        Benign = "The gateway's own redirects to another router on the link are normal on links with two routers. One redirect of "
            + "which nothing more is known, as in a lab, is recorded as low and possible.",
        Limits = "Redirects are unicast: only a mirror port or the host itself sees them. Most systems of today ignore them, so a "
            + "redirect is an attempt until relayed-frames or the host's route cache shows success.",
        Verify = "tshark -r FILE -Y 'icmp.type==5 or icmpv6.type==137' -T fields -e frame.number -e eth.src -e ip.src -e ip.dst -e "
            + "icmp.redir_gw. Compare eth.src with the gateway's MAC. On the host: ip route get DESTINATION, or route print, shows "
            + "whether it obeyed.",
        Stop = "Make hosts ignore redirects (net.ipv4.conf.all.accept_redirects=0, net.ipv6.conf.all.accept_redirects=0; "
            + "EnableICMPRedirect=0 on Windows), drop them on access ports, shut the sender's port.",
        References = ["RFC 792", "RFC 1122 section 3.2.2.2", "RFC 4861 sections 4.5 and 8", "CVE-2020-25705 (side channel by redirects)"],
    };

    /// <inheritdoc/>
    public static IDetector Create(DetectionContext context) => new IcmpRedirect(context);

    /// <inheritdoc/>
    public void Subscribe(ObservationBus bus)
    {
        bus.Subscribe<RouteRedirected>(this);
        bus.Subscribe<AddressSeen>(this);
        bus.Subscribe<RouterAdvertised>(this);
        bus.Subscribe<NeighborAdvertised>(this);
    }

    // Who said that he is no router need not say so again before a redirect to him is one too many.
    void IKeepsState.Save(SnapshotWriter writer) => writer.Table(_plainHosts, static (to, key, isPlain) =>
    {
        to.I32(key.Segment);
        to.Address(key.Address);
        to.Flag(isPlain);
    });

    void IKeepsState.Load(SnapshotReader reader) =>
        reader.List(from => _plainHosts.Set((from.Segment(), from.Address()), from.Flag()));

    /// <inheritdoc/>
    public void Observe(in Observed<RouterAdvertised> seen)
    {
        if (!seen.At.InTunnel && seen.Fact.RouterLifetime > 0)
            _segmentsWithRouter.Add(seen.At.Segment);
    }

    /// <summary>Every neighbour advertisement says whether its sender is a router (RFC 4861 section 4.4, flag R).</summary>
    public void Observe(in Observed<NeighborAdvertised> seen)
    {
        if (!seen.At.InTunnel)
            _plainHosts.Set((seen.At.Segment, seen.Fact.Target), !seen.Fact.IsRouter);
    }

    /// <inheritdoc/>
    public void Observe(in Observed<AddressSeen> seen)
    {
        ref readonly var at = ref seen.At;
        if (at.InTunnel || at.SourceMac.IsNone || at.Source.IsPrivate || at.Source.IsLinkLocal || at.Destination.IsMulticast)
            return;
        if (at.Source.IsNear(at.Destination) || !at.Destination.IsPrivate)
            return;
        _forwarders.Set((at.Segment, at.SourceMac), true);
        _segmentsWithRouter.Add(at.Segment);
    }

    /// <inheritdoc/>
    public void Observe(in Observed<RouteRedirected> seen)
    {
        ref readonly var at = ref seen.At;
        if (at.InTunnel)
            return;
        var vlan = _context.VlanOf(at.Segment);
        var astray = _context.Trust.IsRouter(vlan, seen.Fact.Gateway, seen.Fact.GatewayMac) ? null : LedAstray(in seen);
        // The MAC of a trusted router is as easily forged as another.
        if (astray is null && _context.Trust.IsRouter(vlan, default, at.SourceMac))
            return;
        var sender = _context.LinkSender(at);
        var owner = _context.Hosts.BindingOf(at.Segment, at.Source);
        var newRouter = _context.Hosts.BindingOf(at.Segment, seen.Fact.Gateway);
        var (severity, confidence, reason) = Judge(in seen, sender, owner, newRouter, astray?.Reason);
        if (reason is null)
            return;
        // Who forges the router's MAC as well cannot be told from it; he gains whom the traffic is led to.
        if (astray is { } led && reason == led.Reason && IsRouter(at.Segment, at.Source, at.SourceMac, sender))
            sender = led.To;
        var victim = _context.Hosts.ReceiverOf(at);
        var subject = Judgement.Subject(seen.Fact.Gateway);
        if (_context.Incidents.CountRepeat(new(Info.Sid, sender.Id, victim?.Id ?? 0, subject), severity, confidence, at))
            return;
        Raise(in seen, sender, victim, subject, severity, confidence, reason, owner);
    }

    private (Severity Severity, Confidence Confidence, string? Reason) Judge(
        in Observed<RouteRedirected> seen, Host sender, Binding owner, Binding newRouter, string? astray)
    {
        ref readonly var at = ref seen.At;
        ref readonly var fact = ref seen.Fact;
        if (_context.IsLuring(sender, Info.Sid, Info.Sid))
            return (Severity.High, Confidence.Certain, "the sender is already suspected");
        var isForged = !at.SourceMac.IsNone && owner.IsCurrent(at) && owner.Mac != at.SourceMac && !owner.Mac.IsVirtualRouter
            && !at.SourceMac.IsVirtualRouter && !owner.Mac.IsSiblingOf(at.SourceMac);
        var toItself = fact.Gateway != at.Source && fact.Gateway != fact.For && newRouter.IsCurrent(at) && newRouter.Mac == at.SourceMac;
        if (isForged)
            return (Severity.High, toItself || owner.ByTraffic ? Confidence.Certain : Confidence.Likely,
                $"it bears the address {at.Source} of {owner.Mac} but comes from {at.SourceMac}"
                    + (toItself ? ", the very host it points to" : ""));
        if (toItself)
            return (Severity.High, Confidence.Likely, "the new router is the sender itself under its own address");
        var gateway = _context.Hosts.Find(at.Segment, fact.Gateway);
        if (astray is not null)
            return (Severity.Medium, Confidence.Likely, astray);
        if (IsRouter(at.Segment, at.Source, at.SourceMac, sender))
            return fact.Gateway == fact.For || gateway?.Is(HostRoles.Router) == true
                ? default
                : (Severity.Low, Confidence.Possible, "the router points to a host not known as a router");
        var isRouterKnown = _segmentsWithRouter.Contains(at.Segment) || _context.Leases.Of(at.Segment).Routers.Count > 0;
        return isRouterKnown && sender.Is(HostRoles.DhcpClient)
            ? (Severity.Medium, Confidence.Likely, "the sender is a workstation and not this link's router")
            : (Severity.Low, Confidence.Possible, "nothing shows that the sender is a router");
    }

    /// <summary>The host that a redirect makes a router though it is none, and how that shows; null when nothing shows it.</summary>
    private (Host To, string Reason)? LedAstray(in Observed<RouteRedirected> seen)
    {
        ref readonly var fact = ref seen.Fact;
        var segment = seen.At.Segment;
        if (fact.Gateway == fact.For)
            return null;
        var byMac = fact.GatewayMac.IsNone ? null : _context.Hosts.Find(segment, fact.GatewayMac);
        var to = _context.Hosts.Find(segment, fact.Gateway) ?? byMac;
        // The MAC gets the traffic, whoever has the address that it is named with.
        if ((byMac is { IsWorkstation: true } ? byMac : to) is { IsWorkstation: true } workstation)
            return (workstation, "the new router got its address by DHCP like a workstation");
        return to is not null && _plainHosts.TryGet((segment, fact.Gateway), out var isPlain) && isPlain
            ? (to, "the new router itself says in neighbour discovery that it is none") : null;
    }

    private bool IsRouter(int segment, IpAddress address, MacAddress mac, Host sender) =>
        sender.Is(HostRoles.Router) || _context.Leases.Of(segment).IsRouter(address) || _forwarders.Contains((segment, mac))
        || _context.Hosts.Find(segment, address)?.Is(HostRoles.Router) == true;

    private static void Describe(in Observed<RouteRedirected> seen, out string what) =>
        what = $"told {seen.At.Destination} to reach {seen.Fact.For} by {seen.Fact.Gateway}";

    private void Raise(
        in Observed<RouteRedirected> seen, Host sender, Host? victim, ulong subject, Severity severity, Confidence confidence,
            string reason, Binding owner)
    {
        Describe(in seen, out var what);
        _context.Incidents.Raise(new Finding
        {
            Detector = Info,
            Severity = severity,
            Confidence = confidence,
            Suspect = sender,
            Victim = victim == sender ? null : victim,
            Subject = subject,
            At = seen.At,
            Frames = Judgement.InOrder(
                [owner.IsKnown && confidence > Confidence.Possible ? owner.FirstFrame : default, FrameReference.Of(seen.At)]),
            Summary = $"{Wording.Pair(seen.At.Source, seen.At.SourceMac)} {what}: {reason}.",
            RefutedBy = $"{seen.At.SourceMac} and {seen.Fact.Gateway} are both routers of this link.",
            NextSteps =
            [
                $"Look at the route cache of {seen.At.Destination} (ip route get {seen.Fact.For}) and flush it.",
                $"Find the switch port of {seen.At.SourceMac}.",
                "Make hosts ignore ICMP redirects.",
            ],
            Metadata =
            [
                new("new_router", seen.Fact.Gateway.ToString()), new("redirected_destination", seen.Fact.For.ToString()),
                new("icmp_code", ((int)seen.Fact.Code).Text()),
            ],
        });
    }
}
