using Sensor.Core.Observations;
using Sensor.Core.Wire;
using Sensor.Detection.Authenticode;
using Sensor.Detection.Bounds;
using Sensor.Detection.Incidents;
using Sensor.Detection.Updates;

namespace Sensor.Detection.Detectors;

/// <summary>One update URL gives different files to different clients.</summary>
public sealed class UpdateContentDiffers : ICatalogedDetector, IObservePayloads
{
    /// <summary>URLs remembered: the updates of one patch day for a large office.</summary>
    private const int UrlCapacity = 4096;

    /// <summary>A new version under the same URL is published seldom; two contents within this time are served side by side.</summary>
    private const long ShortTimeNs = 15 * Span.Minute;

    private readonly DetectionContext _context;
    private readonly RecentTable<(int Segment, ulong Url), Payload> _known = new(UrlCapacity);

    private UpdateContentDiffers(DetectionContext context) => _context = context;

    /// <inheritdoc/>
    public static DetectorInfo Info { get; } = new()
    {
        Id = "update-content-differs",
        Sid = 1509,
        Severity = Severity.Medium,
        Stage = Stage.Payload,
        Techniques = ["T1195.002"],
        Title = "One update URL gives different files to different clients",
        Attack = "A man in the middle serves his file to some clients, while others still get the true one from the same address.",
        Seen = "Two whole files of an update host, fetched from the same URL by two clients within a quarter of an hour, have different "
            + "SHA-256 "
            + "values. Which of the two is good is judged by their signatures.",
        Benign = "Files that come in ranges are put together before they are compared, and answers that broke off are not compared. A "
            + "new version "
            + "published in that quarter of an hour: both are then well signed, and the finding is low. Package lists (Release, "
            + "repomd.xml) "
            + "change all the time and are not compared.",
        Limits = "Only what both clients fetched within the time over plain HTTP. URLs with a signature or a time in the query differ by "
            + "themselves.",
        Verify = "Export both (tshark --export-objects http,DIR) and run 'sensor verify -v' on both; compare their hashes with the "
            + "vendor's.",
        Stop = "Cut off who served the file that does not verify; look at how its client was led there.",
        References = ["MITRE ATT&CK T1195.002"],
    };

    /// <inheritdoc/>
    public static IDetector Create(DetectionContext context) => new UpdateContentDiffers(context);

    /// <inheritdoc/>
    public void Subscribe(ObservationBus bus) => _context.Payloads.Subscribe(this);

    /// <inheritdoc/>
    public void Observe(Payload payload)
    {
        if (payload.Sha256.Length == 0 || payload.Missing > 0 || payload.Kind == PayloadKind.RepositoryMetadata
            || !_context.Updates.Catalog.IsUpdateHost(payload.Host))
            return;
        var key = (payload.At.Segment, ((ReadOnlySpan<byte>)payload.UrlOctets).StableHash());
        var isKnown = _known.TryGet(key, out var before);
        _known.Set(key, payload);
        if (!isKnown || before!.Sha256 == payload.Sha256 || before.At.Destination == payload.At.Destination
            || Math.Abs(payload.At.TimestampNs - before.At.TimestampNs) > ShortTimeNs)
            return;
        Tell(before, payload);
    }

    private void Tell(Payload before, Payload now)
    {
        var (isGoodBefore, isGoodNow) = (IsGood(before), IsGood(now));
        var bad = isGoodNow && !isGoodBefore ? before : now;
        var server = _context.Hosts.SenderOf(bad.At);
        var (severity, confidence) = isGoodBefore && isGoodNow ? (Severity.Low, Confidence.Possible)
            : isGoodBefore != isGoodNow || _context.IsLuring(server) ? (Severity.High, Confidence.Certain)
            : (Severity.Medium, Confidence.Likely);
        var victim = _context.Hosts.ReceiverOf(bad.At);
        var subject = Wording.Subject(bad.Sha256);
        if (_context.Incidents.CountRepeat(new(Info.Sid, server.Id, victim?.Id ?? 0, subject), severity, confidence, now.At))
            return;
        var other = ReferenceEquals(bad, now) ? before : now;
        _context.Incidents.Raise(new Finding
        {
            Detector = Info,
            Severity = severity,
            Confidence = confidence,
            Suspect = server,
            Victim = victim,
            Subject = subject,
            At = now.At,
            Frames = Judgement.InOrder([.. before.Frames, .. now.Frames]),
            Summary = $"{now.Url} gave {bad.At.Destination} another file (from {Wording.Pair(bad.At.Source, bad.At.SourceMac)}) "
                + $"than {other.At.Destination} (from {Wording.Pair(other.At.Source, other.At.SourceMac)}).",
            RefutedBy = "The vendor replaced the file between the two fetches: both are signed by the vendor.",
            NextSteps =
            [
                "Compare both files' SHA-256 values with the vendor's.",
                $"Find out why {bad.At.Destination} was answered by {bad.At.Source}.",
            ],
            Metadata =
            [
                .. bad.Facts(),
                new("payload_sha256_other", other.Sha256),
                new("payload_verdict_other", other.Judged),
            ],
        });
    }

    private static bool IsGood(Payload payload) => payload.Verdict is { Standing: FileStanding.Valid };
}
