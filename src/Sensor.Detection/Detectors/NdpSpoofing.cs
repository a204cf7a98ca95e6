using Sensor.Core.Observations;
using Sensor.Core.Wire;
using Sensor.Detection.Bounds;
using Sensor.Detection.Incidents;

namespace Sensor.Detection.Detectors;

/// <summary>A host claims, by neighbour discovery, an address that another host owns; or denies newcomers their addresses.</summary>
public sealed class NdpSpoofing : ICatalogedDetector, IObserve<NeighborAdvertised>, IObserve<NeighborSolicited>, IObserve<AddressSeen>
{
    /// <summary>Pending duplicate address questions remembered.</summary>
    private const int ProbeCapacity = 4096;

    private const long AnswerNs = 3 * Span.Second;
    private const ulong Denial = 1;

    private readonly DetectionContext _context;
    private readonly AddressContests _contests;
    private readonly SpoofReport _report;
    private readonly NdpSpoofingSettings _settings;
    private readonly RecentTable<(int Segment, IpAddress Target), Sighting> _probes = new(ProbeCapacity);
    private readonly RecentTable<(int Segment, MacAddress Mac), Denials> _denials = new(ProbeCapacity), _denied = new(ProbeCapacity);

    private NdpSpoofing(DetectionContext context)
    {
        _context = context;
        _settings = context.Settings(Info.Id, new NdpSpoofingSettings());
        _contests = new AddressContests(context, _settings);
        _report = new SpoofReport(context, Info, Words);
    }

    private static SpoofWording Words { get; } = new(
        "advertises itself as", "advertised", "On {0} look at the neighbour cache entry of {1} (ip -6 neigh) and flush it.",
        "Turn on ND inspection and IPv6 source guard on access ports.");

    /// <inheritdoc/>
    public static DetectorInfo Info { get; } = new()
    {
        Id = "ndp-spoofing",
        Sid = 1602,
        Severity = Severity.High,
        Stage = Stage.Lure,
        Techniques = ["T1557"],
        Title = "A host claims by neighbour discovery an address that another host owns",
        Attack = "Neighbour advertisements are IPv6's ARP replies and as easily forged: with the override flag they replace what a "
            + "host has learned. The attacker claims the router's or a server's address and gets the traffic; or he answers every "
            + "newcomer's question whether its address is free, so that nobody gets one.",
        Seen = "As for arp-spoofing, from neighbour advertisements, solicitations and traffic: the owner goes on using the address, "
            + "advertisements to hosts that did not ask or to all, at a steady beat, for several owners' addresses. An address of "
            + "EUI-64 form names its maker. Answers to one host without the mark of an answer count as unasked. A host that denies three "
            + "newcomers or more their addresses is found too, and who denies one newcomer three, each time as another card.",
        Benign = "VRRPv3 and HSRP MACs, anycast and proxies (override flag off), fail-over with one move, privacy addresses, one true "
            + "duplicate. Routers on the trust list are never accused.",
        Limits = "Unicast advertisements are seen only on a mirror port. Secure neighbour discovery (RFC 3971) is not checked.",
        Verify = "tshark -r FILE -Y 'icmpv6.type==136 && icmpv6.nd.na.target_address==ADDRESS' -T fields -e frame.number -e eth.src "
            + "-e ipv6.dst -e icmpv6.opt.linkaddr -e icmpv6.nd.na.flag.o lists who claims the address. On the victim: ip -6 neigh, "
            + "or netsh interface ipv6 show neighbors.",
        Stop = "Shut the claimant's switch port; turn on IPv6 source guard and ND inspection (first-hop security); flush neighbour "
            + "caches on the victims.",
        References = ["RFC 4861 section 4.4", "RFC 4862 section 5.4", "RFC 6583", "RFC 3756", "MITRE ATT&CK T1557"],
    };

    /// <inheritdoc/>
    public static IDetector Create(DetectionContext context) => new NdpSpoofing(context);

    /// <inheritdoc/>
    public void Subscribe(ObservationBus bus)
    {
        bus.Subscribe<NeighborAdvertised>(this);
        bus.Subscribe<NeighborSolicited>(this);
        bus.Subscribe<AddressSeen>(this);
    }

    /// <inheritdoc/>
    public void Observe(in Observed<NeighborSolicited> seen)
    {
        if (seen.At.InTunnel)
            return;
        _contests.Ask(seen.At, seen.Fact.Target);
        if (seen.At.Source.IsUnspecified)
        {
            _probes.Set((seen.At.Segment, seen.Fact.Target), seen.At);
            return;
        }
        var mac = seen.Fact.SourceMac.IsNone ? seen.At.SourceMac : seen.Fact.SourceMac;
        if (_contests.Claim(seen.At, seen.At.Source, mac, ClaimManner.Asked, default) is { } verdict)
            _report.Raise(seen.At, verdict);
    }

