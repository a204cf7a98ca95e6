using System.Text;
using Sensor.Core.Observations;
using Sensor.Detection.Hosts;
using Sensor.Detection.Incidents;
using Sensor.Detection.Updates;

namespace Sensor.Detection.Detectors;

/// <summary>A program delivered for an update host whose signature does not vouch for it.</summary>
public sealed class UpdatePayloadUntrusted : ICatalogedDetector, IObservePayloads
{
    private readonly DetectionContext _context;

    private UpdatePayloadUntrusted(DetectionContext context) => _context = context;

    /// <inheritdoc/>
    public static DetectorInfo Info { get; } = new()
    {
        Id = "update-payload-untrusted",
        Sid = 1503,
        Severity = Severity.Critical,
        Stage = Stage.Payload,
        Techniques = ["T1195.002"],
        Title = "A program delivered for an update host is not signed as it must be",
        Attack = "Who answers for an update host - by a proxy from a rogue PAC, a forged name, a spoofed route - can deliver his own "
            + "program "
            + "where the client expects an update. Updaters that check nothing run it; Flame's was even signed as Microsoft.",
        Seen = "Bodies of HTTP answers that are programs (PE), installers (MSI), cabinets (CAB, MSU), catalogues or scripts by their "
            + "own octets, "
            + "put together from ranges over several answers and connections. The Authenticode signature is verified for real: digest "
            + "over the "
            + "file's octets, every signature up the chain, purpose, time stamp, nested signatures, revocation list, collisions. "
            + "Unsigned, changed "
            + "or forged programs for an update host are critical; for Microsoft's hosts a root of Microsoft must vouch for them. The "
            + "same from "
            + "a host already suspected of luring, whatever host was asked.",
        Benign = "Windows Update brings its files over plain HTTP from CDNs, caches and peers by design: signed ones are quiet wherever "
            + "they "
            + "come from. Trust-list cabinets of ctldl.windowsupdate.com carry no Authenticode and are quiet, as are delta and PSF "
            + "content, "
            + "packages (checked by their own tools) and downloads that broke off. A signature that is merely out of date, a cabinet "
            + "without "
            + "programs, a good signature of another vendor, and unsigned "
            + "definitions from an antivirus vendor's own host, are recorded, not alerted.",
        Limits = "HTTPS, HTTP/2 and peers on TCP 7680 are not seen. Files over 64 MiB are hashed but their signature is not judged; of "
            + "compressed bodies that expand more than 32 times the beginning is judged. With packets lost inside a file there is "
            + "no verdict: the finding then says what is missing, and "
            + "only for suspects. Packages (deb, rpm) are named by their content only.",
        Verify = "Export the file (tshark -r FILE --export-objects http,DIR) and run 'sensor verify -v' on it; compare its SHA-256 (in the "
            + "metadata) with the vendor's. Windows Update names its files by their SHA-1.",
        Stop = "Cut the server off, or what led the client to it (see the incident's earlier stages). Do not let the client restart: "
            + "look for the "
            + "program by its SHA-256, and reinstall what ran it. Let updates come over HTTPS or from your own server with TLS.",
        References = ["MITRE ATT&CK T1195.002", "MS12-036/KB2718704", "Windows Authenticode Portable Executable Signature Format"],
    };

    /// <inheritdoc/>
    public static IDetector Create(DetectionContext context) => new UpdatePayloadUntrusted(context);

    /// <inheritdoc/>
    public void Subscribe(ObservationBus bus) => _context.Payloads.Subscribe(this);

    /// <inheritdoc/>
    public void Observe(Payload payload)
    {
        var server = _context.Hosts.SenderOf(payload.At);
        var isLured = _context.IsLuring(server);
        if (!isLured && _context.BehindProxy(payload.At) is { } behind)
            (server, isLured) = (behind.Host, true);
        var product = ProductOf(payload);
        if ((!isLured && product is null) || PayloadJudge.Judge(payload, product, isLured) is not { } fault)
            return;
        var victim = _context.Hosts.ReceiverOf(payload.At);
        var subject = Wording.Subject(payload.Sha256.Length > 0 ? payload.Sha256 : payload.Url);
        if (!_context.Incidents.CountRepeat(new(Info.Sid, server.Id, victim?.Id ?? 0, subject), fault.Severity, fault.Confidence,
            payload.At))
            _context.Incidents.Raise(Compose(payload, server, victim, fault, subject));
    }

    private UpdateProduct? ProductOf(Payload payload) => _context.Updates.Catalog.FindJudged(Encoding.UTF8.GetBytes(payload.Host));

    private static Finding Compose(Payload payload, Host server, Host? victim, in PayloadFault fault, ulong subject) => new()
    {
        Detector = Info,
        Severity = fault.Severity,
        Confidence = fault.Confidence,
        Suspect = server,
        Victim = victim,
        Subject = subject,
        At = payload.At,
        Frames = Judgement.InOrder([.. payload.Frames]),
        Summary = $"{Wording.Pair(payload.At.Source, payload.At.SourceMac)} delivered {payload.Url} "
            + $"to {payload.At.Destination}: {fault.Reason}.",
        RefutedBy = "The vendor publishes this very file (same SHA-256) at this address.",
        NextSteps =
        [
            $"Look for the file on {payload.At.Destination}, by its SHA-256 in the metadata, and whether it ran.",
            $"Find out why {payload.At.Destination} asked {payload.At.Source} for it: a proxy, a name answer, a route.",
            "Export the file from the capture and run sensor verify -v on it.",
        ],
        Metadata = [.. payload.Facts()],
    };
}
