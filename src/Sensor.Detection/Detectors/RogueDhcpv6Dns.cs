using Sensor.Core.Observations;
using Sensor.Core.Wire;
using Sensor.Detection.Bounds;
using Sensor.Detection.Hosts;
using Sensor.Detection.Incidents;
using Sensor.Detection.Leases;
using Sensor.Detection.Names;

namespace Sensor.Detection.Detectors;

/// <summary>A DHCPv6 server that should not be one gives clients DNS servers or search domains.</summary>
public sealed class RogueDhcpv6Dns : ICatalogedDetector, IObserve<Dhcpv6Offered>, IObserve<RouterAdvertised>
{
    private const byte Advertise = 2, Reply = 7;
    private const string Contradicted = "another server gave the same client other DNS servers";

    /// <summary>Senders of router advertisements remembered.</summary>
    private const int RouterCapacity = 1024;

    private readonly DetectionContext _context;
    private readonly RogueDhcpv6DnsSettings _settings;
    private readonly LeaseServerJudge _judge;
    private readonly RecentTable<(int Segment, MacAddress Mac), bool> _routers = new(RouterCapacity);

    // The segment table bounds how many there are.
    private readonly Dictionary<int, LinkPlan> _links = [];

    private RogueDhcpv6Dns(DetectionContext context)
    {
        _context = context;
        _judge = new LeaseServerJudge(context);
        _settings = context.Settings(Info.Id, new RogueDhcpv6DnsSettings());
    }

    /// <inheritdoc/>
    public static DetectorInfo Info { get; } = new()
    {
        Id = "rogue-dhcpv6-dns",
        Sid = 1206,
        Severity = Severity.High,
        Stage = Stage.Lure,
        Techniques = ["T1557.003"],
        Title = "A DHCPv6 server that is not this network's hands out DNS servers",
        Attack = "Windows asks for DHCPv6 on every network and prefers IPv6 DNS servers. An attacker who answers becomes the resolver "
            + "of clients that otherwise use IPv4 only; asked for wpad he names himself. This is how mitm6 works, and it needs "
            + "neither a router nor a route.",
        Seen = "ADVERTISE and REPLY with DNS servers (23) or a search list (24). Likely or certain: the server is no router and names "
            + "itself as DNS server with leases of minutes; it leases link-local addresses; its router advertisements have lifetime "
            + "0 and the M flag; it is an IPv4 DHCP client; another server answered the same transaction otherwise or had served "
            + "before; it is not on the operator's list; no router of the link sends clients to DHCPv6 and it leases addresses of none of "
            + "their prefixes. Timers that a standard server refuses (T1 beyond the lifetime) add to it.",
        Benign = "The site's server: global or ULA addresses, DNS servers elsewhere, or a router that names itself. Its DNS offer is "
            + "recorded as info. Relayed answers are judged by the list and by contradictions only. Known timers of tools only add "
            + "to other signs.",
        Limits = "Advertise and Reply are unicast: without a mirror port only the client's Solicit is seen. A careful rogue with "
            + "addresses of the link's prefix and long leases needs the trust list (Trust:DhcpServers) or a contradiction to be found.",
        Verify = "tshark -r FILE -Y 'dhcpv6.msgtype==2 or dhcpv6.msgtype==7' -T fields -e frame.number -e eth.src -e ipv6.src -e "
            + "dhcpv6.dns_server -e dhcpv6.iaaddr.ip -e dhcpv6.iaaddr.valid_lifetime lists the offers. On a client: ipconfig /all "
            + "shows a link-local DNS server.",
        Stop = "Shut the port. Turn on DHCPv6 guard (RFC 7610) and RA guard on access ports; where IPv6 is unused block incoming "
            + "DHCPv6 (UDP 546) and RAs by host firewall policy rather than disabling IPv6. Then clients renew; look at what they "
            + "asked the rogue resolver for.",
        References = ["RFC 9915 and RFC 8415", "RFC 3646", "RFC 7610", "MITRE ATT&CK T1557.003"],
    };

    /// <inheritdoc/>
    public static IDetector Create(DetectionContext context) => new RogueDhcpv6Dns(context);

    /// <inheritdoc/>
    public void Subscribe(ObservationBus bus)
    {
        bus.Subscribe<Dhcpv6Offered>(this);
        bus.Subscribe<RouterAdvertised>(this);
    }

    /// <inheritdoc/>
    public void Observe(in Observed<RouterAdvertised> seen)
    {
        if (seen.At.InTunnel || seen.At.SourceMac.IsNone)
            return;
        var key = (seen.At.Segment, seen.At.SourceMac);
        var isRouter = seen.Fact.RouterLifetime > 0;
        if (isRouter || !_routers.Contains(key))
            _routers.Set(key, isRouter);
        if (!isRouter)
            return;
        if (!_links.TryGetValue(seen.At.Segment, out var plan))
            _links.Add(seen.At.Segment, plan = new LinkPlan());
        plan.Note(in seen);
    }