    /// <inheritdoc/>
    public void Observe(in Observed<NeighborAdvertised> seen)
    {
        ref readonly var at = ref seen.At;
        if (at.InTunnel || at.SourceMac.IsVirtualRouter)
            return;
        var target = seen.Fact.Target;
        var mac = seen.Fact.TargetMac.IsNone ? at.SourceMac : seen.Fact.TargetMac;
        if (_probes.TryGet((at.Segment, target), out var probe))
            NoteDenial(in seen, probe);
        // Without the override flag it is an anycast member or a proxy: it does not replace what hosts know (RFC 4861 section 7.2.4).
        // An answer to one host says that it is one (S flag, there too): without it nobody had asked, even right after a question.
        var isAnswer = (seen.Fact.Solicited || at.Destination.IsMulticast) && _contests.WasAsked(at, target, at.DestinationMac);
        var manner = !seen.Fact.Override || isAnswer ? ClaimManner.Asked
            : at.Destination.IsMulticast ? ClaimManner.Announced : ClaimManner.Told;
        var told = at.Destination.IsMulticast ? IpAddress.None : at.Destination;
        if (_contests.Claim(at, target, mac, manner, told, seen.Fact.Solicited) is { } verdict)
            _report.Raise(at, verdict);
    }

    /// <inheritdoc/>
    public void Observe(in Observed<AddressSeen> seen)
    {
        if (seen.At.InTunnel || seen.At.Source.IsV4)
            return;
        if (_contests.Live(seen.At) is { } verdict)
            _report.Raise(seen.At, verdict);
    }

    /// <summary>Somebody says "taken" to a host that asked whether an address is free (RFC 4862 section 5.4).</summary>
    private void NoteDenial(in Observed<NeighborAdvertised> seen, in Sighting probe)
    {
        ref readonly var at = ref seen.At;
        if (at.TimestampNs - probe.TimestampNs > AnswerNs || probe.SourceMac == at.SourceMac)
            return;
        var told = Tally(_denials, at.Segment, at.SourceMac, in seen, in probe);
        // Each time another card: then it is the newcomer that is told so often. Cards that really use the address do not count.
        var own = _context.Hosts.BindingOf(at.Segment, seen.Fact.Target);
        var heard = own.ByTraffic && own.Mac == at.SourceMac ? null : Tally(_denied, at.Segment, probe.SourceMac, in seen, in probe);
        if ((told ?? heard) is not { } denials)
            return;
        var suspect = _context.Hosts.Of(at.Segment, denials.First, at.TimestampNs);
        var victim = _context.Hosts.Of(probe.Segment, probe.SourceMac, at.TimestampNs);
        var subject = Judgement.Subject(default, Denial);
        if (_context.Incidents.CountRepeat(new(Info.Sid, suspect.Id, victim.Id, subject), Severity.High, Confidence.Certain, at))
            return;
        _context.Incidents.Raise(new Finding
        {
            Detector = Info,
            Severity = Severity.High,
            Confidence = Confidence.Certain,
            Suspect = suspect,
            Victim = victim,
            Subject = subject,
            At = at,
            Frames = denials.Trail.With(at),
            Summary = told is not null
                ? $"{at.SourceMac} has told {denials.Count.Text()} newcomers that the address they asked for is taken, last "
                    + $"{probe.SourceMac} about "
                    + $"{seen.Fact.Target}: nobody else owns that many new addresses."
                : $"{probe.SourceMac} asked for {denials.Count.Text()} addresses and was told of each that it is taken, every time by a card "
                    + $"that does not use it, last by {at.SourceMac} about {seen.Fact.Target}: somebody makes these cards up.",
            RefutedBy = "The sender is an IPv6 proxy that knows these addresses to be in use elsewhere.",
            NextSteps = [$"Find the switch port of {at.SourceMac} and shut it.", "Then let the hosts that got no IPv6 address reconnect."],
            Metadata = [new("address", seen.Fact.Target.ToString()), new("denied", denials.Count.Text())],
        });
    }

    /// <summary>Counts a denial in <paramref name="table"/>; the tally when it is one more address and they are many, else null.</summary>
    private Denials? Tally(
        RecentTable<(int Segment, MacAddress Mac), Denials> table, int segment, MacAddress mac, in Observed<NeighborAdvertised> seen,
        in Sighting probe)
    {
        if (!table.TryGet((segment, mac), out var denials))
            table.Set((segment, mac), denials = new Denials(seen.At.SourceMac));
        return denials.Note(seen.Fact.Target, probe, seen.At) && denials.Count >= _settings.DeniedOften ? denials : null;
    }

    /// <summary>The newcomers one host denied, or the addresses one newcomer was denied.</summary>
    private sealed class Denials(MacAddress first)
    {
        private readonly List<IpAddress> _targets = new(2);

        /// <summary>Who denied first.</summary>
        public MacAddress First { get; } = first;

        public int Count { get; private set; }

        public FrameTrail Trail { get; } = new();

        /// <summary>Notes a denial; false when this address was denied already.</summary>
        public bool Note(IpAddress target, in Sighting probe, in Sighting denial)
        {
            if (_targets.Contains(target))
                return false;
            if (_targets.Count == FrameTrail.Capacity)
                _targets.RemoveAt(0);
            _targets.Add(target);
            Count++;
            Trail.Add(probe);
            Trail.Add(denial);
            return true;
        }
    }
}
