using Sensor.Core.Observations;
using Sensor.Core.Wire;
using Sensor.Detection.Bounds;
using Sensor.Detection.Incidents;
using Sensor.Detection.Snapshots;

namespace Sensor.Detection.Detectors;

/// <summary>The default gateway's address is answered by another MAC than before.</summary>
public sealed class GatewayChanged :
    ICatalogedDetector, IObserve<AddressClaimed>, IObserve<AddressSeen>, IObserve<NeighborAdvertised>, IKeepsState
{
    /// <summary>Gateway addresses remembered: one or two a segment.</summary>
    private const int GatewayCapacity = 1024;

    /// <summary>A copy of a claim that the mirror port shows twice comes within this.</summary>
    private const long DuplicateNs = Span.Second / 1000;

    private readonly DetectionContext _context;
    private readonly RecentTable<(int Segment, IpAddress Address), Gateway> _gateways = new(GatewayCapacity);

    private GatewayChanged(DetectionContext context) => _context = context;

    /// <inheritdoc/>
    public static DetectorInfo Info { get; } = new()
    {
        Id = "gateway-changed",
        Sid = 1605,
        Severity = Severity.Medium,
        Stage = Stage.Lure,
        Techniques = ["T1557.002"],
        Title = "The default gateway's MAC address changed",
        Attack = "Who owns the gateway's address owns all traffic that leaves the link. Besides the noisy ARP poisoning of single "
            + "hosts an attacker may simply announce the gateway's address as his own, once, to all.",
        Seen = "For addresses that DHCP names as routers, that advertise themselves as such, or that the operator lists: a claim "
            + "(ARP, neighbour advertisement) by another MAC than the one known. Likely when the old gateway goes on speaking, or "
            + "when the old MAC is on the list of gateway MACs; possible when the old one has fallen silent, as after a replacement.",
        Benign = "VRRP, HSRP, CARP and GLBP MACs, ports of one machine, and MACs on the trust list are quiet. Replaced hardware is "
            + "recorded as possible.",
        Limits = "A gateway that nothing names (no DHCP, no RA, no trust list) is not known as one; arp-spoofing watches its address "
            + "like any other.",
        Verify = "tshark -r FILE -Y 'arp.src.proto_ipv4==GATEWAY' -T fields -e frame.number -e frame.time -e arp.src.hw_mac lists the "
            + "MACs over time. On a client: arp -a. Compare with the label on the router.",
        Stop = "If the new MAC is not your router's: shut its port, flush ARP caches, turn on dynamic ARP inspection. If it is: list "
            + "it under Trust:GatewayMacs.",
        References = ["RFC 826", "RFC 5227 section 2.4", "RFC 9568 (VRRP)", "MITRE ATT&CK T1557.002"],
    };

    /// <inheritdoc/>
    public static IDetector Create(DetectionContext context) => new GatewayChanged(context);

    void IKeepsState.Save(SnapshotWriter writer) => writer.Table(_gateways, static (to, key, gateway) =>
    {
        to.I32(key.Segment);
        to.Address(key.Address);
        to.Mac(gateway.Mac);
        to.Frame(gateway.FirstFrame);
    });

    // A claim that was being weighed starts anew; who the gateway was is what matters.
    void IKeepsState.Load(SnapshotReader reader) =>
        reader.List(from => _gateways.Set((from.Segment(), from.Address()), new Gateway(from.Mac(), from.Frame())));

    /// <inheritdoc/>
    public void Subscribe(ObservationBus bus)
    {
        bus.Subscribe<AddressClaimed>(this);
        bus.Subscribe<AddressSeen>(this);
        bus.Subscribe<NeighborAdvertised>(this);
    }

    /// <inheritdoc/>
    public void Observe(in Observed<AddressClaimed> seen)
    {
        if (!seen.At.InTunnel && !seen.Fact.IsProbe)
            Look(seen.At, seen.Fact.SenderAddress, seen.Fact.SenderMac, isClaim: true);
    }

    /// <inheritdoc/>
    public void Observe(in Observed<NeighborAdvertised> seen)
    {
        if (!seen.At.InTunnel && seen.Fact.Override)
            Look(seen.At, seen.Fact.Target, seen.Fact.TargetMac.IsNone ? seen.At.SourceMac : seen.Fact.TargetMac, isClaim: true);
    }

    /// <inheritdoc/>
    public void Observe(in Observed<AddressSeen> seen)
    {
        if (!seen.At.InTunnel && !seen.Fact.ManySources)
            Look(seen.At, seen.At.Source, seen.At.SourceMac, isClaim: false);
    }

    private void Look(in Sighting at, IpAddress address, MacAddress mac, bool isClaim)
    {
        if (mac.IsNone || mac.IsGroup || address.IsUnspecified || !IsGateway(at.Segment, address))
            return;
        if (!_gateways.TryGet((at.Segment, address), out var gateway))
        {
            // What the host table knew before this packet came first, even if the address was not yet known to be a gateway's.
            var known = _context.Hosts.BindingOf(at.Segment, address);
            var (first, frame) = known.IsKnown ? (known.Mac, known.FirstFrame) : (mac, FrameReference.Of(at));
            _gateways.Set((at.Segment, address), gateway = new Gateway(first, frame));
        }
        if (mac == gateway.Mac)
        {
            if (gateway.Claimant is { } earlier)
                Tell(at, address, gateway, earlier, oldLives: true);
            return;
        }
        if (!isClaim || mac.IsVirtualRouter || gateway.Mac.IsVirtualRouter || mac.IsSiblingOf(gateway.Mac) || mac.IsLoadBalanced)
            return;
        var vlan = _context.VlanOf(at.Segment);
        if (_context.Trust.IsGatewayMac(vlan, mac) || _context.Trust.IsRouter(vlan, default, mac))
            return;
        // A forged frame that restores the truth, or a proxy speaking for another.
        if (at.SourceMac != mac && !at.SourceMac.IsNone)
            return;
        gateway.Claim(mac, at);
        Tell(at, address, gateway, mac, oldLives: false);
    }

    private bool IsGateway(int segment, IpAddress address)
    {
        if (_context.Leases.Of(segment).IsRouter(address) || _context.Trust.IsRouter(_context.VlanOf(segment), address, default))
            return true;
        return !address.IsV4 && address.IsLinkLocal && _context.Hosts.Find(segment, address) is { } host && host.Is(Hosts.HostRoles.Router);
    }

    private void Tell(in Sighting at, IpAddress address, Gateway gateway, MacAddress claimant, bool oldLives)
    {
        if (oldLives && at.TimestampNs - gateway.ClaimedNs < DuplicateNs)
            return;
        var vlan = _context.VlanOf(at.Segment);
        var isListed = _context.Trust.IsGatewayMac(vlan, gateway.Mac) && !_context.Trust.IsUndecided(vlan, default, claimant);
        var confidence = isListed || (oldLives && gateway.Claims > 1) ? Confidence.Likely : Confidence.Possible;
        var severity = isListed ? Severity.High : confidence == Confidence.Likely ? Severity.Medium : Severity.Low;
        var suspect = _context.Hosts.Of(at.Segment, claimant, at.TimestampNs);
        var victim = _context.Hosts.Find(at.Segment, gateway.Mac);
        var subject = Judgement.Subject(address);
        if (_context.Incidents.CountRepeat(new(Info.Sid, suspect.Id, victim?.Id ?? 0, subject), severity, confidence, at))
            return;
        _context.Incidents.Raise(new Finding
        {
            Detector = Info,
            Severity = severity,
            Confidence = confidence,
            Suspect = suspect,
            Victim = victim == suspect ? null : victim,
            Subject = subject,
            At = at,
            Frames = Judgement.InOrder([gateway.FirstFrame, .. gateway.Trail.With(at)]),
            Summary = $"The gateway {address} was {gateway.Mac}, now {claimant} claims it"
                + (oldLives ? ", while the old one goes on speaking." : isListed ? ", which is not on the list of gateway MACs." : "."),
            RefutedBy = $"The router was replaced, or {claimant} is its second port.",
            NextSteps =
            [
                $"Ask the network's owner whether the gateway was replaced; look up {claimant} in the switches' MAC tables.",
                $"If not, shut its port and flush the ARP entry of {address} on the clients.",
                "If it was, list the new MAC under Trust:GatewayMacs.",
            ],
            Metadata = [new("gateway", address.ToString()), new("mac_before", gateway.Mac.ToString()), new("mac_now", claimant.ToString())],
        });
    }

    /// <summary>A gateway address and the MAC that had it first.</summary>
    private sealed class Gateway(MacAddress mac, FrameReference firstFrame)
    {
        public MacAddress Mac { get; } = mac;

        public FrameReference FirstFrame { get; } = firstFrame;

        public MacAddress? Claimant { get; private set; }

        public int Claims { get; private set; }

        public long ClaimedNs { get; private set; }

        public FrameTrail Trail { get; } = new();

        public void Claim(MacAddress claimant, in Sighting at)
        {
            if (Claimant == claimant && at.TimestampNs - ClaimedNs < DuplicateNs)
                return;
            if (Claimant != claimant)
                Claims = 0;
            Claimant = claimant;
            Claims++;
            ClaimedNs = at.TimestampNs;
            Trail.Add(at);
        }
    }
}
