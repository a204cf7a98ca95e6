using System.Diagnostics;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Sensor.Commands;
using Sensor.Configuration;
using Sensor.Core.Frames;
using Sensor.Detection.Incidents;
using Sensor.Evidence;
using Sensor.Output.Delivery;
using Sensor.Output.Delivery.Dispatch;
using Sensor.Output.Delivery.Routing;
using Sensor.Store;
using Sensor.Telemetry;

namespace Sensor.Daemon;

/// <summary>
/// The appliance: puts capture, detection, store and targets together, starts them in the order in which each needs the other, and stops them in
/// the order in which nothing is lost. Capture and detection have threads of their own.
/// </summary>
internal sealed class SensorDaemon : IHostedService, IDisposable
{
    private static readonly TimeSpan StatusEvery = TimeSpan.FromSeconds(10);

    private readonly DaemonParts _parts;
    private readonly IHostApplicationLifetime _application;
    private readonly ILogger _log;
    private readonly CancellationTokenSource _stopCapture = new();
    private readonly ProgressBoard _board = new();
    private readonly Watchdog _watchdog;
    private readonly DaemonStatus _status;
    private SensorStore? _store;
    private AlertRouter? _router;
    private Dispatcher? _dispatcher;
    private AlertPath? _path;
    private ICaptureLine? _line;
    private Thread? _detection;
    private StatusSocket? _statusSocket;
    private TelemetryEndpoint? _telemetry;
    private Timer? _statusTimer;

    /// <summary>A daemon of these parts; <paramref name="application"/> is stopped when one of them fails.</summary>
    public SensorDaemon(DaemonParts parts, IHostApplicationLifetime application)
    {
        (_parts, _application, _log) = (parts, application, parts.Log);
        _watchdog = new Watchdog(parts.Notifier, _board, parts.Log);
        _status = new DaemonStatus(_board, _watchdog);
        Configuration = parts.Configuration;
    }

    /// <summary>How the process shall end, see <see cref="ExitCode"/>.</summary>
    public int ExitStatus { get; private set; } = ExitCode.Finished;

    /// <summary>The configuration in force.</summary>
    public SensorConfiguration Configuration { get; internal set; }

    /// <summary>How it is.</summary>
    public DaemonStatus Status => _status;

    /// <summary>The alert path; not before the start.</summary>
    internal AlertPath Path => _path!;

    /// <summary>The router; used on the detection thread.</summary>
    internal AlertRouter Router => _router!;

    /// <summary>The dispatcher.</summary>
    internal Dispatcher Dispatcher => _dispatcher!;

    /// <summary>What is captured.</summary>
    internal ICaptureLine Line => _line!;

    /// <summary>Metrics.</summary>
    internal TelemetryEndpoint Telemetry => _telemetry!;

