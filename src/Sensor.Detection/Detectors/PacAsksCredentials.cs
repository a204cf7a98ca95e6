using Sensor.Core.Observations;
using Sensor.Detection.Incidents;
using Sensor.Detection.Names;
using Sensor.Detection.Pac;

namespace Sensor.Detection.Detectors;

/// <summary>A PAC request is answered with a demand for credentials.</summary>
public sealed class PacAsksCredentials : ICatalogedDetector, IObserve<HttpAnswered>
{
    private readonly DetectionContext _context;
    private readonly PacServerJudge _judge;

    private PacAsksCredentials(DetectionContext context)
    {
        _context = context;
        _judge = context.PacServers;
    }

    /// <inheritdoc/>
    public static DetectorInfo Info { get; } = new()
    {
        Id = "pac-asks-credentials",
        Sid = 1308,
        Severity = Severity.High,
        Stage = Stage.Credentials,
        Techniques = ["T1187"],
        Title = "A PAC request is answered with a demand for credentials",
        Attack = "Programs fetch the PAC by themselves, without a person watching. A poisoner that answers the fetch with 401 or 407 "
            + "and a challenge for NTLM or Negotiate is handed the user's hash at once, to crack or to relay; with Basic even the "
            + "password.",
        Seen = "Status 401 or 407 with NTLM, Negotiate, Kerberos, Basic or Digest in answer to a request for /wpad.dat, any *.pac, or "
            + "to a host named wpad.",
        Benign = "A web server that protects its whole site, with the PAC by mistake among it: the PAC then works for nobody, since "
            + "clients do not log in for it. A challenge from the explicit proxy through which the PAC was requested is not counted. "
            + "Servers that everybody depends on (resolver, DHCP server, router) and that nobody suspects are recorded as possible.",
        Limits = "Only the demand is seen here; whether credentials were handed over is told by credentials-exposed. Nothing over TLS.",
        Verify = "tshark -r FILE -Y '(http.response.code==401 or http.response.code==407) and (http.www_authenticate or "
            + "http.proxy_authenticate)'; then tshark -r FILE -Y 'ntlmssp.messagetype==3' shows who answered the challenge.",
        Stop = "Cut the server off. Change the passwords of users who answered. Install MS16-077 or later (no automatic credentials "
            + "for PAC), restrict outgoing NTLM by policy, demand SMB and LDAP signing so that hashes cannot be relayed, turn off "
            + "proxy auto-detection.",
        References = ["MITRE ATT&CK T1187", "MS16-077 (CVE-2016-3213, CVE-2016-3236)", "RFC 9110 section 11", "[MS-NLMP]"],
    };

    /// <inheritdoc/>
    public static IDetector Create(DetectionContext context) => new PacAsksCredentials(context);

    /// <inheritdoc/>
    public void Subscribe(ObservationBus bus)
    {
        _judge.Subscribe(bus);
        bus.Subscribe<HttpAnswered>(this);
    }

    /// <inheritdoc/>
    public void Observe(in Observed<HttpAnswered> seen)
    {
        if (seen.Fact.Status is not (401 or 407) || seen.Fact.AuthenticationSchemes.IsEmpty)
            return;
        var exchange = new PacExchange(in seen);
        if (exchange.IsThroughProxy || !(PacRecognition.AsksForPac(exchange.Target) || PacRecognition.IsWpadName(exchange.Host)))
            return;
        if (_judge.IsTrusted(in exchange, null))
            return;
        var server = _context.Hosts.SenderOf(seen.At);
        var verdict = _judge.Judge(server, in exchange);
        var confidence = verdict.Confidence > Confidence.Possible ? verdict.Confidence
            : server.IsInfrastructure ? Confidence.Possible : Confidence.Likely;
        var severity = confidence == Confidence.Possible ? Severity.Medium : Info.Severity;
        var victim = _context.Hosts.ReceiverOf(seen.At);
        const ulong Subject = 1308;
        if (_context.Incidents.CountRepeat(new(Info.Sid, server.Id, victim?.Id ?? 0, Subject), severity, confidence, seen.At))
            return;
        var schemes = WireText.Printable(seen.Text(seen.Fact.AuthenticationSchemes));
        _context.Incidents.Raise(new Finding
        {
            Detector = Info,
            Severity = severity,
            Confidence = confidence,
            Suspect = server,
            Victim = victim,
            Subject = Subject,
            At = seen.At,
            Frames = Judgement.InOrder([verdict.Because, .. exchange.Frames]),
            Summary = $"{Wording.Pair(seen.At.Source, seen.At.SourceMac)} answered the request of "
                + $"{seen.At.Destination} for {exchange.Url} with "
                + $"status {((int)seen.Fact.Status).Text()} and asks for {schemes} credentials.",
            RefutedBy = "The server is the site's own, and its PAC lies behind a log-in by mistake.",
            NextSteps =
            [
                $"See whether {seen.At.Destination} sent credentials in the next request; if so change that user's password now.",
                $"Find {seen.At.Source} and cut it off if nobody runs it on purpose.",
            ],
            Metadata = [new("pac_url", exchange.Url), new("http_status", ((int)seen.Fact.Status).Text()), new("auth_schemes", schemes)],
        });
    }
}
