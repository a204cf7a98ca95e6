using Sensor.Core.Observations;
using Sensor.Core.Wire;
using Sensor.Detection.Hosts;
using Sensor.Detection.Incidents;
using Sensor.Detection.Updates;

namespace Sensor.Detection.Detectors;

/// <summary>A host that should not answers as a WSUS server, or a WSUS answer offers what an honest one does not.</summary>
public sealed class WsusImpostor : ICatalogedDetector, IObserve<HttpAnswered>
{
    private readonly DetectionContext _context;
    private readonly UpdateServerJudge _judge;

    private WsusImpostor(DetectionContext context)
    {
        _context = context;
        _judge = context.UpdateServers;
    }

    /// <inheritdoc/>
    public static DetectorInfo Info { get; } = new()
    {
        Id = "wsus-impostor",
        Sid = 1508,
        Severity = Severity.Critical,
        Stage = Stage.Update,
        Techniques = ["T1195.002", "T1072"],
        Title = "A WSUS server that is not the site's offers updates",
        Attack = "Windows clients run what their WSUS server offers, as SYSTEM, provided the file is signed by Microsoft. An impostor offers a signed tool "
            + "that takes a command line (PsExec, BgInfo) and puts his commands into the arguments.",
        Seen = "SOAP answers of WSUS services over HTTP on any port: from an open suspect (certain), from a server that is none of Updates:WsusServers, from "
            + "a workstation, from another MAC than the address's owner; updates that run a command line, above all one of the borrowed tools or a shell; "
            + "content addresses that lead neither to the server nor to Microsoft.",
        Benign = "The site's own WSUS: put it under Updates:WsusServers. Updates that a site publishes itself (third-party software) run command lines too: "
            + "that alone is recorded as medium and possible. WSUS may let clients fetch files from Microsoft.",
        Limits = "WSUS over TLS is not seen. Answers are read up to 1 MiB. An update published on the real server (SharpWSUS) is told only by its content.",
        Verify = "tshark -r FILE -Y 'http.request.uri contains \"client.asmx\"' -z follow,http,ascii,N shows the answer; on the client: "
            + "%windir%\\WindowsUpdate.log and the event log Microsoft-Windows-WindowsUpdateClient.",
        Stop = "Cut the impostor off. On the clients stop wuauserv, delete SoftwareDistribution, look for what was run. Then WSUS over TLS only.",
        References = ["[MS-WUSP] section 3.1.4", "WSUSpect (Black Hat USA 2015)", "github.com/GoSecure/pywsus", "MITRE ATT&CK T1195.002"],
    };

    /// <inheritdoc/>
    public static IDetector Create(DetectionContext context) => new WsusImpostor(context);

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
        if (fact.Body.IsEmpty || !WsusTraits.IsSoapTarget(seen.Text(fact.Target)) || !WsusAnswer.TryRead(seen.Text(fact.Body), out var answer))
            return;
        var request = new UpdateRequest(seen.Text(fact.Target), seen.Text(fact.Host));
        if (_context.Updates.IsWsusServer(seen.At.Source, request.Host))
            return;
        var server = _context.Hosts.SenderOf(seen.At);
        var suspicion = WsusSuspicion.Of(answer, request.Host, seen.At.Source, _context.Updates);
        Span<byte> lower = stackalloc byte[256];
        var verdict = _judge.Judge(server, in seen.At, UpdateRequest.Normalize(request.Host, lower), product: null, request.IsThroughProxy);
        var isForeign = _context.Updates.KnowsWsusServers
            && !_context.Trust.IsUndecided(_context.VlanOf(seen.At.Segment), seen.At.Source, seen.At.SourceMac);
        if (Rate(verdict, suspicion, isForeign) is not var (severity, confidence, reason))
            return;
        var victim = confidence >= Confidence.Likely ? _context.Hosts.ReceiverOf(seen.At) : null;
        const ulong Subject = 1508;
        if (!_context.Incidents.CountRepeat(new(Info.Sid, server.Id, victim?.Id ?? 0, Subject), severity, confidence, seen.At))
            _context.Incidents.Raise(Compose(in seen, answer, server, victim, verdict, (severity, confidence, reason)));
    }

    private (Severity Severity, Confidence Confidence, string Reason)? Rate(
        UpdateServerVerdict? verdict, WsusSuspicion suspicion, bool isForeign)
    {
        var offer = suspicion switch
        {
            { Runs: { } runs, LeavingUrl: { } url } => $"it runs \"{runs.Shown}\" from {url}",
            { Runs: { } runs } => $"it runs \"{runs.Shown}\"",
            { LeavingUrl: { } url } => $"its files lie at {url}, neither with the server nor with Microsoft",
            _ => "",
        };
        var who = verdict?.Reason ?? (isForeign ? "it is none of the WSUS servers listed" : "");
        var reason = who.Length == 0 ? offer : offer.Length == 0 ? who : $"{who}, and {offer}";
        var isKnownBad = verdict is { Confidence: Confidence.Certain };
        var signs = suspicion.Signs + (verdict is { Confidence: >= Confidence.Likely } || isForeign ? 2 : 0);
        return reason.Length == 0 ? null
            : isKnownBad || signs >= 4 ? (Severity.Critical, Confidence.Certain, reason)
            : signs >= 2 ? (Severity.Critical, Confidence.Likely, reason)
            : signs == 1 ? (Severity.Medium, Confidence.Possible, reason)
            : null;
    }

    private static Finding Compose(
        in Observed<HttpAnswered> seen, WsusAnswer answer, Host server, Host? victim, UpdateServerVerdict? verdict,
        (Severity Severity, Confidence Confidence, string Reason) rated)
    {
        ref readonly var at = ref seen.At;
        var titles = answer.Titles.Count == 0 ? "" : $" (\"{string.Join("\", \"", answer.Titles.Take(3))}\")";
        var metadata = new List<KeyValuePair<string, string>> { new("wsus_answer", answer.Operation) };
        Add(metadata, "update_titles", answer.Titles);
        Add(metadata, "update_handlers", answer.Handlers);
        Add(metadata, "update_commands", answer.Commands.Select(static command => command.Shown));
        Add(metadata, "update_files", answer.Files);
        Add(metadata, "content_urls", answer.ContentUrls);
        return new Finding
        {
            Detector = Info,
            Severity = rated.Severity,
            Confidence = rated.Confidence,
            Suspect = server,
            Victim = victim,
            Subject = 1508,
            At = at,
            Frames = Judgement.InOrder(
                verdict?.Because ?? default, new FrameReference(at.Origin, seen.Fact.RequestFrameNumber, seen.Fact.FirstTimestampNs),
                new FrameReference(at.Origin, seen.Fact.FirstFrameNumber, seen.Fact.FirstTimestampNs), FrameReference.Of(at)),
            Summary = $"{Wording.Pair(at.Source, at.SourceMac)} answered {at.Destination} as a WSUS server with {answer.Operation}{titles}: {rated.Reason}.",
            RefutedBy = "The server is the site's own, and its administrators published this update.",
            NextSteps =
            [
                $"Ask who runs a WSUS server at {at.Source}; if nobody does, cut it off.",
                $"Look on {at.Destination} for the update and what it ran (event log WindowsUpdateClient, process creation under wuauclt or svchost).",
            ],
            Metadata = [.. metadata],
        };
    }

    private static void Add(List<KeyValuePair<string, string>> metadata, string name, IEnumerable<string> values)
    {
        var text = string.Join("; ", values.Take(8));
        if (text.Length > 0)
            metadata.Add(new(name, text));
    }
}
