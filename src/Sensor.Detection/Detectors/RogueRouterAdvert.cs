using Sensor.Core.Observations;
using Sensor.Detection.Hosts;
using Sensor.Detection.Incidents;
using Sensor.Detection.Snapshots;

namespace Sensor.Detection.Detectors;

/// <summary>A host that is no router of this link advertises itself, or somebody else, as one.</summary>
public sealed partial class RogueRouterAdvert : ICatalogedDetector, IObserve<RouterAdvertised>, IObserve<RouterSolicited>, IKeepsState
{
    private const ulong ForgedIdentity = 1, OwnIdentity = 2;

    /// <summary>Solicitations in vain that show a link without IPv6 routers: a host repeats its own three times (RFC 4861 section 10).</summary>
    private const int UnansweredOften = 2;

    private readonly DetectionContext _context;
    private readonly Dictionary<int, AdvertisedRouters> _segments = [];

    private readonly RogueRouterAdvertSettings _settings;

    private RogueRouterAdvert(DetectionContext context)
    {
        _context = context;
        _settings = context.Settings(Info.Id, new RogueRouterAdvertSettings());
    }

    /// <inheritdoc/>
    public static DetectorInfo Info { get; } = new()
    {
        Id = "rogue-router-advert",
        Sid = 1207,
        Severity = Severity.High,
        Stage = Stage.Lure,
        Techniques = ["T1557"],
        Title = "A host that is no router of this link sends router advertisements",
        Attack = "Every IPv6 host believes router advertisements (RA). One packet makes the attacker the default router, the DNS "
            + "server (RDNSS), gives a search domain (DNSSL) or sends clients to his DHCPv6 server (M flag), also on networks that "
            + "never used IPv6. Forged in the name of the true router with lifetime 0 it takes that router away (kill).",
        Seen = "Who sends RAs: address and Ethernet source together. Certain: one router address from two MACs, one of which the "
            + "address itself (EUI-64) or earlier traffic proves. Likely: lifetime 0 in the name of an address made from another "
            + "MAC; a DHCP client that advertises; lifetime 0 with a preference or with the M flag and DNS of its own, which no "
            + "router sends; a hop limit other than 255; a flood of new routers; a new router with another prefix while the settled one lives. Weak signs add "
            + "up: high preference, another prefix, other DNS, not the IPv4 gateway, beats faster than RFC 4861 allows, a link-layer "
            + "option that is not the sender's MAC.",
        Benign = "The link's one router, whatever it says, is the base line. Two routers with the same prefix, VRRP and HSRP MACs, a "
            + "router that says good-bye with its own MAC, renumbering, Thread border routers (lifetime 0, no DNS), RAs inside "
            + "Teredo or 6in4 are quiet. A second router with a prefix of its own is recorded as possible. List your routers under "
            + "Trust:Routers.",
        Limits = "With a rogue that was there before the capture and no other router to compare, only the strong signs tell. RAs are "
            + "multicast, so any port sees them, but RA guard evasion inside fragments needs the fragments. A forged RA with the "
            + "true router's MAC cannot be told here; the switch's MAC table can.",
        Verify = "tshark -r FILE -Y 'icmpv6.type==134' -T fields -e frame.number -e eth.src -e ipv6.src -e "
            + "icmpv6.nd.ra.router_lifetime -e icmpv6.opt.prefix -e icmpv6.opt.rdnss lists who advertises what. On a client: ip -6 "
            + "route; ip -6 neigh. Compare the MACs with your routers' and find the port of the other in the switch's MAC table.",
        Stop = "Shut the switch port. Turn on RA guard (RFC 6105) on access ports, with fragments denied (RFC 7113); on Linux hosts "
            + "with static addresses set accept_ra=0. Where IPv6 is not used filter ethertype 0x86DD rather than leave it to whoever "
            + "comes first.",
        References = ["RFC 4861 sections 4.2 and 6.2", "RFC 4191 section 2.2", "RFC 8106", "RFC 6104", "RFC 6105", "RFC 7113"],
    };

    /// <inheritdoc/>
    public static IDetector Create(DetectionContext context) => new RogueRouterAdvert(context);

    ushort IKeepsState.StateVersion => 2;

    void IKeepsState.Save(SnapshotWriter writer) => writer.List(_segments, static (to, known) =>
    {
        to.I32(known.Key);
        to.List(known.Value.All, static (each, router) => router.Save(each));
    });

    void IKeepsState.Load(SnapshotReader reader) => reader.List(from =>
        _segments[from.Segment()] = new AdvertisedRouters(_settings, from.List(static each => AdvertisedRouter.Load(each))));

