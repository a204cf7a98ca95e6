using System.Collections.Immutable;
using Sensor.Core.Observations;
using Sensor.Core.Wire;
using Sensor.Detection.Bounds;
using Sensor.Detection.Hosts;
using Sensor.Detection.Incidents;
using Sensor.Detection.Snapshots;
using Sensor.Detection.Updates;

namespace Sensor.Detection.Pac;

/// <summary>
/// Every PAC that was served, once by its SHA-256, and what it does. Subscribed before the detectors: while an answer is delivered to them,
/// <see cref="Current"/> is what it holds.
/// </summary>
public sealed class PacLibrary : IObserve<HttpAnswered>, IKeepsState
{
    /// <summary>
    /// Files remembered: a site has a handful, a server that writes a new one for each client fills it; the least used makes room.
    /// </summary>
    public const int Capacity = 256;

    /// <summary>Octets of bodies kept; the oldest bodies make room, what was found out about them stays.</summary>
    public const int BodyOctets = 16 * 1024 * 1024;

    /// <summary>Clients for which one file is evaluated: its answers may depend on the address, but hardly on each one.</summary>
    public const int MostStudies = 4;

    /// <summary>New hosts a client has asked for since its file was run, from which on it is run again at the next fetch.</summary>
    private const int NewlyAsked = 4;

    /// <summary>Octets of the longest host name, RFC 1035 section 2.3.4; what is longer is no host.</summary>
    private const int LongestHost = 255;

    // A server that makes up a new hostile file for each request must not hold up the rest: after this many evaluations at once one more
    // every two seconds of packet time.
    private const int MostAtOnce = 32;
    private const long NsPerEvaluation = 2_000_000_000;

    private readonly HostTable _hosts;
    private readonly IPacEvaluator? _evaluator;
    private readonly ImmutableArray<PacProbe> _probes;
    private readonly RecentTable<string, PacFile> _files = new(Capacity);
    private readonly Queue<PacFile> _bodies = [];
    private readonly RecentTable<(int Segment, ulong Host), PacRedirect> _redirects = new(Capacity);
    private int _bodyOctets;
    private long _creditNs = MostAtOnce * NsPerEvaluation;
    private long _creditedNs;

    /// <summary>
    /// A library that has files evaluated by <paramref name="evaluator"/>, for the update hosts of <paramref name="catalog"/> among others;
    /// without an evaluator they are only stored.
    /// </summary>
    public PacLibrary(HostTable hosts, IPacEvaluator? evaluator, UpdateCatalog catalog)
    {
        _probes = PacProbes.For(catalog);
        _hosts = hosts;
        _evaluator = evaluator;
    }

    /// <summary>The PAC in the answer being delivered; null when it holds none. Valid only while an HttpAnswered is delivered.</summary>
    public PacStudy? Current { get; private set; }

    /// <summary>Names seen.</summary>
    public SeenNames Names { get; } = new();

    /// <summary>The files remembered, the one not served for longest first.</summary>
    public IEnumerable<PacFile> Files => _files.InUseOrder().Select(static entry => entry.Value);

    /// <summary>Files remembered now.</summary>
    public int Count => _files.Count;

    /// <summary>Files that made room.</summary>
    public long Evicted => _files.Evicted;

    /// <summary>Bodies given up for newer ones.</summary>
    public long BodiesGivenUp { get; private set; }

    /// <summary>Evaluations not made because there were too many at once.</summary>
    public long NotEvaluated { get; private set; }

    void IKeepsState.Save(SnapshotWriter writer) => writer.Table(_files, static (to, _, file) => file.Save(to));

    // What files do for whom is found out again when they are fetched again.
    void IKeepsState.Load(SnapshotReader reader) => reader.List(from =>
    {
        var file = PacFile.Load(from);
        _files.Set(file.Fingerprint.Sha256, file);
        if (!file.Body.IsEmpty)
            KeepBody(file);
    });

    /// <summary>Subscribes to names and answers.</summary>
    public void Subscribe(ObservationBus bus)
    {
        Names.Subscribe(bus);
        bus.Subscribe<HttpAnswered>(this);
    }

    /// <summary>The file with this SHA-256 (lower-case hexadecimal), or null.</summary>
    public PacFile? Find(string sha256) => _files.TryGet(sha256, out var file) ? file : null;

    /// <inheritdoc/>
    public void Observe(in Observed<HttpAnswered> seen)
    {
        Current = null;
        if (seen.Fact.Status is >= 300 and < 400 && !seen.Fact.Location.IsEmpty)
            NoteRedirect(in seen);
        if (seen.Fact.Body.IsEmpty)
            return;
        var exchange = new PacExchange(in seen);
        if (!exchange.ServesPac)
            return;
        var file = FileOf(exchange.Body, seen.At.TimestampNs);
        file.Meet(exchange.Url, _hosts.SenderOf(seen.At), _hosts.ReceiverOf(seen.At));
        file.Frames.Add(seen.At);
        file.LastSeenNs = seen.At.TimestampNs;
        file.TimesServed++;
        Current = StudyOf(file, seen.Fact.BodyCut, in seen.At);
    }

