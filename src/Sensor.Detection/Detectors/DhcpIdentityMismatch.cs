using Sensor.Core.Observations;
using Sensor.Detection.Hosts;
using Sensor.Detection.Incidents;

namespace Sensor.Detection.Detectors;

/// <summary>A DHCP server's identifier, source address and MAC disagree with each other or with the past.</summary>
public sealed class DhcpIdentityMismatch : ICatalogedDetector, IObserve<LeaseOffered>
{
    private readonly DetectionContext _context;
    private readonly LeaseServerJudge _judge;

    private DhcpIdentityMismatch(DetectionContext context)
    {
        _context = context;
        _judge = new LeaseServerJudge(context);
    }

    /// <inheritdoc/>
    public static DetectorInfo Info { get; } = new()
    {
        Id = "dhcp-identity-mismatch",
        Sid = 1204,
        Severity = Severity.Medium,
        Stage = Stage.Lure,
        Techniques = ["T1557.003"],
        Title = "A DHCP answer bears another server's identity",
        Attack = "To slip past lists of allowed servers an attacker answers with the true server's address as IP source and "
            + "identifier; only his MAC is his own.",
        Seen = "Two MACs answer with one server identifier on one link; the source address of an answer belongs to another MAC, by "
            + "what traffic, ARP or a lease has shown; or the identifier is another host's. Likely when the true owner is alive, "
            + "certain when both answered one transaction.",
        Benign = "Relay agents (giaddr), packets that were routed (their MAC is a router's), VRRP and HSRP MACs, two ports of one "
            + "machine, server identifier override behind a relay. An identifier that merely differs from the source address is "
            + "recorded as low and possible: servers with several addresses do that.",
        Limits = "Needs to have seen the true server's MAC, before or after. An attacker who forges the MAC as well is for the switch "
            + "to find (port security).",
        Verify = "tshark -r FILE -Y 'dhcp.type==2' -T fields -e frame.number -e eth.src -e ip.src -e dhcp.option.dhcp_server_id -e "
            + "ip.ttl -e ip.id; and tshark -r FILE -Y 'arp.src.proto_ipv4==SERVER' for its true MAC.",
        Stop = "Find the foreign MAC in the switch and shut the port; DHCP snooping stops server messages from access ports whatever "
            + "identity they bear.",
        References = ["RFC 2131 section 4.3", "RFC 5107", "MITRE ATT&CK T1557.003"],
    };

    /// <inheritdoc/>
    public static IDetector Create(DetectionContext context) => new DhcpIdentityMismatch(context);

    /// <inheritdoc/>
    public void Subscribe(ObservationBus bus) => bus.Subscribe<LeaseOffered>(this);

    /// <inheritdoc/>
    public void Observe(in Observed<LeaseOffered> seen)
    {
        ref readonly var at = ref seen.At;
        ref readonly var fact = ref seen.Fact;
        if (at.InTunnel || at.SourceMac.IsNone || !fact.RelayAddress.IsUnspecified || fact.HasRelayInformation)
            return;
        if (at.SourceMac.IsVirtualRouter || at.Ttl is not (64 or 128 or 255 or 32 or 16 or 1))
            return;
        ref readonly var exchange = ref _context.Leases.Current;
        var suspect = _judge.HostOf(exchange.Server, at);
        if (LeaseServerJudge.Impersonated(in exchange, at) is { } other)
        {
            var thief = _judge.IdentityThief(exchange.Server, other, at);
            var rogue = thief ?? exchange.Server;
            var both = exchange.Other == other || other.LastFrame.TimestampNs > exchange.Server.FirstFrame.TimestampNs;
            var owner = _context.Hosts.BindingOf(at.Segment, exchange.Server.Identifier);
            var confidence = thief is null ? Confidence.Possible : exchange.Other == other ? Confidence.Certain
                : both || owner.ByTraffic ? Confidence.Likely : Confidence.Possible;
            var accused = _judge.HostOf(rogue, at);
            var howBad = thief is null ? Severity.Low : Severity.Medium;
            if (IsRepeat(in seen, accused, howBad, confidence))
                return;
            Raise(in seen, accused, howBad, confidence,
                $"{rogue.Mac} answers as the server {rogue.Identifier}, which is also at {(rogue == other ? exchange.Server.Mac : other.Mac)}"
                    + (thief is null ? "; nothing tells which of the two is the true one" : ""), other.LastFrame);
            return;
        }
        var source = _context.Hosts.BindingOf(at.Segment, at.Source);
        if (IsForeign(source, at))
        {
            var howSure = source.ByTraffic || source.ByLease ? Confidence.Likely : Confidence.Possible;
            if (IsRepeat(in seen, suspect, Severity.Medium, howSure))
                return;
            Raise(in seen, suspect, Severity.Medium, howSure,
                $"the answer comes from {at.SourceMac}, but its source address {at.Source} belongs to {source.Mac}", source.FirstFrame);
            return;
        }
        if (fact.ServerIdentifier.IsUnspecified || fact.ServerIdentifier == at.Source)
            return;
        var named = _context.Hosts.BindingOf(at.Segment, fact.ServerIdentifier);
        var isOthers = IsForeign(named, at) && named.ByTraffic && !_context.Hosts.IsRouterMac(at.Segment, at.SourceMac);
        var (severity, sure) = isOthers ? (Severity.Medium, Confidence.Likely) : (Severity.Low, Confidence.Possible);
        if (IsRepeat(in seen, suspect, severity, sure))
            return;
        Raise(in seen, suspect, severity, sure,
            $"the answer comes from {at.Source}, but names {fact.ServerIdentifier} as the server"
                + (isOthers ? $", which is at {named.Mac}" : "; servers with several addresses do that"),
            isOthers ? named.FirstFrame : default);
    }

    private static bool IsForeign(Binding binding, in Sighting at) =>
        binding.IsCurrent(at) && binding.Mac != at.SourceMac && !binding.Mac.IsVirtualRouter && !binding.Mac.IsSiblingOf(at.SourceMac);

    /// <summary>Whether there is nothing new to tell: asked before the sentence is made, because a busy server's every answer comes here.</summary>
    private bool IsRepeat(in Observed<LeaseOffered> seen, Host suspect, Severity severity, Confidence confidence) =>
        _judge.IsTrusted(_context.Leases.Current.Server, hasForeignNamesake: true)
        || _context.Incidents.CountRepeat(
            new(Info.Sid, suspect.Id, 0, Judgement.Subject(seen.Fact.ServerIdentifier)), severity, confidence, seen.At);

    private void Raise(in Observed<LeaseOffered> seen, Host suspect, Severity severity, Confidence confidence, string what,
        FrameReference because)
    {
        ref readonly var at = ref seen.At;
        var subject = Judgement.Subject(seen.Fact.ServerIdentifier);
        _context.Incidents.Raise(new Finding
        {
            Detector = Info,
            Severity = severity,
            Confidence = confidence,
            Suspect = suspect,
            Subject = subject,
            At = at,
            Frames = Judgement.InOrder(because, FrameReference.Of(at)),
            Summary = $"A DHCP answer to {seen.Fact.ClientMac} does not fit its sender: {what}.",
            RefutedBy = "Both MACs or addresses are one server's, or a relay or proxy stands between.",
            NextSteps =
            [
                $"Look up {at.SourceMac} in the switches' MAC tables and compare it with the server's own MAC.",
                "List the site's servers by MAC under Trust:DhcpServers and turn on DHCP snooping.",
            ],
            Metadata = [new("server_identifier", seen.Fact.ServerIdentifier.ToString()), new("source_mac", at.SourceMac.ToString())],
        });
    }
}
