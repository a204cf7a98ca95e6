using Sensor.Core.Observations;
using Sensor.Core.Wire;
using Sensor.Detection.Hosts;
using Sensor.Detection.Incidents;
using Sensor.Detection.Leases;

namespace Sensor.Detection.Detectors;

/// <summary>A second DHCP server gives clients another router, DNS server or domain, or appears where others served before.</summary>
public sealed class RogueDhcpServer : ICatalogedDetector, IObserve<LeaseOffered>
{
    private const PlanParts Steering = PlanParts.Routers | PlanParts.Dns | PlanParts.Domain | PlanParts.SearchList;
    private const byte Offer = 2, Ack = 5;
    private const ulong Subject = 1202;

    private readonly DetectionContext _context;
    private readonly LeaseServerJudge _judge;

    private RogueDhcpServer(DetectionContext context)
    {
        _context = context;
        _judge = new LeaseServerJudge(context);
    }

    /// <inheritdoc/>
    public static DetectorInfo Info { get; } = new()
    {
        Id = "rogue-dhcp-server",
        Sid = 1202,
        Severity = Severity.High,
        Stage = Stage.Lure,
        Techniques = ["T1557.003"],
        Title = "A DHCP server that is not this network's hands out leases",
        Attack = "Whoever answers a DHCP question first decides the client's router, DNS servers and domain. An attacker names "
            + "himself as one of them and gets the client's traffic or its name questions.",
        Seen = "All servers' answers to one transaction (xid and client): another router, DNS server or domain in the second answer "
            + "is high. Which of the two is the rogue: who answers as another from a foreign MAC, who asked for a lease like a "
            + "workstation, who came after others had served, who names itself where the other names a third. Further a server never "
            + "seen before beside a settled one (medium), one that is not on the operator's list, one on a workstation, and one "
            + "whose lease of under a minute names 0.0.0.0 as DNS server.",
        Benign = "Fail-over pairs give equal plans; relays are told apart by giaddr; ProxyDHCP/PXE servers give no lease and no plan; "
            + "a server that overrides its identifier behind a relay is one server. Two networks glued in one file (another subnet, "
            + "long gap) are recorded as possible.",
        Limits = "OFFER and ACK are often unicast: without a mirror port only broadcast answers are seen. A rogue that is alone in "
            + "the capture looks like the network's own server, unless it is a workstation or the servers are listed under "
            + "Trust:DhcpServers.",
        Verify = "tshark -r FILE -Y 'dhcp.option.dhcp==2 or dhcp.option.dhcp==5' -T fields -e frame.number -e eth.src -e ip.src -e "
            + "dhcp.option.dhcp_server_id -e dhcp.option.router -e dhcp.option.domain_name_server -e dhcp.id lists who answers what. "
            + "On a client: ipconfig /all or nmcli shows its server.",
        Stop = "Find the server's MAC in the switch and shut the port; turn on DHCP snooping with only uplinks trusted. Then let "
            + "clients renew (ipconfig /release, /renew), since they keep a rogue lease until it ends.",
        References = ["RFC 2131", "RFC 3118", "MITRE ATT&CK T1557.003"],
    };

    /// <inheritdoc/>
    public static IDetector Create(DetectionContext context) => new RogueDhcpServer(context);

    /// <inheritdoc/>
    public void Subscribe(ObservationBus bus) => bus.Subscribe<LeaseOffered>(this);

    /// <inheritdoc/>
    public void Observe(in Observed<LeaseOffered> seen)
    {
        if (seen.At.InTunnel || seen.Fact.MessageType is not (Offer or Ack))
            return;
        ref readonly var exchange = ref _context.Leases.Current;
        // A ProxyDHCP server offers boot files without an address; it steers nothing.
        if ((exchange.Plan.Given & Steering) == 0)
            return;
        var impersonated = LeaseServerJudge.Impersonated(in exchange, seen.At);
        if (exchange.Other is { } other && (exchange.Contradicts & Steering) != 0)
        {
            TellContradiction(in seen, in exchange, other, impersonated);
            return;
        }
        if (!_judge.IsTrusted(exchange.Server, impersonated is not null))
            TellNewcomer(in seen, in exchange, impersonated);
    }

    private void TellContradiction(in Observed<LeaseOffered> seen, in LeaseExchange exchange, LeaseServer other, LeaseServer? impersonated)
    {
        if (_judge.IsTrusted(other, false) && _judge.IsTrusted(exchange.Server, impersonated is not null))
            return;
        var rogue = _judge.Rogue(in exchange, seen.At, impersonated);
        var differs = exchange.Contradicts & Steering;
        var onlyNames = (differs & (PlanParts.Routers | PlanParts.Dns)) == 0;
        var confidence = rogue.Points >= ServerCase.Clear ? Confidence.Certain
            : rogue.IsDraw ? Confidence.Possible : Confidence.Likely;
        var severity = (onlyNames || rogue.IsDraw) && rogue.Points < ServerCase.Clear ? Severity.Medium : Severity.High;
        var (rogueServer, trueServer) = rogue.Server == other ? (other, exchange.Server) : (exchange.Server, other);
        var (roguePlan, truePlan) = rogue.Server == other ? (exchange.OtherPlan, exchange.Plan) : (exchange.Plan, exchange.OtherPlan);
        if (IsRepeat(in seen, in rogue, severity, confidence))
            return;
        var summary = $"Two DHCP servers answered {seen.Fact.ClientMac}: {Shown(rogueServer)} gives {Shown(roguePlan)}, "
            + $"{Shown(trueServer)} gives {Shown(truePlan)}. "
            + (rogue.IsDraw ? "What they say does not tell which is the rogue; the first is named" : "The first is taken for the rogue")
            + (rogue.Reasons.Length > 0 ? $": {rogue.Reasons}." : ", because it was seen later.");
        Raise(in seen, rogue, severity, confidence, summary, Judgement.InOrder(
            exchange.HasQuestion ? FrameReference.Of(exchange.Question) : default, FrameReference.Of(exchange.OtherAnswer),
                FrameReference.Of(seen.At)));
    }