    /// <summary>
    /// Takes up a body that this sensor fetched by itself from <paramref name="url"/>: kept and run as one that was seen, with no client. What it was
    /// fetched by is a <paramref name="client"/> of <paramref name="segment"/> for the script alone.
    /// </summary>
    public PacStudy Take(ReadOnlySpan<byte> body, string url, int segment, IpAddress client, long nowNs)
    {
        var file = FileOf(body, nowNs);
        file.Note(url);
        return StudyOf(file, isCut: false, new Sighting { Segment = segment, Destination = client, TimestampNs = nowNs });
    }

    /// <summary>Who answered a request for a PAC with a redirect to <paramref name="host"/> (a Host header) last; null when nobody did.</summary>
    public PacRedirect? RedirectTo(int segment, ReadOnlySpan<byte> host)
    {
        Span<byte> lower = stackalloc byte[LongestHost];
        return _redirects.TryGet((segment, UpdateRequest.Normalize(host, lower).StableHash()), out var redirect) ? redirect : null;
    }

    private void NoteRedirect(in Observed<HttpAnswered> seen)
    {
        var rest = seen.Text(seen.Fact.Location);
        var start = rest.IndexOf("://"u8);
        if (start < 0 || !new PacExchange(in seen).IsAnnounced)
            return;
        rest = rest[(start + 3)..];
        var end = rest.IndexOfAny((byte)'/', (byte)'?', (byte)'#');
        var authority = end < 0 ? rest : rest[..end];
        // As clients will write it: without user, case and port.
        Span<byte> lower = stackalloc byte[LongestHost];
        var host = UpdateRequest.Normalize(authority[(authority.LastIndexOf((byte)'@') + 1)..], lower);
        if (!host.IsEmpty)
            _redirects.Set((seen.At.Segment, ((ReadOnlySpan<byte>)host).StableHash()), new PacRedirect(_hosts.SenderOf(seen.At), FrameReference.Of(seen.At)));
    }

    private PacFile FileOf(ReadOnlySpan<byte> body, long timestampNs)
    {
        var fingerprint = PacFingerprint.Of(body);
        if (_files.TryGet(fingerprint.Sha256, out var file))
            return file;
        file = new PacFile(fingerprint, body.ToArray(), timestampNs);
        _files.Set(fingerprint.Sha256, file);
        KeepBody(file);
        return file;
    }

    private void KeepBody(PacFile file)
    {
        _bodies.Enqueue(file);
        _bodyOctets += file.Length;
        while (_bodyOctets > BodyOctets && _bodies.TryDequeue(out var oldest))
        {
            _bodyOctets -= oldest.Length;
            oldest.GiveUpBody();
            BodiesGivenUp++;
        }
    }

    private PacStudy StudyOf(PacFile file, bool isCut, in Sighting at)
    {
        var known = file.StudyFor(at.Destination);
        if (known is null && file.Studies.Count >= MostStudies)
            return file.Studies[0];
        var asked = Names.AskedBy(at.Segment, at.Destination);
        if (known is not null && !HasAskedMore(known, asked))
            return known;
        // Of a short one that is cut the capture lacks the rest: what it would do is not known.
        var evaluation = !isCut ? Evaluate(file, asked, in at)
            : file.Length < PacEvaluationRequest.MostOctets ? PacEvaluation.Unknown : new PacEvaluation { Outcome = PacOutcome.TooLarge };
        var study = new PacStudy(file, at.Destination, evaluation);
        if (study.Evaluation.Outcome == PacOutcome.Unavailable)
            return known ?? study;
        file.Keep(study, insteadOf: known);
        return study;
    }

    private static bool HasAskedMore(PacStudy known, ImmutableArray<string> asked)
    {
        if (known.Evaluation.Outcome != PacOutcome.Evaluated)
            return false;
        var told = known.Evaluation.Decisions.Select(static decision => decision.Probe.Host).ToHashSet(StringComparer.Ordinal);
        return asked.Count(host => !told.Contains(host)) >= NewlyAsked;
    }

    private PacEvaluation Evaluate(PacFile file, ImmutableArray<string> asked, in Sighting at)
    {
        if (_evaluator is null || file.Body.IsEmpty)
            return PacEvaluation.Unknown;
        if (!TakeCredit(at.TimestampNs))
        {
            NotEvaluated++;
            return PacEvaluation.Unknown;
        }
        return _evaluator.Evaluate(new PacEvaluationRequest
        {
            Script = file.Body,
            Probes = [.. _probes, .. asked.Select(static host => new PacProbe(PacProbeKind.Asked, "https", host))],
            Client = at.Destination,
            TimestampNs = at.TimestampNs,
            Names = Names.ResolvedIn(at.Segment),
        });
    }

    private bool TakeCredit(long nowNs)
    {
        if (nowNs > _creditedNs)
        {
            _creditNs = Math.Min(MostAtOnce * NsPerEvaluation, _creditNs + Math.Min(nowNs - _creditedNs, MostAtOnce * NsPerEvaluation));
            _creditedNs = nowNs;
        }
        if (_creditNs < NsPerEvaluation)
            return false;
        _creditNs -= NsPerEvaluation;
        return true;
    }
}

/// <summary>A redirect of a request for a PAC.</summary>
/// <param name="By">Who answered with it.</param>
/// <param name="Frame">The answer.</param>
public sealed record PacRedirect(Host By, FrameReference Frame);
