using Sensor.Core.Observations;
using Sensor.Core.Wire;
using Sensor.Detection.Bounds;
using Sensor.Detection.Hosts;
using Sensor.Detection.Incidents;

namespace Sensor.Detection.Detectors;

/// <summary>A host that is no router forwards packets between two others: somebody is in the middle now.</summary>
public sealed class RelayedFrames : ICatalogedDetector, IObserve<PacketRelayed>
{
    /// <summary>Forwarding MACs watched.</summary>
    private const int RelayCapacity = 4096;

    private readonly DetectionContext _context;
    private readonly RecentTable<(int Segment, MacAddress Mac), Relay> _relays = new(RelayCapacity);

    private readonly RelayedFramesSettings _settings;

    private RelayedFrames(DetectionContext context)
    {
        _context = context;
        _settings = context.Settings(Info.Id, new RelayedFramesSettings());
    }

    /// <inheritdoc/>
    public static DetectorInfo Info { get; } = new()
    {
        Id = "relayed-frames",
        Sid = 1604,
        Severity = Severity.High,
        Stage = Stage.Lure,
        Techniques = ["T1557"],
        Title = "A host that is no router forwards packets between two others",
        Attack = "After ARP, ND, DHCP or redirect spoofing the victim's packets go to the attacker, who passes them on to the true "
            + "gateway, and the answers back. Seen from the switch each packet passes twice. This is the interception itself, not "
            + "the attempt.",
        Seen = "One packet twice within a second: first to the relay's MAC, then from it, with the TTL one lower or the same. Three "
            + "packets or more, and a reason why the relay should not: it is already suspected; it got its address by DHCP; both "
            + "ends are neighbours on this link, so nobody need forward between them; or one side is the true gateway and the other "
            + "its own neighbour.",
        Benign = "A router seen on both sides by the mirror port (it is the gateway of leases or router advertisements, sends by a "
            + "virtual MAC, or uses different MACs on its two sides) is quiet, as are copies the mirror makes (same MACs and TTL). "
            + "Trusted routers are never accused. Private VLANs with a local proxy ARP gateway are that router.",
        Limits = "Needs a mirror port that shows both the victim's and the attacker's frames. A relay that rewrites connections (a "
            + "proxy) sends no copies. An attacker that is the DHCP-named gateway is found by rogue-dhcp-server, not here.",
        Verify = "tshark -r FILE -Y 'ip.id==ID' -T fields -e frame.number -e eth.src -e eth.dst -e ip.ttl for a packet of the "
            + "evidence shows both passes. traceroute from the victim shows one hop too many; its ARP cache shows whose MAC stands "
            + "for the gateway.",
        Stop = "Shut the relay's switch port at once: traffic is being read now. Flush ARP and neighbour caches on the victims, then "
            + "change passwords and end sessions of the time since. Keep the relay powered for forensics.",
        References = ["MITRE ATT&CK T1557", "RFC 1812 section 5.2"],
    };

    /// <inheritdoc/>
    public static IDetector Create(DetectionContext context) => new RelayedFrames(context);

    /// <inheritdoc/>
    public void Subscribe(ObservationBus bus) => bus.Subscribe<PacketRelayed>(this);

    /// <inheritdoc/>
    public void Observe(in Observed<PacketRelayed> seen)
    {
        ref readonly var at = ref seen.At;
        ref readonly var fact = ref seen.Fact;
        var mac = at.SourceMac;
        if (at.InTunnel || mac.IsNone || mac.IsVirtualRouter || fact.FirstDestinationMac != mac || mac == fact.FirstSourceMac)
            return;
        if (_context.Trust.IsRouter(_context.VlanOf(at.Segment), default, mac) || at.DestinationMac == fact.FirstSourceMac)
            return;
        if (!_relays.TryGet((at.Segment, mac), out var relay))
            _relays.Set((at.Segment, mac), relay = new Relay());
        relay.Note(in seen);
        var host = _context.Hosts.Of(at.Segment, mac, at.TimestampNs);
        if (relay.Packets < _settings.EnoughPackets)
            return;
        var (confidence, reason) = Judge(in seen, host);
        if (reason is null)
            return;
        Raise(in seen, host, relay, confidence, reason);
    }

