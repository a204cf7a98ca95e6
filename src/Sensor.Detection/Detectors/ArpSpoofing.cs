using Sensor.Core.Observations;
using Sensor.Core.Wire;
using Sensor.Detection.Incidents;

namespace Sensor.Detection.Detectors;

/// <summary>A host claims, by ARP, an address that another host owns and goes on using.</summary>
public sealed class ArpSpoofing : ICatalogedDetector, IPrefetch<AddressClaimed>, IPrefetch<AddressSeen>
{
    private const ushort Request = 1, Reply = 2;

    private readonly DetectionContext _context;
    private readonly AddressContests _contests;
    private readonly SpoofReport _report;
    private readonly PortStealing _stealing;

    private ArpSpoofing(DetectionContext context)
    {
        _context = context;
        _contests = new AddressContests(context, context.Settings(Info.Id, new AddressSpoofingSettings()));
        _report = new SpoofReport(context, Info, Words);
        _stealing = new PortStealing(context, Info);
    }

    private static SpoofWording Words { get; } = new(
        "claims to be", "claimed", "On {0} look at the ARP cache entry of {1} and flush it.",
        "Treat what the victims sent in clear text since as read, and turn on dynamic ARP inspection.");

    /// <inheritdoc/>
    public static DetectorInfo Info { get; } = new()
    {
        Id = "arp-spoofing",
        Sid = 1601,
        Severity = Severity.High,
        Stage = Stage.Lure,
        Techniques = ["T1557.002"],
        Title = "A host claims by ARP an address that another host owns and goes on using",
        Attack = "Nobody checks ARP replies. The attacker tells a victim that the gateway's (or a resolver's, or the WPAD host's) "
            + "address is at his MAC, and tells the gateway the same about the victim. Their traffic then flows through him, to be "
            + "read, changed or dropped.",
        Seen = "For each address the MACs that claim it by ARP or send with it. An honest move is one move, after which the old MAC "
            + "is silent. A lie shows: the owner goes on using the address; replies to hosts that did not ask, again and again, at a "
            + "steady beat; one MAC claims addresses of several others, or tells two hosts that it is the other; and after the claim "
            + "a host's packets from outside arrive through the claimant. Two of these make it likely, three or the moved traffic "
            + "make it certain. Works without any ARP of the owner: IP traffic shows who it is. Questions that bear another's address count "
            + "as claims. Empty ARP frames that bear others' MACs as their source steal those hosts' switch ports.",
        Benign = "VRRP, HSRP, CARP and GLBP virtual MACs, load balancing clusters (02:bf), ports of one machine (MACs next to each "
            + "other), fail-over with one move, a new lease, replaced hardware, docking stations, sleep proxies and proxy ARP are "
            + "quiet. Two machines with one address by accident are recorded as low and possible. Routers and gateway MACs on the "
            + "trust list are never accused.",
        Limits = "Unicast ARP replies are seen only on a mirror port or on the hosts themselves. A single lie told once, with no "
            + "traffic after it, is not enough. A lie that was told before the capture began shows only by relayed-frames. Port "
            + "stealing whose frames go back to the stolen MAC names no thief and is not told.",
        Verify = "tshark -r FILE -Y 'arp.duplicate-address-detected or (arp.opcode==2 && arp.src.proto_ipv4==ADDRESS)' -T fields -e "
            + "frame.number -e frame.time_relative -e arp.src.hw_mac -e arp.dst.proto_ipv4 lists who claims the address. On the "
            + "victim: arp -a, or ip neigh; compare with the gateway's own MAC, and look both up in the switch's MAC table.",
        Stop = "Shut the claimant's switch port. Turn on dynamic ARP inspection with DHCP snooping; on small networks pin the "
            + "gateway's MAC on the hosts (ip neigh replace … nud permanent). Flush ARP caches, and treat clear-text traffic since "
            + "as read.",
        References = ["RFC 826", "RFC 5227", "MITRE ATT&CK T1557.002", "IEEE: dynamic ARP inspection in your switch's manual"],
    };

    /// <inheritdoc/>
    public static IDetector Create(DetectionContext context) => new ArpSpoofing(context);

    /// <inheritdoc/>
    public void Subscribe(ObservationBus bus)
    {
        bus.Subscribe<AddressClaimed>(this);
        bus.Subscribe<AddressSeen>(this);
    }

    /// <inheritdoc/>
    public void Prefetch(in Observed<AddressClaimed> seen)
    {
        _contests.Prefetch(seen.At.Segment, seen.Fact.SenderAddress);
        _contests.Prefetch(seen.At.Segment, seen.Fact.TargetAddress);
    }

    /// <inheritdoc/>
    public void Prefetch(in Observed<AddressSeen> seen) => _contests.PrefetchLive(in seen.At);

    /// <inheritdoc/>
    public void Observe(in Observed<AddressClaimed> seen)
    {
        ref readonly var fact = ref seen.Fact;
        if (seen.At.InTunnel || fact.Operation is not (Request or Reply))
            return;
        var isQuestion = fact.Operation == Request && !fact.IsGratuitous;
        if (isQuestion)
            _contests.Ask(seen.At, fact.TargetAddress);
        if (PortStealing.IsMeant(in seen))
            _stealing.Note(in seen.At);
        if (fact.IsProbe)
            return;
        var isToAll = seen.At.DestinationMac.IsGroup || fact.IsGratuitous;
        if (isQuestion && !isToAll && !seen.At.DestinationMac.IsNone)
            isQuestion = !_contests.AsksFalsely(seen.At, fact.SenderAddress, fact.SenderMac);
        var manner = isQuestion || _contests.WasAsked(seen.At, fact.SenderAddress, fact.TargetMac) ? ClaimManner.Asked
            : isToAll ? ClaimManner.Announced : ClaimManner.Told;
        var told = isToAll || isQuestion ? IpAddress.None : fact.TargetAddress;
        if (_contests.Claim(seen.At, fact.SenderAddress, fact.SenderMac, manner, told) is { } verdict)
            _report.Raise(seen.At, verdict);
    }

    /// <inheritdoc/>
    public void Observe(in Observed<AddressSeen> seen)
    {
        if (seen.At.InTunnel || !seen.At.Source.IsV4)
            return;
        if (_contests.Live(seen.At) is { } verdict)
            _report.Raise(seen.At, verdict);
    }
}
