using Sensor.Core.Observations;
using Sensor.Core.Wire;
using Sensor.Detection.Hosts;
using Sensor.Detection.Incidents;
using Sensor.Detection.Names;
using Sensor.Detection.Proxies;

namespace Sensor.Detection.Detectors;

/// <summary>Two different payloads came for the same place of a TCP stream.</summary>
public sealed class ResponseInjected : ICatalogedDetector, IObserve<PayloadContradicted>
{
    private readonly DetectionContext _context;

    private ResponseInjected(DetectionContext context) => _context = context;

    /// <inheritdoc/>
    public static DetectorInfo Info { get; } = new()
    {
        Id = "response-injected",
        Sid = 1404,
        Severity = Severity.High,
        Stage = Stage.Proxy,
        Techniques = ["T1557"],
        Title = "Two different payloads for the same place of a TCP stream",
        Attack = "Who sees a connection but does not carry it (man on the side) answers a request faster than the server, with the right "
            + "sequence numbers: the client takes the first answer and drops the true one. So a download is redirected without any proxy. "
            + "Who carries it (man in the middle) changes payloads in passing; a mirror port sees both versions.",
        Seen = "A segment of a watched stream (HTTP, also inside tunnels, SOCKS, SMB, LDAP, DNS) with other octets than an earlier one "
            + "from the same sequence number; both frames are evidence. Certain when both begin an HTTP response and came over different "
            + "MACs or with different TTLs. The suspect is the sender whose MAC is not the way the client's own packets go, or who is "
            + "suspected already; else the server's address.",
        Benign = "Retransmissions are equal. Keep-alive and window probes (one octet, perhaps garbage), segments with a wrong checksum, "
            + "copies of the mirror and segments cut by the capture are not compared. Both sides of a router that changes payloads (a "
            + "firewall's application gateway): the second copy comes from a router's MAC with a TTL one lower and is recorded as low and "
            + "possible.",
        Limits = "Only streams that the sensor reads, and of these the last eight segments of a direction; segments that overlap but do "
            + "not begin at the same number are compared only while earlier octets are missing. TLS streams are not watched so far.",
        Verify = "tshark -r FILE -o tcp.check_checksum:TRUE -Y 'tcp.analysis.retransmission or tcp.segment.overlap.conflict', then "
            + "compare the payloads, MACs and TTLs of the two frames named here.",
        Stop = "Find the port of the suspect's MAC and shut it. Treat what the client downloaded by this request as the attacker's. Use "
            + "TLS for what can be had by it.",
        References = ["RFC 9293 section 3.4", "MITRE ATT&CK T1557"],
    };

    /// <inheritdoc/>
    public static IDetector Create(DetectionContext context) => new ResponseInjected(context);

    /// <inheritdoc/>
    public void Subscribe(ObservationBus bus) => bus.Subscribe<PayloadContradicted>(this);

