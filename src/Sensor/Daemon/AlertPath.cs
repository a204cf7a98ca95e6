using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Sensor.Commands;
using Sensor.Configuration;
using Sensor.Core.Frames;
using Sensor.Detection;
using Sensor.Detection.Incidents;
using Sensor.Detection.Pac;
using Sensor.Detection.Snapshots;
using Sensor.Output;
using Sensor.Output.Delivery;
using Sensor.Probing;
using Sensor.Store;
using Sensor.Telemetry;

namespace Sensor.Daemon;

/// <summary>
/// From a finding to its messages in the store: asks the router, stores finding, evidence and messages in one go, lets time pass for summaries,
/// takes snapshots. Lives on the detection thread; what others want done there they <see cref="Post"/>.
/// </summary>
internal sealed class AlertPath : IProbedDetection, IDisposable
{
    /// <summary>Things others may have posted before one is dropped: events are rare, and detection passes many times a second.</summary>
    private const int MostPosted = 4096;

    private static readonly TimeSpan ReportEvery = TimeSpan.FromSeconds(1), AskedWithin = TimeSpan.FromSeconds(15);

    private readonly IFindingStore _store;
    private readonly IAlertRouter _router;
    private readonly IPacEvaluator? _evaluator;
    private readonly ILogger _log;
    private readonly ConcurrentQueue<Action> _posted = new();
    private readonly Dictionary<string, long> _findings = new(StringComparer.Ordinal);
    private readonly FindingLines _lines = new();
    private readonly ProbingService? _probing;
    private readonly Func<Finding, IReadOnlyList<EvidenceOctets>> _evidence;
    private SensorConfiguration _configuration;
    private RunView _run = null!;
    private string? _routerState;
    private long _alerts, _lastSnapshot = Stopwatch.GetTimestamp(), _lastReport, _nowNs;

    /// <summary>A path for what <paramref name="configuration"/> says, with a fresh engine over <paramref name="segments"/>.</summary>
    public AlertPath(
        SensorConfiguration configuration, IFindingStore store, IAlertRouter router, IPacEvaluator? evaluator, ILogger log, SegmentTable segments,
        Func<int, string> originName, Func<Finding, IReadOnlyList<EvidenceOctets>>? evidence = null,
        ProbingService? probing = null)
    {
        (_configuration, _store, _router, _evaluator, _log) = (configuration, store, router, evaluator, log);
        _probing = probing;
        _evidence = evidence ?? (static _ => []);

        OriginName = originName;
        Segments = segments;
        Detection = DetectionRun.Create(configuration, segments, evaluator, probing?.Canaries);
        Follow(Detection);
    }

    /// <summary>The names of interfaces.</summary>
    public Func<int, string> OriginName { get; }

    /// <summary>What segment numbers stand for; one table for the whole life of the process, whatever engine works with it.</summary>
    public SegmentTable Segments { get; }

    /// <summary>The engine at work.</summary>
    public DetectionEngine Detection { get; private set; }

    /// <summary>What has been found, as of at most a second ago. May be read from any thread.</summary>
    public DetectionReport Report { get; private set; } = new();

    /// <summary>What is learned of the network; null: nothing.</summary>
    public BaselineKeeper? Baseline { get; init; }

    /// <summary>Called for every alert, on the detection thread.</summary>
    public Action<Incident, Finding>? Alerted { get; set; }

    /// <summary>Things that were posted and dropped because too many waited.</summary>
    public long PostsDropped { get; private set; }

    /// <summary>Takes up what was known before a restart. Before the first frame.</summary>
    public void Restore()
    {
        _router.LoadState(_store.Restore(Detection));
        Baseline?.Attach(Detection);
        MakeReport();
    }

    /// <summary>Has <paramref name="action"/> done on the detection thread, between two batches. From any thread.</summary>
    public void Post(Action action)
    {
        if (_posted.Count >= MostPosted)
            PostsDropped++;
        else
            _posted.Enqueue(action);
    }

    /// <inheritdoc/>
    public Task<T> AskAsync<T>(Func<DetectionEngine, T> ask, CancellationToken stop)
    {
        var answer = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        Post(() =>
        {
            try
            {
                answer.SetResult(ask(Detection));
            }
            catch (Exception failure)
            {
                // The asker's trouble, not detection's.
                answer.SetException(failure);
            }
        });
        return answer.Task.WaitAsync(AskedWithin, stop);
    }

    /// <inheritdoc/>
    public void Note(string incidentId, IncidentCheck check) => Post(() =>
    {
        DaemonLog.Note(_log, $"checked {incidentId}: {TextPage.Printable(check.Text)}");
        if (Detection.Incidents.WithId(incidentId) is not { } incident)
            return;
        incident.Note(check);
        _store.Record(incident, _lines.Incident(_run, incident));
    });

