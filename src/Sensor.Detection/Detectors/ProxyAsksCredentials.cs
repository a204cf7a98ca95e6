using Sensor.Core.Observations;
using Sensor.Core.Wire;
using Sensor.Detection.Incidents;
using Sensor.Detection.Names;
using Sensor.Detection.Proxies;

namespace Sensor.Detection.Detectors;

/// <summary>A proxy that is not the site's demands credentials.</summary>
public sealed class ProxyAsksCredentials : ICatalogedDetector, IObserve<HttpAnswered>
{
    private const ushort ProxyAuthenticationRequired = 407, Unauthorized = 401;

    private readonly DetectionContext _context;

    private ProxyAsksCredentials(DetectionContext context) => _context = context;

    /// <inheritdoc/>
    public static DetectorInfo Info { get; } = new()
    {
        Id = "proxy-asks-credentials",
        Sid = 1402,
        Severity = Severity.High,
        Stage = Stage.Credentials,
        Techniques = ["T1187"],
        Title = "A proxy that is not the site's demands credentials",
        Attack = "A client answers the demand of its own proxy without asking anybody: with NTLM its user's hash, to crack or to relay to "
            + "a server; with Basic, after a password dialogue that looks like the system's, the password itself.",
        Seen = "Status 407 with a challenge, and for a suspect's proxy also 401 in answer to a request in absolute form or inside its "
            + "reach. Certain when the proxy's host, or who sent the client there, lured.",
        Benign = "Trusted proxies; a proxy of several clients before any lure (corporate proxies with NTLM or Kerberos). A proxy nothing "
            + "is known of is recorded as low and possible. A 401 that an honest proxy passes on is not counted.",
        Limits = "Only the demand; credentials-exposed tells whether it was met. Nothing inside TLS.",
        Verify = "tshark -r FILE -Y 'http.response.code==407' -T fields -e frame.number -e ip.src -e ip.dst -e http.proxy_authenticate; "
            + "then 'ntlmssp.messagetype==3' for the answers.",
        Stop = "Cut the proxy off; change the passwords of users who answered; restrict outgoing NTLM by policy; demand SMB and LDAP "
            + "signing so that hashes cannot be relayed.",
        References = ["RFC 9110 section 15.5.8", "[MS-NLMP]", "MITRE ATT&CK T1187"],
    };

    /// <inheritdoc/>
    public static IDetector Create(DetectionContext context) => new ProxyAsksCredentials(context);

    /// <inheritdoc/>
    public void Subscribe(ObservationBus bus) => bus.Subscribe<HttpAnswered>(this);

    /// <inheritdoc/>
    public void Observe(in Observed<HttpAnswered> seen)
    {
        if (seen.Fact.Status is not (ProxyAuthenticationRequired or Unauthorized) || seen.Fact.AuthenticationSchemes.IsEmpty)
            return;
        var isProxys = seen.Fact.Status == ProxyAuthenticationRequired;
        var asked = ClientsView(seen.At);
        var record = _context.Proxies.Find(asked.Segment, asked.Destination);
        if (record is null || (!isProxys && !RequestTarget.TryReadAbsolute(seen.Text(seen.Fact.Target), out _)))
            return;
        var verdict = ProxyJudge.Judge(_context, record, asked);
        if (verdict.Suspect is null || (!isProxys && !verdict.IsLured))
            return;
        var (severity, confidence) = verdict.IsLured ? (Severity.High, verdict.Confidence)
            : verdict.Severity == Severity.Medium ? (Severity.High, Confidence.Likely) : (Severity.Low, Confidence.Possible);
        Raise(in seen, verdict, severity, confidence);
    }

    /// <summary>The packet turned around: what the client sent, for judging where it went.</summary>
    internal static Sighting ClientsView(in Sighting at) => at with
    {
        Source = at.Destination,
        Destination = at.Source,
        SourcePort = at.DestinationPort,
        DestinationPort = at.SourcePort,
        SourceMac = at.DestinationMac,
        DestinationMac = at.SourceMac,
    };

    private void Raise(in Observed<HttpAnswered> seen, in ProxyVerdict verdict, Severity severity, Confidence confidence)
    {
        var victim = _context.Hosts.ReceiverOf(seen.At);
        var subject = Judgement.Subject(seen.At.Source, seen.Fact.Status);
        if (_context.Incidents.CountRepeat(new(Info.Sid, verdict.Suspect!.Id, victim?.Id ?? 0, subject), severity, confidence, seen.At))
            return;
        var schemes = WireText.Printable(seen.Text(seen.Fact.AuthenticationSchemes));
        var proxy = Wording.Pair(seen.At.Source, seen.At.SourceMac);
        _context.Incidents.Raise(new Finding
        {
            Detector = Info,
            Severity = severity,
            Confidence = confidence,
            Suspect = verdict.Suspect,
            Victim = victim,
            Subject = subject,
            At = seen.At,
            Frames = Judgement.InOrder(
            [
                .. verdict.Because,
                new FrameReference(seen.At.Origin, seen.Fact.RequestFrameNumber, seen.Fact.FirstTimestampNs),
                new FrameReference(seen.At.Origin, seen.Fact.FirstFrameNumber, seen.Fact.FirstTimestampNs), FrameReference.Of(seen.At),
            ]),
            Summary = $"The proxy {proxy} answered {seen.At.Destination} with status {((int)seen.Fact.Status).Text()} and asks for "
                + $"{schemes} credentials: {verdict.Reason}.",
            RefutedBy = "The proxy is run by the site and asks everybody.",
            NextSteps =
            [
                $"See whether {seen.At.Destination} answered (credentials-exposed); if so change that user's password now.",
                $"Cut {seen.At.Source} off if nobody runs it on purpose; if it is yours, list it under Trust:Proxies.",
            ],
            Metadata = [new("http_status", ((int)seen.Fact.Status).Text()), new("auth_schemes", schemes)],
        });
    }
}