    /// <inheritdoc/>
    public void Observe(in Observed<PayloadContradicted> seen)
    {
        ref readonly var fact = ref seen.Fact;
        var areAnswers = fact.FirstStatus != 0 && fact.SecondStatus != 0;
        var otherMac = fact.FirstSourceMac != seen.At.SourceMac;
        var otherTtl = fact.FirstTtl != seen.At.Ttl;
        var isBehindRouter = otherMac && fact.FirstTtl - seen.At.Ttl == 1 && _context.Hosts.IsRouterMac(seen.At.Segment, seen.At.SourceMac);
        var suspicion = Suspected(in seen);
        var (severity, confidence) = suspicion is not null ? (Info.Severity, Confidence.Certain)
            : isBehindRouter ? (Severity.Low, Confidence.Possible)
            : areAnswers && (otherMac || otherTtl) ? (Info.Severity, Confidence.Certain)
            : (Info.Severity, Confidence.Likely);
        var suspect = suspicion?.Host ?? SenderOf(in seen, otherMac);
        var victim = _context.Hosts.ReceiverOf(seen.At);
        var subject = Judgement.Subject(seen.At.Source, seen.At.SourcePort);
        var key = new FindingKey(Info.Sid, suspect.Id, victim?.Id ?? 0, subject);
        if (suspect == victim || _context.Incidents.CountRepeat(key, severity, confidence, seen.At))
            return;
        var frames = Judgement.InOrder(
            [
                suspicion?.Frame ?? default, new FrameReference(seen.At.Origin, fact.RequestFrameNumber, fact.FirstTimestampNs),
                new FrameReference(fact.FirstOrigin, fact.FirstFrameNumber, fact.FirstTimestampNs), FrameReference.Of(seen.At),
            ]);
        _context.Incidents.Raise(new Finding
        {
            Detector = Info,
            Severity = severity,
            Confidence = confidence,
            Suspect = suspect,
            Victim = victim,
            Subject = subject,
            At = seen.At,
            Frames = frames,
            Summary = Summary(in seen, areAnswers, otherMac, otherTtl),
            RefutedBy = "A device on the way changes payloads on purpose, and the mirror shows both of its sides.",
            NextSteps =
            [
                "Compare the two frames: payload, source MAC, TTL, IP identification. The true server's other frames show which is which.",
                otherMac
                    ? $"Find the ports of {fact.FirstSourceMac} and {seen.At.SourceMac}."
                    : "The attacker is beyond the router that both frames came by, or forges its MAC.",
                $"Look at what {seen.At.Destination} did next: an address from a redirect, a program that was started.",
            ],
            Metadata =
            [
                new("first_source_mac", fact.FirstSourceMac.ToString()), new("second_source_mac", seen.At.SourceMac.ToString()),
                new("first_ttl", ((int)fact.FirstTtl).Text()), new("second_ttl", ((int)seen.At.Ttl).Text()),
                new("first_status", ((int)fact.FirstStatus).Text()), new("second_status", ((int)fact.SecondStatus).Text()),
            ],
        });
    }

    /// <summary>Of the two senders the one that is suspected already.</summary>
    private Suspicion? Suspected(in Observed<PayloadContradicted> seen)
    {
        if (seen.At.InTunnel || seen.Fact.FirstSourceMac == seen.At.SourceMac)
            return null;
        foreach (var mac in (ReadOnlySpan<MacAddress>)[seen.Fact.FirstSourceMac, seen.At.SourceMac])
        {
            if (!mac.IsNone && _context.Hosts.Find(seen.At.Segment, mac) is { } sender
                && Suspicion.Of(_context.Incidents, sender, Stage.Pac) is { } suspicion)
                return suspicion;
        }
        return null;
    }

    /// <summary>Of two MACs the one the client's packets do not go to; where there is one only, the server it claims to be.</summary>
    private Host SenderOf(in Observed<PayloadContradicted> seen, bool otherMac)
    {
        if (!otherMac || seen.At.InTunnel)
            return _context.Hosts.SenderOf(seen.At);
        var mac = seen.At.SourceMac == seen.Fact.ReturnMac ? seen.Fact.FirstSourceMac : seen.At.SourceMac;
        return _context.Hosts.Of(seen.At.Segment, mac, seen.At.TimestampNs);
    }

    private static string Summary(in Observed<PayloadContradicted> seen, bool areAnswers, bool otherMac, bool otherTtl)
    {
        ref readonly var fact = ref seen.Fact;
        var target = seen.Text(fact.Target);
        var what = areAnswers
            ? $"{seen.At.Destination} got two different answers from {seen.At.Source}:{((int)seen.At.SourcePort).Text()}"
                + (target.IsEmpty ? "" : $" to its request for {WireText.Printable(target)}")
                + $", status {((int)fact.FirstStatus).Text()} first and {((int)fact.SecondStatus).Text()} after"
            : $"Two different payloads of {fact.Length.Text()} octets came from {seen.At.Source}:{((int)seen.At.SourcePort).Text()} to "
                + $"{seen.At.Destination} for the same place of a stream";
        var how = otherMac ? $", from {fact.FirstSourceMac} and from {seen.At.SourceMac}" : "";
        var ttl = otherTtl ? $", with TTL {((int)fact.FirstTtl).Text()} and {((int)seen.At.Ttl).Text()}" : "";
        return $"{what}{how}{ttl}, {(seen.At.TimestampNs - fact.FirstTimestampNs) / 1000} µs apart: one of them was injected or changed.";
    }
}