    private void TellNewcomer(in Observed<LeaseOffered> seen, in LeaseExchange exchange, LeaseServer? impersonated)
    {
        var server = exchange.Server;
        var settled = server.AnsweredByOthersBefore >= LeaseServerJudge.Settled ? _judge.SettledBeside(server, seen.At) : null;
        var isThief = impersonated is not null && _judge.IdentityThief(server, impersonated, seen.At) == server;
        var found = _judge.Weigh(server, settled, isThief ? impersonated : null, seen.At);
        var differs = settled is not null && (server.Plan.DifferencesFrom(settled.Plan) & Steering) != 0;
        var isForeign = server.AnsweredByOthersBefore >= LeaseServerJudge.Settled && settled is null;
        var strong = found.Points - (server.AnsweredByOthersBefore >= LeaseServerJudge.Settled ? 2 : 0) >= 3;
        if (!strong && !differs && !isForeign)
            return;
        var confidence = strong || differs ? Confidence.Likely : Confidence.Possible;
        var severity = strong && (differs || found.Points >= 5) ? Severity.High : confidence == Confidence.Likely ? Severity.Medium
            : Severity.Low;
        if (IsRepeat(in seen, in found, severity, confidence))
            return;
        var summary = $"The DHCP server {Shown(server)} gives {seen.Fact.ClientMac} {Shown(exchange.Plan)}"
            + (settled is null ? "" : $", where {Shown(settled)} served before")
            + (found.Reasons.Length > 0 ? $": {found.Reasons}." : ".");
        Raise(in seen, found, severity, confidence, summary, Judgement.InOrder(
            exchange.HasQuestion ? FrameReference.Of(exchange.Question) : default, settled?.FirstFrame ?? default,
                FrameReference.Of(seen.At)));
    }

    /// <summary>Counts what was told already: a server that answers all day is found with every answer, and told once a client.</summary>
    private bool IsRepeat(in Observed<LeaseOffered> seen, in ServerCase rogue, Severity severity, Confidence confidence)
    {
        var victim = VictimOf(in seen, in rogue, confidence);
        return _context.Incidents.CountRepeat(new(Info.Sid, rogue.Host.Id, victim?.Id ?? 0, Subject), severity, confidence, seen.At);
    }

    private Host? VictimOf(in Observed<LeaseOffered> seen, in ServerCase rogue, Confidence confidence)
    {
        if (!seen.Fact.RelayAddress.IsUnspecified || confidence <= Confidence.Possible)
            return null;
        var client = _context.Hosts.Of(seen.At.Segment, seen.Fact.ClientMac, seen.At.TimestampNs);
        return client == rogue.Host ? null : client;
    }

    private void Raise(
        in Observed<LeaseOffered> seen, in ServerCase rogue, Severity severity, Confidence confidence, string summary,
        System.Collections.Immutable.ImmutableArray<FrameReference> frames)
    {
        _context.Incidents.Raise(new Finding
        {
            Detector = Info,
            Severity = severity,
            Confidence = confidence,
            Suspect = rogue.Host,
            Victim = VictimOf(in seen, in rogue, confidence),
            Subject = Subject,
            At = seen.At,
            Frames = frames,
            Summary = summary,
            RefutedBy = "Both servers are the site's own, and the difference between their plans is meant.",
            NextSteps =
            [
                $"Look up {rogue.Server.Mac} in the switches' MAC tables; ask whether {rogue.Server.Identifier} is a DHCP server of the site.",
                "If not, shut its port and let the clients renew their leases.",
                "List the site's servers under Trust:DhcpServers and turn on DHCP snooping.",
            ],
            Metadata =
            [
                new("server_identifier", rogue.Server.Identifier.ToString()), new("server_mac", rogue.Server.Mac.ToString()),
                new("router", rogue.Server.Plan.FirstRouter.ToString()), new("dns_server", rogue.Server.Plan.FirstDns.ToString()),
            ],
        });
    }

    private static string Shown(LeaseServer server) =>
        Wording.Pair(server.Identifier.IsUnspecified ? server.Source : server.Identifier, server.Mac);

    private static string Shown(in AddressPlan plan) =>
        $"router {OrNone(plan.FirstRouter)}, DNS {OrNone(plan.FirstDns)}";

    private static string OrNone(IpAddress address) => address.IsUnspecified ? "none" : address.ToString();
}
