using Sensor.Core.Observations;
using Sensor.Core.Wire;
using Sensor.Detection.Incidents;
using Sensor.Detection.Names;
using Sensor.Detection.Updates;

namespace Sensor.Detection.Detectors;

/// <summary>A host asks its WSUS server in clear text.</summary>
public sealed class WsusPlaintext : ICatalogedDetector, IObserve<HttpRequested>
{
    private readonly DetectionContext _context;

    private WsusPlaintext(DetectionContext context) => _context = context;

    /// <inheritdoc/>
    public static DetectorInfo Info { get; } = new()
    {
        Id = "wsus-plaintext",
        Sid = 1507,
        Severity = Severity.Low,
        Stage = Stage.Exposure,
        Techniques = ["T1557"],
        Title = "A host asks its WSUS server in clear text",
        Attack = "Over plain HTTP anybody on the way can answer for the WSUS server and have the host run a program signed by Microsoft (such as a "
            + "Sysinternals tool) with arguments of his own, as SYSTEM. No forged certificate is needed.",
        Seen = "HTTP requests to the paths of a WSUS server (client.asmx and its siblings, wuident.cab), on any port.",
        Benign = "This is an exposure, not an attack: it says which hosts could be attacked so. Only the metadata must be protected; files may come over "
            + "HTTP because their hashes stand in the metadata.",
        Limits = "Clients that ask WSUS over TLS, or were not asking while the capture ran, are not listed.",
        Verify = "tshark -r FILE -Y 'http.request.uri contains \"ClientWebService\"'; on the host: reg query "
            + "HKLM\\Software\\Policies\\Microsoft\\Windows\\WindowsUpdate /v WUServer.",
        Stop = "Give the WSUS server a certificate, set WUServer to https://…:8531 and require TLS on the web services (wsusutil configuressl).",
        References = ["[MS-WUSP]", "Microsoft: secure WSUS with TLS", "WSUSpect (Black Hat USA 2015)", "CVE-2020-1013"],
    };

    /// <inheritdoc/>
    public static IDetector Create(DetectionContext context) => new WsusPlaintext(context);

    /// <inheritdoc/>
    public void Subscribe(ObservationBus bus) => bus.Subscribe<HttpRequested>(this);

    /// <inheritdoc/>
    public void Observe(in Observed<HttpRequested> seen)
    {
        var target = seen.Text(seen.Fact.Target);
        if (!WsusTraits.IsSoapTarget(target) && !WsusTraits.IsSelfUpdateTarget(target))
            return;
        var request = new UpdateRequest(target, seen.Text(seen.Fact.Host));
        if (_context.Updates.Catalog.Find(request.Host) is not null)
            return;
        var client = _context.Hosts.SenderOf(seen.At);
        var subject = Judgement.Subject(seen.At.Destination);
        if (_context.Incidents.CountRepeat(new(Info.Sid, client.Id, 0, subject), Info.Severity, Confidence.Certain, seen.At))
            return;
        var server = WireText.Printable(request.Host);
        _context.Incidents.Raise(new Finding
        {
            Detector = Info,
            Severity = Info.Severity,
            Confidence = Confidence.Certain,
            Suspect = client,
            Subject = subject,
            At = seen.At,
            Frames = Judgement.InOrder(new FrameReference(seen.At.Origin, seen.Fact.FirstFrameNumber, seen.At.TimestampNs), FrameReference.Of(seen.At)),
            Summary = $"{Wording.Pair(seen.At.Source, seen.At.SourceMac)} asks the WSUS server {server} at {seen.At.Destination} in clear text: "
                + "whoever can answer for that server can run programs on it.",
            RefutedBy = "The connection lies inside a tunnel that is protected in another way.",
            NextSteps = [$"Move {server} and its clients to https."],
            Metadata = [new("wsus_server", server)],
        });
    }
}