    private (Confidence Confidence, string? Reason) Judge(in Observed<PacketRelayed> seen, Host relay)
    {
        ref readonly var at = ref seen.At;
        if (_context.IsLuring(relay, Info.Sid, Info.Sid))
            return (Confidence.Certain, "it is already suspected of drawing traffic to itself");
        if (IsGateway(at.Segment, at.SourceMac))
            return default;
        if (relay.IsWorkstation
            || (relay.Is(HostRoles.DhcpClient)
            && !_context.Leases.Of(at.Segment).Routers.Any(named => relay.Addresses.Contains(named.Value))))
            return (Confidence.Likely, "it got its address by DHCP like a workstation");
        var source = _context.Hosts.BindingOf(at.Segment, at.Source);
        var destination = _context.Hosts.BindingOf(at.Segment, at.Destination);
        var fromNeighbour = source.Mac == seen.Fact.FirstSourceMac;
        var toNeighbour = destination.Mac == at.DestinationMac;
        if (at.Source.IsNear(at.Destination) && (fromNeighbour || toNeighbour))
            return (Confidence.Likely, "both ends are neighbours on this link and need nobody between them");
        if (fromNeighbour && IsGateway(at.Segment, at.DestinationMac))
            return (Confidence.Likely, $"it passes them to the true gateway {at.DestinationMac}, which the sender could reach itself");
        if (toNeighbour && IsGateway(at.Segment, seen.Fact.FirstSourceMac))
            return (Confidence.Likely, $"the true gateway {seen.Fact.FirstSourceMac} could reach the receiver itself");
        return (Confidence.Possible, "it is not known as a router");
    }

    /// <summary>
    /// Whether the MAC is that of a router named by DHCP or advertised; many sources alone do not make one, a relay has them too.
    /// </summary>
    private bool IsGateway(int segment, MacAddress mac)
    {
        if (mac.IsVirtualRouter)
            return true;
        foreach (var router in _context.Leases.Of(segment).Routers)
        {
            if (_context.Hosts.BindingOf(segment, router.Value).Mac == mac)
                return true;
        }
        return _context.Hosts.Find(segment, mac) is { } host && host.Is(HostRoles.Router) && !_context.IsLuring(host, Info.Sid, Info.Sid)
            && !host.Is(HostRoles.DhcpClient) && !_relays.Contains((segment, mac));
    }

    private void Raise(in Observed<PacketRelayed> seen, Host relay, Relay evidence, Confidence confidence, string reason)
    {
        ref readonly var at = ref seen.At;
        var victim = VictimOf(in seen, relay);
        var severity = confidence == Confidence.Possible ? Severity.Low : Info.Severity;
        const ulong Subject = 1604;
        if (_context.Incidents.CountRepeat(new(Info.Sid, relay.Id, victim?.Id ?? 0, Subject), severity, confidence, at))
            return;
        _context.Incidents.Raise(new Finding
        {
            Detector = Info,
            Severity = severity,
            Confidence = confidence,
            Suspect = relay,
            Victim = victim,
            Subject = Subject,
            At = at,
            Frames = evidence.Trail.With(at),
            Summary = $"{at.SourceMac} forwards packets between {at.Source} and {at.Destination} "
                + $"({evidence.Packets.Text()} seen on both sides): {reason}.",
            RefutedBy = $"{at.SourceMac} is a router, firewall or bridge that the site put between them.",
            NextSteps =
            [
                $"Find the switch port of {at.SourceMac} and shut it if it is no router of yours: traffic is being read now.",
                $"On {victim?.Shown() ?? "the victim"} compare the gateway's MAC in the ARP or neighbour cache with the true one.",
                "If it is a router, list its MAC under Trust:Routers.",
            ],
            Metadata =
            [
                new("relay_mac", at.SourceMac.ToString()), new("first_ttl", ((int)seen.Fact.FirstTtl).Text()),
                    new("relayed_ttl", ((int)at.Ttl).Text()),
            ],
        });
    }

    /// <summary>The end of the packet that is on this link, a client rather than a gateway.</summary>
    private Host? VictimOf(in Observed<PacketRelayed> seen, Host relay)
    {
        ref readonly var at = ref seen.At;
        var first = IsGateway(at.Segment, seen.Fact.FirstSourceMac) || !OnLink(at.Segment, at.Source, seen.Fact.FirstSourceMac)
            ? null : _context.Hosts.Find(at.Segment, at.Source);
        var last = OnLink(at.Segment, at.Destination, at.DestinationMac) ? _context.Hosts.Find(at.Segment, at.Destination) : null;
        var victim = first ?? last;
        return victim == relay ? null : victim;
    }

    private bool OnLink(int segment, IpAddress address, MacAddress mac) => _context.Hosts.BindingOf(segment, address).Mac == mac;

    /// <summary>What one MAC forwarded.</summary>
    private sealed class Relay
    {
        private (ushort Origin, long Number) _first;

        public int Packets { get; private set; }

        public FrameTrail Trail { get; } = new();

        public void Note(in Observed<PacketRelayed> seen)
        {
            ref readonly var fact = ref seen.Fact;
            if (_first == (fact.FirstOrigin, fact.FirstFrameNumber))
                return;
            _first = (fact.FirstOrigin, fact.FirstFrameNumber);
            Packets++;
            Trail.Add(new FrameReference(fact.FirstOrigin, fact.FirstFrameNumber, fact.FirstTimestampNs));
            Trail.Add(seen.At);
        }
    }
}