    /// <inheritdoc/>
    public void Observe(in Observed<Dhcpv6Offered> seen)
    {
        if (seen.At.InTunnel || seen.Fact.MessageType is not (Advertise or Reply)
            || (seen.Fact.DnsServers.IsEmpty && seen.Fact.SearchList.IsEmpty))
            return;
        ref readonly var exchange = ref _context.Leases.Current;
        if (_judge.IsTrusted(exchange.Server, hasForeignNamesake: false))
            return;
        // Two servers, two answers: the one with more against it is accused, which may have answered first.
        var isContradicted = exchange.Other is not null && (exchange.Contradicts & (PlanParts.Dns | PlanParts.SearchList)) != 0;
        var (strong, weak, reasons) = Signs(in seen, in exchange);
        if (isContradicted && strong.Count == 0 && _judge.Rogue(in exchange, seen.At, null) is var rogue && rogue.Server == exchange.Other)
        {
            Accuse(in seen, rogue, exchange.OtherPlan, Severity.High, Confidence.Likely,
                Wording.Pair(rogue.Server.Source, rogue.Server.Mac), exchange.OtherPlan.FirstDns.ToString(),
                $"{Wording.Pair(exchange.Server.Source, exchange.Server.Mac)} gave the same client other DNS servers");
            return;
        }
        if (isContradicted)
        {
            strong.Add("contradiction");
            reasons = reasons.Length == 0 ? Contradicted : $"{reasons}; {Contradicted}";
        }
        var confidence = strong.Count > 1 ? Confidence.Certain : strong.Count == 1 || weak >= 2 ? Confidence.Likely : Confidence.Possible;
        var severity = confidence >= Confidence.Likely ? Severity.High : weak > 0 ? Severity.Low : Severity.Info;
        Raise(in seen, in exchange, severity, confidence, reasons);
    }

    private (List<string> Strong, int Weak, string Reasons) Signs(in Observed<Dhcpv6Offered> seen, in LeaseExchange exchange)
    {
        ref readonly var at = ref seen.At;
        ref readonly var fact = ref seen.Fact;
        var strong = new List<string>();
        var weak = new List<string>();
        var sender = _context.LinkSender(at);
        var onLink = fact.RelayHops == 0;
        var isRouter = _routers.TryGet((at.Segment, at.SourceMac), out var advertises) && advertises;
        var isMute = !isRouter && _routers.Contains((at.Segment, at.SourceMac));
        isRouter |= sender.Is(HostRoles.Router);
        var namesItself = onLink && NamesItself(in seen);
        var isShort = fact.ValidLifetime > 0 && fact.ValidLifetime <= _settings.ShortLifetimeSeconds;
        When(strong, _context.Trust.KnowsDhcpServers(_context.VlanOf(at.Segment), at.Source, at.SourceMac),
            "the operator lists the DHCP servers, and this is none of them");
        When(strong, _context.IsLuring(sender, Info.Sid, Info.Sid), "the host is already suspected");
        When(strong, LeasesLinkLocal(in seen), "it leases link-local addresses, which nobody needs to lease");
        When(strong, namesItself && !isRouter && isShort, "it is no router, names itself as DNS server, and leases for minutes");
        When(strong, namesItself && isMute, "it names itself as DNS server and advertises itself as a router of lifetime 0");
        When(strong, namesItself && IsV4Client(sender), "it is an IPv4 DHCP client that names itself as DNS server");
        When(strong, exchange.Server.AnsweredByOthersBefore >= LeaseServerJudge.Settled
            && exchange.Other is null && _judge.SettledBeside(exchange.Server, at) is { } settled
            && exchange.Plan.DifferencesFrom(settled.Plan) != 0,
            "another server had served here before");
        When(weak, namesItself && !isRouter && !isShort, "it names itself as DNS server");
        var plan = onLink && !isRouter ? _links.GetValueOrDefault(at.Segment) : null;
        When(weak, namesItself && plan is not null, "the link has another router");
        When(weak, plan is { SendsToServers: false }, "no router of the link sends clients to DHCPv6");
        When(weak, plan is not null && plan.HasNoneOf(seen.Addresses(fact.Addresses)),
            "it leases addresses of no prefix that the link's routers advertise");
        When(weak, fact.ValidLifetime > 0 && fact.T1 > fact.ValidLifetime, "its timers exceed the lease");
        When(weak, strong.Count > 0 && fact is { T1: 200, T2: 250 }, "timers as known tools use them");
        return (strong, weak.Count, string.Join("; ", strong.Concat(weak)));

        static void When(List<string> signs, bool holds, string sign)
        {
            if (holds)
                signs.Add(sign);
        }
    }

