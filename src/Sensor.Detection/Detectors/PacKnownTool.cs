using Sensor.Core.Observations;
using Sensor.Detection.Incidents;
using Sensor.Detection.Pac;

namespace Sensor.Detection.Detectors;

/// <summary>A PAC served by a host that is not trusted carries the marks of a known attack tool.</summary>
public sealed class PacKnownTool : ICatalogedDetector, IObserve<HttpAnswered>
{
    /// <summary>Marks of this weight together have no honest owner known.</summary>
    private const int TellingWeight = 3;

    private readonly DetectionContext _context;
    private readonly PacServerJudge _judge;

    private PacKnownTool(DetectionContext context)
    {
        _context = context;
        _judge = context.PacServers;
    }

    /// <inheritdoc/>
    public static DetectorInfo Info { get; } = new()
    {
        Id = "pac-known-tool",
        Sid = 1307,
        Severity = Severity.Critical,
        Stage = Stage.Pac,
        Techniques = ["T1557.001"],
        Title = "A proxy configuration (PAC) carries the marks of a known attack tool",
        Attack = "Responder, Inveigh, ntlmrelayx and similar tools serve a PAC of their own after poisoning a name. Their files and "
            + "header fields have habits that ordinary web servers do not share.",
        Seen = "On top of a PAC from a host that is not trusted: proxy names and ports that a tool uses by default, in the text or in "
            + "what the running script returns, the order of the "
            + "response's header fields, a missing Date header, a Server header that does not fit, phrases of the script. One mark "
            + "is never enough: two are recorded as possible, more as likely; with a host that behaves like an attacker certain.",
        Benign = "A small web server may lack a Date header, a proxy may use port 3128. Such single traits weigh nothing by "
            + "themselves, and trusted servers, URLs and hashes are never looked at.",
        Limits = "Anyone can edit a tool. No mark does not mean no attack: behaviour is judged by rogue-pac-server and the name "
            + "detectors.",
        Verify = "tshark -r FILE -Y 'http.response and frame.number==N' -O http shows header order and body; compare with the tool's "
            + "public source.",
        Stop = "As for rogue-pac-server: cut the host off, clear cached scripts, change passwords used since. Keep the host as it is "
            + "for forensics: the tool writes logs with everything it caught.",
        References = ["MITRE ATT&CK T1557.001", "github.com/lgandx/Responder", "github.com/Kevin-Robertson/Inveigh",
            "github.com/fortra/impacket"],
    };

    /// <inheritdoc/>
    public static IDetector Create(DetectionContext context) => new PacKnownTool(context);

    /// <inheritdoc/>
    public void Subscribe(ObservationBus bus)
    {
        _judge.Subscribe(bus);
        bus.Subscribe<HttpAnswered>(this);
    }

    /// <inheritdoc/>
    public void Observe(in Observed<HttpAnswered> seen)
    {
        if (seen.Fact.Body.IsEmpty)
            return;
        var exchange = new PacExchange(in seen);
        if (!exchange.ServesPac || _context.Pacs.Current is not { } study
            || PacToolMarks.Strongest(in seen, study.Proxies(exchange.Body)) is not var (tool, weight, marks))
            return;
        if (_judge.IsTrusted(in exchange, PacFingerprint.Of(exchange.Body)))
            return;
        var server = _context.Hosts.SenderOf(seen.At);
        var verdict = _judge.Judge(server, in exchange);
        var confidence = verdict.Confidence >= Confidence.Likely ? Confidence.Certain
            : weight >= TellingWeight ? Confidence.Likely : Confidence.Possible;
        var severity = confidence == Confidence.Possible ? Severity.Low : Info.Severity;
        var victim = _context.Hosts.ReceiverOf(seen.At);
        const ulong Subject = 1307;
        if (_context.Incidents.CountRepeat(new(Info.Sid, server.Id, victim?.Id ?? 0, Subject), severity, confidence, seen.At))
            return;
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
            Summary = $"The proxy configuration {exchange.Url} that {Wording.Pair(seen.At.Source, seen.At.SourceMac)} served "
                + $"to {seen.At.Destination} "
                + $"looks like {tool}'s: {marks}.",
            RefutedBy = "The server is the site's own and its software happens to share these traits; "
                + "the host itself shows which program listens.",
            NextSteps =
            [
                $"Take {seen.At.Source} off the network at its switch port and keep it running for forensics.",
                $"Treat {seen.At.Destination} as intercepted: clear its proxy settings, change the passwords used on it since.",
            ],
            Metadata = [new("tool", tool), new("marks", marks), new("pac_url", exchange.Url)],
        });
    }
}
