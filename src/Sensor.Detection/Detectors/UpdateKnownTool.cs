using Sensor.Core.Observations;
using Sensor.Core.Wire;
using Sensor.Detection.Incidents;
using Sensor.Detection.Updates;

namespace Sensor.Detection.Detectors;

/// <summary>An answer to an update request carries the marks of a known update-hijack tool.</summary>
public sealed class UpdateKnownTool : ICatalogedDetector, IObserve<HttpAnswered>
{
    private readonly DetectionContext _context;
    private readonly UpdateServerJudge _judge;

    private UpdateKnownTool(DetectionContext context)
    {
        _context = context;
        _judge = context.UpdateServers;
    }

    /// <inheritdoc/>
    public static DetectorInfo Info { get; } = new()
    {
        Id = "update-known-tool",
        Sid = 1511,
        Severity = Severity.Critical,
        Stage = Stage.Update,
        Techniques = ["T1557.001", "T1195.002"],
        Title = "An answer to an update request carries the marks of a known attack tool",
        Attack = "pywsus, WSuspicious and SharpWSUS offer a signed tool with a command line as an update, evilgrade answers for dozens of programs, Hot Potato "
            + "turns Windows Update's question into a log-in. Their answers have habits that honest servers do not share.",
        Seen = "SOAP answers of WSUS services, and HTTP answers for hosts of the update catalogue: identifiers and dates that a tool writes by default, revision "
            + "numbers, programs, redirects, missing or oddly ordered header fields. Marks that others have too count only together; those of header fields "
            + "alone are recorded as possible.",
        Benign = "Small update servers lack Date or Server headers, and 204 is a revision like others: such traits alone weigh little.",
        Limits = "Anyone can edit a tool. No mark does not mean no attack: behaviour is judged by wsus-impostor and update-from-impostor.",
        Verify = "tshark -r FILE -Y 'http.response and frame.number==N' -O http shows headers and body; compare with the tool's public source.",
        Stop = "As for wsus-impostor. Keep the host as it is for forensics: the tool shows which commands it sent.",
        References = ["github.com/GoSecure/pywsus", "github.com/GoSecure/WSuspicious", "github.com/nettitude/SharpWSUS", "github.com/infobyte/evilgrade",
            "Hot Potato (foxglovesecurity, 2016)"],
    };

    /// <inheritdoc/>
    public static IDetector Create(DetectionContext context) => new UpdateKnownTool(context);

    /// <inheritdoc/>
    public void Subscribe(ObservationBus bus)
    {
        _judge.Subscribe(bus);
        bus.Subscribe<HttpAnswered>(this);
    }

    /// <inheritdoc/>
    public void Observe(in Observed<HttpAnswered> seen)
    {
        ref readonly var fact = ref seen.Fact;
        var isSoap = !fact.Body.IsEmpty && WsusTraits.IsSoapTarget(seen.Text(fact.Target));
        var request = new UpdateRequest(seen.Text(fact.Target), seen.Text(fact.Host));
        if (!isSoap && _context.Updates.Catalog.Find(request.Host) is null)
            return;
        WsusAnswer? answer = null;
        if (isSoap && !WsusAnswer.TryRead(seen.Text(fact.Body), out answer))
            return;
        if (UpdateToolMarks.Strongest(in seen, answer) is not var (tool, weight, marks))
            return;
        var server = _context.Hosts.SenderOf(seen.At);
        var isWeak = !isSoap && fact.Location.IsEmpty && !_judge.HasAttacked(server);
        var confidence = isWeak ? Confidence.Possible : weight >= 5 || _judge.HasAttacked(server) ? Confidence.Certain : Confidence.Likely;
        var severity = isWeak ? Severity.Low : Info.Severity;
        var victim = isWeak ? null : _context.Hosts.ReceiverOf(seen.At);
        var subject = ((ReadOnlySpan<byte>)System.Text.Encoding.ASCII.GetBytes(tool)).StableHash();
        if (_context.Incidents.CountRepeat(new(Info.Sid, server.Id, victim?.Id ?? 0, subject), severity, confidence, seen.At))
            return;
        _context.Incidents.Raise(new Finding
        {
            Detector = Info,
            Severity = severity,
            Confidence = confidence,
            Suspect = server,
            Victim = victim,
            Subject = subject,
            At = seen.At,
            Frames = Judgement.InOrder(
                new FrameReference(seen.At.Origin, fact.RequestFrameNumber, fact.FirstTimestampNs),
                new FrameReference(seen.At.Origin, fact.FirstFrameNumber, fact.FirstTimestampNs), FrameReference.Of(seen.At)),
            Summary = $"The answer of {Wording.Pair(seen.At.Source, seen.At.SourceMac)} to {seen.At.Destination} for {request.Shown} looks like {tool}'s: {marks}.",
            RefutedBy = "The server is the vendor's or the site's own and happens to share these traits.",
            NextSteps =
            [
                $"Take {seen.At.Source} off the network at its switch port and keep it running for forensics.",
                $"Look on {seen.At.Destination} for what was run in the name of an update.",
            ],
            Metadata = [new("tool", tool), new("marks", marks)],
        });
    }
}
