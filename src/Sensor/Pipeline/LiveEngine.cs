using Sensor.Capture.Live;
using Sensor.Core.Frames;
using Sensor.Detection;
using Sensor.Output.Delivery;

namespace Sensor.Pipeline;

/// <summary>
/// Runs live interfaces through the same engine as files, until it is stopped. Everything is told on the thread that calls
/// <see cref="Run"/>: findings (by the incident book), operational events, batches and ticks.
/// </summary>
public sealed class LiveEngine
{
    private readonly LiveSource _source;
    private readonly ReplayEngine _engine;
    private readonly Action<OperationalEvent>? _report;
    private long _lagNs, _lastFrameNs;

    /// <summary>
    /// Prepares a run of <paramref name="source"/> into <paramref name="detection"/>, which was made over the same
    /// <paramref name="segments"/>. <paramref name="report"/> is told of loss, blind spots and interfaces that come and go.
    /// </summary>
    public LiveEngine(
        LiveSource source, DetectionEngine detection, SegmentTable segments, ReplayOptions options, Action<OperationalEvent>? report = null)
    {
        (_source, _report) = (source, report);
        _engine = new ReplayEngine(source, detection, segments, options);
    }

    /// <summary>What was seen so far; its counters are filled at the end (<see cref="CountersNow"/> before).</summary>
    public ReplayTotals Totals => _engine.Totals;

    /// <summary>Whether every worker still moves. The source gives a batch at least ten times a second, so each must.</summary>
    public WorkerProgress Progress => _engine.Progress;

    /// <summary>
    /// How long after it was captured the last frame was through all of detection: the workers' lag. Zero before the first. Any thread may ask.
    /// </summary>
    public TimeSpan Lag => TimeSpan.FromTicks(Volatile.Read(ref _lagNs) / TimeSpan.NanosecondsPerTick);

    /// <inheritdoc cref="ReplayEngine.Replace"/>
    public void Replace(DetectionEngine detection) => _engine.Replace(detection);

    /// <summary>What went wrong so far; any thread may ask.</summary>
    public WireCounters CountersNow() => _engine.CountersNow();

    /// <summary>
    /// Runs until <paramref name="stop"/> is signalled or the source ends; what was read by then is analysed and reported.
    /// <paramref name="afterBatch"/> is called on this thread after each batch, and at least ten times a second when nothing comes.
    /// </summary>
    public ReplayTotals Run(Action<ReplayTotals>? afterBatch = null, CancellationToken stop = default)
    {
        var totals = _engine.Run(seen => OnBatch(seen, afterBatch), stop);
        Tell();
        return totals;
    }

    private void OnBatch(ReplayTotals seen, Action<ReplayTotals>? afterBatch)
    {
        if (seen.LastTimestampNs != _lastFrameNs)
        {
            _lastFrameNs = seen.LastTimestampNs;
            Volatile.Write(ref _lagNs, Math.Max(0, WallClock.NowNs() - _lastFrameNs));
        }
        Tell();
        afterBatch?.Invoke(seen);
    }

    private void Tell()
    {
        while (_source.TryTakeEvent(out var happened))
            _report?.Invoke(happened);
    }
}
