using System.Collections.Immutable;
using Sensor.Core.Observations;
using Sensor.Core.Wire;
using Sensor.Detection.Bounds;
using Sensor.Detection.Hosts;
using Sensor.Detection.Incidents;
using Sensor.Detection.Names;
using Sensor.Detection.Pac;
using Sensor.Detection.Snapshots;

namespace Sensor.Detection.Detectors;

/// <summary>One PAC URL gives another content than before.</summary>
public sealed class PacChanged : ICatalogedDetector, IObserve<HttpAnswered>, IKeepsState
{
    /// <summary>PAC URLs remembered: a site has a handful; the least used is forgotten.</summary>
    private const int UrlCapacity = 128;

    /// <summary>Octets of the earlier body kept for showing the difference; the hash covers all of it.</summary>
    private const int KeptOctets = 32 * 1024;

    private readonly DetectionContext _context;
    private readonly PacServerJudge _judge;
    private readonly RecentTable<(int Segment, ulong Url), Version> _versions = new(UrlCapacity);

    private PacChanged(DetectionContext context)
    {
        _context = context;
        _judge = context.PacServers;
    }

    /// <inheritdoc/>
    public static DetectorInfo Info { get; } = new()
    {
        Id = "pac-changed",
        Sid = 1304,
        Severity = Severity.Medium,
        Stage = Stage.Pac,
        Techniques = ["T1565"],
        Title = "A proxy configuration (PAC) differs from what the same URL gave before",
        Attack = "Instead of naming a new PAC server an attacker may replace the file on the true one, or answer in its place "
            + "(spoofed address, forged DNS, man on the side). The URL stays the same, only the content tells.",
        Seen = "Two complete PAC bodies fetched from one URL in one segment differ. Both are run for the same hosts, and the decisions "
            + "that changed are named. White space alone is a note; so is a change that changes no decision. Likely when one "
            + "client was given both (high when updates now go to another proxy), or when another host answered with the same URL "
            + "(then high); possible when two clients were "
            + "given different files by one server, because some servers tailor the file to the client.",
        Benign = "An administrator changed the file; a cloud proxy service writes the client's nearest gateway into it. Pin the good "
            + "contents under Trust:PacHashes and they stay quiet.",
        Limits = "The first sight of a URL is the base line; what was changed before the capture began is not seen. Compares one "
            + "capture, not last week's. Incomplete bodies are not compared.",
        Verify = "tshark -r FILE -Y 'http.request.uri contains \".pac\" or http.request.uri contains \"wpad.dat\"' lists the fetches; "
            + "export both bodies with --export-objects http,DIR and run diff on them.",
        Stop = "If nobody changed it on purpose: restore the file, look at who wrote to the server and at DNS and ARP for its name "
            + "and address, and drop the cached script on clients (restart the WinHTTP auto-proxy service).",
        References = ["MITRE ATT&CK T1565", "Mozilla: Proxy Auto-Configuration file"],
    };

    /// <inheritdoc/>
    public static IDetector Create(DetectionContext context) => new PacChanged(context);

    void IKeepsState.Save(SnapshotWriter writer) => writer.Table(_versions, static (to, key, version) =>
    {
        to.I32(key.Segment);
        to.U64(key.Url);
        to.Text(version.Content.Sha256);
        to.U64(version.Content.WithoutBlanks);
        to.Octets(version.Body);
        to.At(version.At);
        to.Host(version.Server);
    });

    // What the earlier version decided is not kept: it is told apart by its text until both have been run again.
    void IKeepsState.Load(SnapshotReader reader) => reader.List(from =>
    {
        var (segment, url, content) = (from.Segment(), from.U64(), new PacFingerprint(from.Text() ?? "", from.U64()));
        var (body, at) = (from.Octets().ToArray(), from.At());
        if (from.Host() is { } server)
            _versions.Set((segment, url), new Version(content, body, at, server, PacEvaluation.Unknown));
    });

    /// <inheritdoc/>
    public void Subscribe(ObservationBus bus)
    {
        _judge.Subscribe(bus);
        bus.Subscribe<HttpAnswered>(this);
    }

    /// <inheritdoc/>
    public void Observe(in Observed<HttpAnswered> seen)
    {
        if (seen.Fact.Body.IsEmpty || !seen.Fact.Complete || seen.Fact.BodyCut)
            return;
        var exchange = new PacExchange(in seen);
        if (!exchange.ServesPac)
            return;
        var key = (seen.At.Segment, ((ReadOnlySpan<byte>)exchange.UrlOctets()).StableHash());
        var content = PacFingerprint.Of(exchange.Body);
        var version = new Version(
            content, exchange.Body[..Math.Min(KeptOctets, exchange.Body.Length)].ToArray(), seen.At, _context.Hosts.SenderOf(seen.At),
            _context.Pacs.Current?.Evaluation ?? PacEvaluation.Unknown);
        var isKnown = _versions.TryGet(key, out var before);
        if (isKnown && before!.Content.Sha256 == content.Sha256)
            return;
        _versions.Set(key, version);
        if (isKnown && !_context.Trust.IsPacHash(Convert.FromHexString(content.Sha256)))
            Tell(in exchange, before!, version);
    }