    /// <inheritdoc/>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var alerts = DefaultTarget.Complete(Configuration.Alerts);
        OpenStore();
        _router = new AlertRouter(alerts, _parts.Identity);
        _dispatcher = new Dispatcher(_store!);
        var segments = new SegmentTable();
        _line = _parts.OpenLine(Configuration, segments, Tell);
        _path = new AlertPath(
            Configuration, _store!, _router, _parts.Evaluator, _log, segments, _line.OriginName, KeepFrames(_line, Configuration.Store.RecentFrames),
            probing: _parts.Probing)
        {
            Baseline = new BaselineKeeper(Configuration.Store.Path, Configuration.Baseline, line => DaemonLog.Note(_log, line)),
        };
        _path.Restore();
        _router.Happened = happened => DaemonLog.Operational(_log, LogLevel.Warning, happened.Id, happened.Summary);
        _dispatcher.Happened = Tell;
        await _dispatcher.ApplyAsync(alerts.Targets);
        _status.Attach(_store!, Configuration.Store.Path, _dispatcher, _path, _line);
        if (_parts.StatusPath is { } path)
            _statusSocket = new StatusSocket(path, _status.Collect);
        _telemetry = new TelemetryEndpoint(_status);
        _telemetry.Apply(Configuration.Telemetry);
        if (_telemetry.Address is { } address)
            DaemonLog.MetricsListening(_log, address);
        StartThreads();
        _status.Phase = DaemonPhase.Running;
        DaemonLog.Capturing(_log, _line.Description, Configuration.Store.Path, string.Join(", ", _dispatcher.Status().Select(static t => $"{t.Name} ({t.Address})")));
        _parts.Notifier.Ready(_status.Line());
        _statusTimer = new Timer(_ => _parts.Notifier.Status(_status.Line()), null, StatusEvery, StatusEvery);
    }

    /// <summary>Frames cannot be read twice: those that led to facts are kept for a while, for the findings they prove.</summary>
    private static Func<Finding, IReadOnlyList<EvidenceOctets>> KeepFrames(ICaptureLine line, long octets)
    {
        var recent = new RecentFrames(octets, line.OriginName);
        line.Keeper = recent;
        return finding => recent.Resolve([.. finding.Frames, FrameReference.Of(finding.At)]);
    }

    /// <summary>Stops in the order in which nothing is lost, within Daemon:StopTimeout all together.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        _status.Phase = DaemonPhase.Stopping;
        _statusTimer?.Dispose();
        _parts.Notifier.Stopping("stopping: no more frames are taken, what was found is stored and sent");
        var budget = new StopBudget(Configuration.Daemon.StopTimeout);
        _parts.Probing?.Dispose();
        await _stopCapture.CancelAsync();
        if (_detection is { } detection && !detection.Join(budget.Share(0.5)))
            StopTimedOut("detection", budget);
        if (_store is { } store && !store.Flush(budget.Share(0.5)))
            StopTimedOut("the store", budget);
        if (_dispatcher is not null)
            await _dispatcher.StopAsync(budget.Share(0.8));
        _watchdog.Dispose();
        _telemetry?.Dispose();
        _statusSocket?.Dispose();
        var waiting = Waiting();
        await CloseAsync(budget);
        var report = _path?.Report ?? new DetectionReport();
        DaemonLog.Stopped(
            _log, budget.Elapsed.TotalSeconds, _line?.Frames ?? 0, report.FindingsByDetector.Values.Sum(), report.Alerts, waiting);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _line?.Dispose();
        _path?.Dispose();
        _router?.Dispose();
        _status.Dispose();
        (_parts.Evaluator as IDisposable)?.Dispose();
        _stopCapture.Dispose();
    }

    /// <summary>Tells the operator something about the sensor itself; before there is a path it is logged alone.</summary>
    private void Tell(OperationalEvent happened)
    {
        if (_path is { } path)
            path.Tell(happened);
        else
            DaemonLog.Operational(_log, LogLevel.Warning, happened.Id, happened.Summary);
    }

    private void OpenStore()
    {
        try
        {
            _store = _parts.OpenStore(Configuration.Store, line => DaemonLog.Note(_log, line), Tell);
        }
        catch (StoreException failure)
        {
            throw new CommandException(ExitCode.Failed, failure.Message, "Name another with --store, or Store:Path in the configuration.");
        }
    }

    private void StartThreads()
    {
        foreach (var (worker, read) in _line!.Workers)
            _board.Watch(worker, read);
        var store = _store!;
        _board.Watch("store", store.Progress);
        _watchdog.Start();
        _detection = new Thread(Detect) { Name = "detection", IsBackground = true };
        _detection.Start();
        _parts.Probing?.Start(_path!);
    }

    private void Detect()
    {
        try
        {
            _line!.Run(_path!.Detection, _path.Passed, _stopCapture.Token);
            _path.End();
            if (!_stopCapture.IsCancellationRequested)
                Fail("capture", "the frames ended", null);
        }
        catch (Exception failure)
        {
            Fail("detection", $"{failure.GetType().Name}: {failure.Message}", failure);
        }
    }

    /// <summary>A part has failed: the process ends with a status that makes the service manager start it anew.</summary>
    private void Fail(string part, string reason, Exception? failure)
    {
        ExitStatus = ExitCode.Failed;
        DaemonLog.PartFailed(_log, part, reason, failure);
        _application.StopApplication();
    }

    private void StopTimedOut(string part, StopBudget budget)
    {
        ExitStatus = ExitCode.Failed;
        DaemonLog.StopTimedOut(_log, part, budget.Elapsed.TotalSeconds);
    }

    /// <summary>The store is asked: the dispatcher has ended, and with it what it knew of its targets.</summary>
    private long Waiting() => _store is not { } store ? 0
        : DefaultTarget.Complete(Configuration.Alerts).Targets.Where(static target => target.Enabled).Sum(target => store.Backlog(target.Name).Depth);

    /// <summary>Closing may wait for a disk that takes nothing: not longer than there is time.</summary>
    private async Task CloseAsync(StopBudget budget)
    {
        var closing = Task.Run(() => _store?.Dispose());
        if (await Task.WhenAny(closing, Task.Delay(budget.Share(1))) != closing)
            StopTimedOut("the store", budget);
    }

    /// <summary>The time a stop may take, and what is left of it.</summary>
    private sealed class StopBudget(TimeSpan whole)
    {
        private readonly long _begun = Stopwatch.GetTimestamp();

        public TimeSpan Elapsed => Stopwatch.GetElapsedTime(_begun);

        /// <summary>A share of what is left, but enough for what takes no time.</summary>
        public TimeSpan Share(double share)
        {
            var left = (whole - Elapsed) * share;
            return left > TimeSpan.FromMilliseconds(50) ? left : TimeSpan.FromMilliseconds(50);
        }
    }
}