    /// <summary>Tells the operator something about the sensor itself. From any thread.</summary>
    public void Tell(OperationalEvent happened)
    {
        if (happened.IsOver)
            DaemonLog.OperationalOver(_log, happened.Id, happened.Summary);
        else
            DaemonLog.Operational(_log, LogLevel.Warning, happened.Id, happened.Summary);
        Post(() => _store.Record(happened, _router.Route(happened)));
    }

    /// <summary>A batch is done, or time has passed without one. <paramref name="nowNs"/> is the timeline's time.</summary>
    public void Passed(long nowNs)
    {
        _nowNs = nowNs;
        while (_posted.TryDequeue(out var action))
            action();
        if (_nowNs > 0)
        {
            var due = _router.Tick(_run, _nowNs);
            if (due.Count > 0)
                _store.Record(due);
        }
        Baseline?.Passed(_nowNs);
        if (Stopwatch.GetElapsedTime(_lastReport) >= ReportEvery)
            MakeReport();
        if (Stopwatch.GetElapsedTime(_lastSnapshot) >= _configuration.Store.SnapshotInterval)
            Snapshot();
    }

    /// <summary>No frame will come any more: what is posted is done, and what is known stored.</summary>
    public void End()
    {
        Passed(_nowNs);
        MakeReport();
        Snapshot();
        Baseline?.End();
    }

    /// <summary>
    /// Goes on with another configuration: a fresh engine takes over what the old one knows. On the detection thread. Returns the new engine.
    /// </summary>
    public DetectionEngine Adopt(SensorConfiguration configuration)
    {
        var fresh = DetectionRun.Create(configuration, Segments, _evaluator, _probing?.Canaries);
        var moved = DetectionSnapshot.Apply(fresh, DetectionSnapshot.Take(Detection));
        if (moved.Outcome != SnapshotOutcome.Applied)
            throw new InvalidOperationException($"what detection knows could not be moved ({moved.Outcome})");
        if (moved.Skipped.Count > 0)
            DaemonLog.Warning(_log, $"reload: these tables start empty: {string.Join(", ", moved.Skipped)}");
        Detection.Incidents.FindingJudged = null;
        Detection = fresh;
        Follow(fresh);
        _store.Attach(fresh);
        Baseline?.Attach(fresh);
        return fresh;
    }

    /// <summary>Settings that the engine does not depend on. On the detection thread.</summary>
    public void Use(SensorConfiguration configuration) => _configuration = configuration;

    /// <inheritdoc/>
    public void Dispose()
    {
        Baseline?.Dispose();
        _lines.Dispose();
    }

    private void Follow(DetectionEngine detection)
    {
        detection.Incidents.FindingJudged = OnFinding;
        _probing?.Answers.Subscribe(detection.Bus);
        _probing?.Wire.Subscribe(detection.Bus);
        _run = new RunView(
            "", OriginName, Segments, () => detection.Incidents.Incidents, () => detection.Incidents.Exposures, () => detection.Exposure.All);
    }

    private void OnFinding(Incident incident, Finding finding, AlertReason? reason)
    {
        _findings[finding.Detector.Id] = _findings.GetValueOrDefault(finding.Detector.Id) + 1;
        var messages = _router.Route(_run, incident, finding, reason);
        var state = _router.SaveState();
        var stored = new StoredFinding(
            incident, finding, _lines.Finding(_run, incident, finding), _lines.Incident(_run, incident, finding, reason), _evidence(finding),
            messages, state == _routerState ? null : state);
        _routerState = state;
        _store.Record(stored);
        if (reason is null)
            return;
        _alerts++;
        Alerted?.Invoke(incident, finding);
        _probing?.Suspect(incident, finding);
        if (_configuration.Daemon.LogAlerts)
            DaemonLog.Alert(_log, Words.Of(finding.Severity), finding.Detector.Id, incident.Id, finding.Summary);
    }

    private void Snapshot()
    {
        _lastSnapshot = Stopwatch.GetTimestamp();
        _routerState = _router.SaveState();
        _store.Snapshot(Detection, _routerState);
    }

    private void MakeReport()
    {
        _lastReport = Stopwatch.GetTimestamp();
        var incidents = Detection.Incidents.Incidents;
        Report = new DetectionReport
        {
            FindingsByDetector = new Dictionary<string, long>(_findings),
            Alerts = _alerts,
            IncidentsOpen = incidents.Count,
            Hosts = Detection.Hosts.All.Count(),
            Incidents = [.. incidents.OrderByDescending(incident => incident.LastSeenNs).Take(DetectionReport.MostIncidents).Select(Line)],
        };
    }

    private static OpenIncident Line(Incident incident) => new(
        incident.Id, Words.Of(incident.Severity), Words.Of(incident.Confidence), HostText.Short(incident.Suspect),
        incident.Findings is [.., var last] ? last.Finding.Detector.Id : "", incident.Victims.Count,
        DateTimeOffset.UnixEpoch.AddTicks(incident.LastSeenNs / 100));
}
