using System.Diagnostics;
using System.Globalization;
using Sensor.Commands;
using Sensor.Core.Frames;
using Sensor.Output;
using Sensor.Output.Delivery.Dispatch;
using Sensor.Store;
using Sensor.Telemetry;

namespace Sensor.Daemon;

/// <summary>Collects how the daemon is, for whoever asks: `sensor status`, metrics, the service manager. Safe for any thread.</summary>
internal sealed class DaemonStatus(ProgressBoard board, Watchdog watchdog) : IDisposable
{
    private readonly DateTimeOffset _startedAt = DateTimeOffset.UtcNow;
    private readonly long _started = Stopwatch.GetTimestamp();
    private readonly InterfaceRates _rates = new();
    private readonly Lock _gate = new();
    private SensorStore? _store;
    private string _storePath = "";
    private Dispatcher? _dispatcher;
    private AlertPath? _path;
    private ICaptureLine? _line;
    private ReloadReport? _lastReload;
    private long _applied, _refused;

    /// <summary>What the daemon is doing.</summary>
    public DaemonPhase Phase { get; set; } = DaemonPhase.Starting;

    /// <summary>Whether frames are captured on at least one interface.</summary>
    public bool IsCapturing => Phase is DaemonPhase.Running or DaemonPhase.Reloading
        && _line is { } line && (line.Statistics() is var all && (all.Count == 0 || all.Any(static one => one.IsUp)));

    /// <summary>The parts there are to ask, once they are there.</summary>
    public void Attach(SensorStore store, string storePath, Dispatcher dispatcher, AlertPath path, ICaptureLine line)
    {
        (_store, _storePath, _dispatcher, _path, _line) = (store, storePath, dispatcher, path, line);
        _rates.Watch(line.Statistics);
    }

    /// <summary>A reload has ended.</summary>
    public void Reloaded(bool applied, string result)
    {
        lock (_gate)
        {
            _lastReload = new ReloadReport(DateTimeOffset.UtcNow, applied, result);
            _ = applied ? _applied++ : _refused++;
        }
    }

    /// <summary>What is wrong now, one sentence each.</summary>
    public IReadOnlyList<string> Problems()
    {
        var problems = new List<string>();
        foreach (var stalled in watchdog.Stalled)
            problems.Add($"{stalled.Worker} has had work for {PacketTime.Span(stalled.For)} and makes no progress");
        foreach (var one in _line?.Statistics() ?? [])
        {
            if (!one.IsUp)
                problems.Add($"{one.Interface} is down or gone");
        }
        if (_store is { Lost: > 0 } store)
            problems.Add(string.Create(CultureInfo.InvariantCulture, $"the store gave up {store.Lost} findings or messages: the disk took nothing"));
        return problems;
    }

    /// <summary>One line for the service manager.</summary>
    public string Line()
    {
        var report = _path?.Report ?? new DetectionReport();
        var waiting = _dispatcher?.Status().Sum(static target => target.Depth) ?? 0;
        return string.Create(CultureInfo.InvariantCulture,
            $"capturing on {_line?.Description}: {_line?.Frames ?? 0:#,0} frames, {report.Alerts:#,0} alerts, {report.IncidentsOpen:#,0} incidents, {waiting:#,0} messages wait");
    }

    /// <summary>Everything.</summary>
    public StatusReport Collect()
    {
        lock (_gate)
        {
            return new StatusReport
            {
                Version = SensorCli.Version,
                ProcessId = Environment.ProcessId,
                Phase = Phase,
                StartedAt = _startedAt,
                UptimeSeconds = Math.Round(Stopwatch.GetElapsedTime(_started).TotalSeconds, 3),
                Problems = Problems(),
                Interfaces = _rates.Report(_line?.Statistics() ?? []),
                Workers = [.. board.Read().Select(static worker =>
                    new WorkerReport(worker.Worker, worker.Done, worker.HasWork, worker.HasWork ? Math.Round(worker.StillFor.TotalSeconds, 3) : 0))],
                Detection = (_path?.Report ?? new DetectionReport()) with { Frames = _line?.Frames ?? 0, LastFrameNs = _line?.LastFrameNs ?? 0, LagSeconds = _line?.Lag.TotalSeconds ?? 0 },
                Decoder = _line?.Counters() ?? new WireCounters(),
                Store = Store(),
                Targets = [.. (_dispatcher?.Status() ?? []).Select(Target)],
                LastReload = _lastReload,
                ReloadsApplied = _applied,
                ReloadsRefused = _refused,
                Process = ProcessReading.Take(),
            };
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _rates.Dispose();

    private StoreReport Store() => _store is not { } store ? new StoreReport() : new StoreReport
    {
        Path = _storePath,
        Octets = SizeOf(_storePath) + SizeOf(_storePath + "-wal"),
        QueueDepth = store.QueueDepth,
        Problem = store.Lost > 0 ? "findings or messages were given up: the disk took nothing" : null,
    };

    private static TargetReport Target(TargetStatus target) => new()
    {
        Name = target.Name,
        Kind = target.Address,
        Depth = target.Depth,
        OldestSeconds = target.Oldest is { } oldest ? Math.Max(0, Math.Round((DateTimeOffset.UtcNow - oldest).TotalSeconds, 1)) : null,
        Delivered = target.Delivered,
        Resent = target.Resent,
        Refused = target.Refused,
        IsConnected = target.State == TargetState.Connected,
        Failures = target.Failures,
        LastError = target.FailuresInRow > 0 ? target.LastError : null,
    };

    private static long SizeOf(string path)
    {
        try
        {
            var file = new FileInfo(path);
            return file.Exists ? file.Length : 0;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return 0;
        }
    }
}