    /// <summary>What the routers of one link advertise.</summary>
    private sealed class LinkPlan
    {
        /// <summary>Prefixes kept; a link has one or two of each kind.</summary>
        private const int PrefixCapacity = 16;

        private readonly List<ulong> _prefixes = new(2);

        /// <summary>Whether one of them ever sent clients to DHCPv6, for addresses (M) or for the rest (O flag).</summary>
        public bool SendsToServers { get; private set; }

        public void Note(in Observed<RouterAdvertised> seen)
        {
            SendsToServers |= seen.Fact.Managed || seen.Fact.OtherConfiguration;
            foreach (var prefix in seen.Addresses(seen.Fact.Prefixes))
            {
                if (_prefixes.Count < PrefixCapacity && !_prefixes.Contains(prefix.High))
                    _prefixes.Add(prefix.High);
            }
        }

        /// <summary>Whether there are prefixes and addresses, and none fits. Where not all prefixes are kept nobody can tell.</summary>
        public bool HasNoneOf(ReadOnlySpan<IpAddress> addresses)
        {
            foreach (var address in addresses)
            {
                if (_prefixes.Contains(address.High))
                    return false;
            }
            return addresses.Length > 0 && _prefixes.Count is > 0 and < PrefixCapacity;
        }
    }

    private static bool IsV4Client(Host host) =>
        host.Is(HostRoles.DhcpClient) && !host.Is(HostRoles.Router) && host.Addresses.Any(address => address.IsV4);

    private bool NamesItself(in Observed<Dhcpv6Offered> seen)
    {
        foreach (var server in seen.Addresses(seen.Fact.DnsServers))
        {
            if (server == seen.At.Source || server.Eui64Mac == seen.At.SourceMac
                || (_context.Hosts.BindingOf(seen.At.Segment, server) is { IsKnown: true } binding && binding.Mac == seen.At.SourceMac))
                return true;
        }
        return false;
    }

    private static bool LeasesLinkLocal(in Observed<Dhcpv6Offered> seen)
    {
        foreach (var address in seen.Addresses(seen.Fact.Addresses))
        {
            if (address.IsLinkLocal)
                return true;
        }
        return false;
    }

    private void Raise(in Observed<Dhcpv6Offered> seen, in LeaseExchange exchange, Severity severity, Confidence confidence, string reasons)
    {
        var at = seen.At;
        var dns = seen.Addresses(seen.Fact.DnsServers);
        var host = seen.Fact.RelayHops == 0 ? _context.LinkSender(at) : _judge.HostOf(exchange.Server, at);
        var gives = dns.IsEmpty ? WireText.Printable(seen.Text(seen.Fact.SearchList)) : Wording.List(dns);
        Accuse(in seen, new ServerCase(exchange.Server, host, 0, ServerSigns.None), exchange.Plan, severity, confidence,
            Wording.Pair(at.Source, at.SourceMac), gives, reasons);
    }

    private void Accuse(
        in Observed<Dhcpv6Offered> seen, in ServerCase found, in AddressPlan plan, Severity severity, Confidence confidence, string who,
            string gives, string reasons)
    {
        ref readonly var at = ref seen.At;
        ref readonly var exchange = ref _context.Leases.Current;
        var victim = confidence == Confidence.Possible ? null : _context.Hosts.ReceiverOf(at);
        if (victim == found.Host)
            victim = null;
        var subject = plan.Dns ^ plan.SearchList;
        if (_context.Incidents.CountRepeat(new(Info.Sid, found.Host.Id, victim?.Id ?? 0, subject), severity, confidence, at))
            return;
        _context.Incidents.Raise(new Finding
        {
            Detector = Info,
            Severity = severity,
            Confidence = confidence,
            Suspect = found.Host,
            Victim = victim,
            Subject = subject,
            At = at,
            Frames = Judgement.InOrder(
                exchange.HasQuestion ? FrameReference.Of(exchange.Question) : default,
                exchange.Other is null ? default : FrameReference.Of(exchange.OtherAnswer), FrameReference.Of(at)),
            Summary = $"{who} gives {at.Destination} by DHCPv6 the DNS server or search list {gives}"
                + (reasons.Length == 0 ? "; nothing speaks against it." : $": {reasons}."),
            RefutedBy = "The server is the site's own DHCPv6 server and the DNS servers are the site's.",
            NextSteps =
            [
                $"Look up {found.Server.Mac} in the switches' MAC tables; ask whether DHCPv6 is meant to run here at all.",
                $"See what {at.Destination} asked the DNS server since (tshark -Y 'dns and ipv6'), above all for wpad.",
                "If it is no server of yours shut the port and turn on DHCPv6 guard; else list it under Trust:DhcpServers.",
            ],
            Metadata = [new("gives", gives), new("valid_lifetime", ((long)seen.Fact.ValidLifetime).Text()),
                new("leased", Wording.List(seen.Addresses(seen.Fact.Addresses)))],
        });
    }
}