    /// <inheritdoc/>
    public void Subscribe(ObservationBus bus)
    {
        bus.Subscribe<RouterAdvertised>(this);
        bus.Subscribe<RouterSolicited>(this);
    }

    /// <inheritdoc/>
    public void Observe(in Observed<RouterSolicited> seen)
    {
        if (!seen.At.InTunnel)
            RoutersOf(seen.At.Segment).Solicit(in seen.At);
    }

    /// <inheritdoc/>
    public void Observe(in Observed<RouterAdvertised> seen)
    {
        if (seen.At.InTunnel)
            return;
        var routers = RoutersOf(seen.At.Segment);
        var router = routers.Of(seen.At);
        router.Note(in seen);
        if (TellsForgery(in seen, router, routers) || IsTrusted(in seen))
            return;
        var signs = Weigh(in seen, router, routers);
        if (signs.Strong + signs.Weak > 0)
            Accuse(in seen, router, signs, routers.FloodOf(router));
    }

    // The segment table bounds how many there are.
    private AdvertisedRouters RoutersOf(int segment)
    {
        if (!_segments.TryGetValue(segment, out var routers))
            _segments.Add(segment, routers = new AdvertisedRouters(_settings));
        return routers;
    }

    private bool IsTrusted(in Observed<RouterAdvertised> seen) =>
        seen.At.SourceMac.IsVirtualRouter || _context.Trust.IsRouter(_context.VlanOf(seen.At.Segment), seen.At.Source, seen.At.SourceMac);

    private RouterSigns Weigh(in Observed<RouterAdvertised> seen, AdvertisedRouter router, AdvertisedRouters routers)
    {
        ref readonly var fact = ref seen.Fact;
        ref readonly var at = ref seen.At;
        var signs = new RouterSigns();
        var sender = _context.LinkSender(at);
        var hasDns = !fact.DnsServers.IsEmpty || !fact.SearchList.IsEmpty;
        var steers = fact.RouterLifetime > 0 || fact.Managed || hasDns;
        var settled = routers.LiveBeside(router, at.TimestampNs);
        var otherGateway = HasOtherGateway(at);
        var ownDns = NamesItself(in seen);
        var isResolver = ownDns && IsPlainResolver(in seen, router);
        signs.AddStrong(_context.Trust.KnowsRouters(_context.VlanOf(at.Segment), at.Source, at.SourceMac) && steers,
            "the operator lists the routers, and this is none of them");
        signs.AddStrong(_context.IsLuring(sender, Info.Sid, Info.Sid), "the same host is already suspected");
        var isClient = steers && sender.Is(HostRoles.DhcpClient) && !otherGateway.IsItself;
        var hasRival = settled is not null || otherGateway.Exists;
        signs.AddStrong(isClient && hasRival, "the sender asked for a lease itself like a workstation");
        signs.AddWeak(isClient && !hasRival, "the sender asked for a lease itself like a workstation");
        signs.AddStrong(fact.RouterLifetime == 0 && !router.WasDefault && fact.Preference != 0
            && (fact.Managed || hasDns || settled is not null),
            "lifetime 0 with a preference, which no router sends");
        signs.AddStrong(fact.RouterLifetime == 0 && !router.WasDefault && ownDns && !isResolver && (settled is not null || otherGateway.Exists),
            "it is no router but names itself as DNS server");
        signs.AddStrong(steers && at.Ttl is not (0 or 255),
            "its hop limit is not 255, as no router of this link sends (RFC 4861 section 6.1.2)");
        signs.AddStrong(routers.FloodOf(router) is not null, "new routers appear in a flood");
        if (isResolver)
        {
            signs.AddWeak(hasRival, "it is no router but names itself as DNS server");
            return signs;
        }
        if (steers && settled is not null)
        {
            if (router.CameLater)
                signs.AddWeak(true, $"it came while {settled.Address} was the settled router");
            signs.AddWeak(router.GivesPrefixes && !router.SharesPrefix(settled), "it gives another prefix");
            signs.AddWeak(fact.Preference > settled.Preference, "it wants to be preferred");
            signs.AddWeak(hasDns && settled.DnsServers != 0 && router.DnsServers != settled.DnsServers, "it gives other DNS servers");
        }
        signs.AddWeak(steers && otherGateway.Exists && !(settled is not null && router.SharesPrefix(settled)), "it is not the IPv4 gateway");
        signs.AddWeak(ownDns && (settled is not null || (otherGateway.Exists && router.UnansweredBefore > 0)), "it names itself as DNS server");
        signs.AddWeak(steers && settled is null && otherGateway.Exists && router.UnansweredBefore >= UnansweredOften,
            $"hosts had asked {router.UnansweredBefore.Text()} times for an IPv6 router before it came, and there was none");
        signs.AddWeak(router.IsTooFast, "it advertises faster than the standard allows");
        if (!fact.SourceMac.IsNone && fact.SourceMac != at.SourceMac && !fact.SourceMac.IsVirtualRouter && !at.SourceMac.IsNone)
            signs.AddWeak(true, $"its link-layer option names {fact.SourceMac}");
        return signs;
    }

