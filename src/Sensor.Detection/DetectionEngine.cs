using Sensor.Core.Frames;
using Sensor.Core.Observations;
using Sensor.Detection.Baselines;
using Sensor.Detection.Certificates;
using Sensor.Detection.Detectors;
using Sensor.Detection.Hosts;
using Sensor.Detection.Incidents;
using Sensor.Detection.Leases;
using Sensor.Detection.Names;
using Sensor.Detection.Pac;
using Sensor.Detection.Proxies;
using Sensor.Detection.Snapshots;
using Sensor.Detection.Trust;
using Sensor.Detection.Updates;

namespace Sensor.Detection;

/// <summary>One run of detection: the tables, the detectors, and the bus that feeds them. Facts must arrive in the order of the timeline.</summary>
public sealed class DetectionEngine
{
    private readonly TrustPolicy _operator;
    private BaselineWatch? _watch;

    /// <summary>
    /// Builds the tables first and the detectors after, all subscribed to <see cref="Bus"/>; of the detectors those whose id
    /// <paramref name="isEnabled"/> says yes to. PAC scripts are run by <paramref name="pacEvaluator"/>; without one they are only stored.
    /// <paramref name="canaries"/> are the names this sensor asks for where it probes.
    /// </summary>
    public DetectionEngine(
        TrustPolicy trust, SegmentTable segments, SettingsReader? settings = null, AlertGate? gate = null,
        Func<string, bool>? isEnabled = null, IPacEvaluator? pacEvaluator = null, UpdatePolicy? updates = null,
        ICanaryLedger? canaries = null)
    {
        (Segments, _operator) = (segments, trust);
        Hosts = new HostTable((segment, address, mac) => (Context?.Trust ?? trust).IsRouter(segments.Describe(segment).InnermostVlan, address, mac));
        Incidents = new IncidentBook(segments, gate);
        Hosts.Joined = Incidents.Join;
        var questions = new QuestionTable();
        var leases = new LeaseTable();
        Proxies = new ProxyTable(Hosts, Incidents);
        updates ??= UpdatePolicy.Default;
        Updates = updates;
        var polls = new UpdatePollTable(updates.Catalog, Proxies);
        Exposure = new ExposureTable(Hosts, polls);
        Hosts.Subscribe(Bus, questions);
        questions.Subscribe(Bus);
        leases.Subscribe(Bus);
        Exposure.Subscribe(Bus);
        Payloads = new PayloadStore(Certificates);
        Payloads.Subscribe(Bus);
        new ServerChains(Certificates).Subscribe(Bus);
        Proxies.Subscribe(Bus);
        polls.Subscribe(Bus);
        Pacs = new PacLibrary(Hosts, pacEvaluator, updates.Catalog);
        Pacs.Subscribe(Bus);
        Keep("proxies", Proxies);
        Keep("pacs", Pacs);
        Keep("hosts", Hosts);
        Keep("roles", Hosts.Roles);
        Keep("incidents", Incidents);
        Keep("leases", leases);
        Keep("exposure", Exposure);
        Keep("update-habits", polls);
        Context = new DetectionContext
        {
            Trust = trust,
            Hosts = Hosts,
            Questions = questions,
            Leases = leases,
            Certificates = Certificates,
            Payloads = Payloads,
            Proxies = Proxies,
            Pacs = Pacs,
            Updates = updates,
            Canaries = canaries,
            Incidents = Incidents,
            Segments = segments,
            SettingsFor = settings ?? (static (_, _) => null),
        };
        Keep("pac-servers", Context.PacServers);
        foreach (var entry in DetectorCatalog.All)
        {
            if (!(isEnabled?.Invoke(entry.Info.Id) ?? true))
                continue;
            var detector = entry.Create(Context);
            detector.Subscribe(Bus);
            Keep(entry.Info.Id, detector);
        }
        Watch();
    }

    /// <summary>
    /// Begins to learn what the network shows about itself. To be called before the first fact; a run that does not learn pays nothing for it.
    /// </summary>
    public BaselineLearner Learn() => new(Context, Bus);

    /// <summary>
    /// From now on compares with <paramref name="learned"/> too, and trusts it. To be called between batches, on the thread that delivers.
    /// </summary>
    public void Freeze(FrozenBaseline learned)
    {
        Context.Trust = _operator.With(learned);
        Watch();
    }

    /// <summary>The trust in force: the operator's lists and what was frozen.</summary>
    public TrustPolicy Trust => Context.Trust;

    /// <summary>What is in force as the baseline: the operator's lists and what was frozen.</summary>
    public IReadOnlyList<LearnedEntry> TrustedEntries => Context.Trust.Baseline.Entries;

    /// <summary>Changes against the baseline since this was asked last.</summary>
    public IReadOnlyList<LearnedEntry> TakeChanges() => _watch?.TakeChanges() ?? [];

    /// <summary>What the detectors use.</summary>
    internal DetectionContext Context { get; }

    /// <summary>What the segment numbers stand for.</summary>
    public SegmentTable Segments { get; }

    /// <summary>Where observations are delivered.</summary>
    public ObservationBus Bus { get; } = new();

    /// <summary>Who is who.</summary>
    public HostTable Hosts { get; }

    /// <summary>PAC files that were served, and what they do.</summary>
    public PacLibrary Pacs { get; }

    /// <summary>Who could be lured, and by what.</summary>
    public ExposureTable Exposure { get; }

    /// <summary>Certificates that TLS servers and signed files show.</summary>
    public CertificateFeed Certificates { get; } = new();

    /// <summary>Programs, packages and scripts that were delivered.</summary>
    public PayloadStore Payloads { get; }

    /// <summary>The update catalogue, and what the operator says of updates.</summary>
    public UpdatePolicy Updates { get; }

    /// <summary>Who is used as a proxy.</summary>
    public ProxyTable Proxies { get; }

    /// <summary>The findings and incidents.</summary>
    public IncidentBook Incidents { get; }

    /// <summary>The tables and detectors whose knowledge outlives this engine, in the order they are read back.</summary>
    internal List<(string Name, IKeepsState State)> KeptState { get; } = [];

    private void Watch()
    {
        var frozen = new FrozenBaseline([.. Context.Trust.Baseline.Entries, .. Updates.Issuers]);
        if (_watch is null && frozen.IsEmpty)
            return;
        if (_watch is null)
        {
            _watch = new BaselineWatch(Context);
            new BaselineFacts(Context, _watch).Subscribe(Bus);
        }
        _watch.Frozen = frozen;
    }

    private void Keep(string name, object? part)
    {
        if (part is IKeepsState state)
            KeptState.Add((name, state));
    }
}