    private void Tell(in PacExchange exchange, Version before, Version now)
    {
        var onlyBlanks = before.Content.WithoutBlanks == now.Content.WithoutBlanks;
        var otherHost = before.Server.Id != now.Server.Id;
        var suspect = otherHost && _context.IsLuring(before.Server) && !_context.IsLuring(now.Server) ? before.Server : now.Server;
        var sameClient = before.At.Destination == now.At.Destination;
        var changed = PacDecisionDifference.Between(before.Evaluation, now.Evaluation);
        var doesTheSame = before.IsEvaluated && now.IsEvaluated && changed.IsEmpty;
        // Another port of the same proxy is the same owner's affair.
        var reachesUpdates = changed.Any(static change => change.Probe.Kind == PacProbeKind.Update
            && PacAnswer.Read(change.Now)[0].Host is { Length: > 0 } host && host != PacAnswer.Read(change.Before)[0].Host);
        var (severity, confidence) = onlyBlanks ? (Severity.Info, Confidence.Possible)
            : _context.IsLuring(suspect) ? (Severity.High, Confidence.Certain)
            : otherHost ? (Severity.High, Confidence.Likely)
            : doesTheSame ? (Severity.Low, Confidence.Possible)
            : sameClient ? (reachesUpdates ? Severity.High : Severity.Medium, Confidence.Likely)
            : (Severity.Low, Confidence.Possible);
        var victim = _context.Hosts.ReceiverOf(now.At);
        var subject = now.Content.WithoutBlanks ^ before.Content.WithoutBlanks;
        if (_context.Incidents.CountRepeat(new(Info.Sid, suspect.Id, victim?.Id ?? 0, subject), severity, confidence, now.At))
            return;
        var by = otherHost ? $"{now.Server.Shown()} instead of {before.Server.Shown()}" : now.Server.Shown();
        _context.Incidents.Raise(new Finding
        {
            Detector = Info,
            Severity = severity,
            Confidence = confidence,
            Suspect = suspect,
            Victim = victim,
            Subject = subject,
            At = now.At,
            Frames = Judgement.InOrder([FrameReference.Of(before.At), .. exchange.Frames]),
            Summary = $"The proxy configuration {exchange.Url}, served by {by} to {now.At.Destination}, "
                + (onlyBlanks ? "differs from the earlier one in white space only."
                    : $"differs from what the same URL gave before{Effect(changed, doesTheSame)}."),
            RefutedBy = "The change was made on purpose: the administrator of the PAC server knows both versions.",
            NextSteps =
            [
                "Compare the two versions (the difference is in the metadata) and ask who changed the file.",
                $"Check that {now.At.Source} is still the true server: its MAC here is {now.At.SourceMac}.",
                "Pin the good version under Trust:PacHashes.",
            ],
            Metadata =
            [
                new("pac_url", exchange.Url),
                new("pac_sha256", now.Content.Sha256),
                new("pac_sha256_before", before.Content.Sha256),
                new("pac_difference", PacDifference.Between(before.Body, now.Body)),
                new("pac_decisions", Decisions(changed)),
                new("pac_proxies", string.Join("; ", PacProxies.In(exchange.Body))),
            ],
        });
    }

    private static string Effect(ImmutableArray<PacChangedDecision> changed, bool doesTheSame) =>
        doesTheSame ? ", but decides the same for every host asked about"
        : changed.IsEmpty ? ""
        : $": {PacRisks.Count(changed.Length, "decision")} changed, {Describe(changed[0])}";

    private static string Decisions(ImmutableArray<PacChangedDecision> changed) =>
        string.Join(" | ", changed.DistinctBy(change => (change.Before, change.Now)).Take(4).Select(Describe));

    private static string Describe(PacChangedDecision change) =>
        WireText.Printable($"{change.Probe.Host} from {change.Before} to {change.Now}");

    private sealed record Version(PacFingerprint Content, byte[] Body, Sighting At, Host Server, PacEvaluation Evaluation)
    {
        /// <summary>Whether it is known what the version does.</summary>
        public bool IsEvaluated => Evaluation.Outcome is PacOutcome.Evaluated or PacOutcome.Partial;
    }
}