    /// <summary>Whether DHCP named IPv4 routers on this link, and whether the sender is one of them.</summary>
    private (bool Exists, bool IsItself) HasOtherGateway(in Sighting at)
    {
        var known = false;
        foreach (var router in _context.Leases.Of(at.Segment).Routers)
        {
            var binding = _context.Hosts.BindingOf(at.Segment, router.Value);
            if (binding.IsKnown && binding.Mac == at.SourceMac)
                return (false, true);
            known |= binding.IsKnown;
        }
        return (known, false);
    }

    /// <summary>
    /// Whether it does what a resolver with a router advertisement daemon does: announces DNS only, by the rules, and gives no leases.
    /// </summary>
    private bool IsPlainResolver(in Observed<RouterAdvertised> seen, AdvertisedRouter router)
    {
        ref readonly var fact = ref seen.Fact;
        var isPlain = !router.WasDefault && !fact.Managed && fact.Preference == 0 && fact.Prefixes.IsEmpty && seen.At.Ttl == 255
            && !fact.SourceMac.IsNone && fact.SourceMac == seen.At.SourceMac && !router.IsTooFast;
        if (!isPlain)
            return false;
        foreach (var server in _context.Leases.Of(seen.At.Segment).Servers)
        {
            if (server.IsV6 && !server.IsRelayed && server.Mac == seen.At.SourceMac)
                return false;
        }
        return true;
    }

    private static bool NamesItself(in Observed<RouterAdvertised> seen)
    {
        foreach (var server in seen.Addresses(seen.Fact.DnsServers))
        {
            if (server == seen.At.Source || (!server.Eui64Mac.IsNone && server.Eui64Mac == seen.At.SourceMac))
                return true;
        }
        return false;
    }

    /// <summary>A flood has made-up senders: the first stands for all, or each would be an alert.</summary>
    private void Accuse(in Observed<RouterAdvertised> seen, AdvertisedRouter router, RouterSigns signs, AdvertisedRouter? flood)
    {
        var confidence = signs.Strong > 1 ? Confidence.Certain : signs.Strong == 1 || signs.Weak >= 3 ? Confidence.Likely
            : router.CameLater && signs.Weak == 2 ? Confidence.Likely : Confidence.Possible;
        var severity = signs.Strong > 0 || signs.Weak >= 3 ? Severity.High : confidence == Confidence.Likely ? Severity.Medium
            : Severity.Low;
        var suspect = flood is null ? _context.LinkSender(seen.At) : _context.Hosts.Of(seen.At.Segment, flood.Mac, seen.At.TimestampNs);
        var subject = Judgement.Subject(default, OwnIdentity);
        if (_context.Incidents.CountRepeat(new(Info.Sid, suspect.Id, 0, subject), severity, confidence, seen.At))
            return;
        var dns = seen.Addresses(seen.Fact.DnsServers);
        var prefixes = seen.Addresses(seen.Fact.Prefixes);
        _context.Incidents.Raise(new Finding
        {
            Detector = Info,
            Severity = severity,
            Confidence = confidence,
            Suspect = suspect,
            Subject = subject,
            At = seen.At,
            Frames = router.Trail.With(seen.At),
            Summary = $"{Wording.Pair(seen.At.Source, seen.At.SourceMac)} sends router advertisements "
                + $"(lifetime {((int)seen.Fact.RouterLifetime).Text()} s"
                + (prefixes.IsEmpty ? "" : $", prefix {Wording.List(prefixes)}") + (dns.IsEmpty ? "" : $", DNS {Wording.List(dns)}")
                + $"): {signs.Reasons}.",
            RefutedBy = "The sender is a router that the site put there; its MAC is on the list of routers.",
            NextSteps =
            [
                $"Look up {seen.At.SourceMac} in the switches' MAC tables and ask who runs it.",
                "Check the clients' IPv6 default routes and DNS servers (ip -6 route, resolvectl, ipconfig /all).",
                "If it is none of yours shut the port and turn on RA guard; else list it under Trust:Routers.",
            ],
            Metadata =
            [
                new("router_lifetime", ((int)seen.Fact.RouterLifetime).Text()), new("prefixes", Wording.List(prefixes)),
                    new("dns_servers", Wording.List(dns)),
                new("signs", signs.Reasons),
            ],
        });
    }
}
