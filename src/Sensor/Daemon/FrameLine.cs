using Sensor.Capture.Live;
using Sensor.Core.Frames;
using Sensor.Detection;
using Sensor.Pipeline;

namespace Sensor.Daemon;

/// <summary>A capture line over frames that are at hand: no interface. For the self-test, and wherever frames are made instead of captured.</summary>
internal sealed class FrameLine(IFrameSource source, SegmentTable segments, string description, int workers = 1) : ICaptureLine
{
    private ReplayEngine? _engine;

    /// <inheritdoc/>
    public string Description => description;

    /// <inheritdoc/>
    public long Frames => _engine?.Totals.Frames ?? 0;

    /// <inheritdoc/>
    public long LastFrameNs => _engine?.Totals.LastTimestampNs ?? 0;

    /// <inheritdoc/>
    public TimeSpan Lag => TimeSpan.Zero;

    /// <inheritdoc/>
    public IReadOnlyList<(string Worker, Func<ProgressReading> Read)> Workers =>
        [.. Enumerable.Range(0, workers).Select(number => (number == 0 ? "detection" : $"worker {number}", (Func<ProgressReading>)(() => Read(number))))];

    /// <inheritdoc/>
    public IFrameKeeper? Keeper { get; set; }

    /// <inheritdoc/>
    public string OriginName(int origin) => source.OriginName(origin);

    /// <inheritdoc/>
    public IReadOnlyList<InterfaceStatistics> Statistics() => [];

    /// <inheritdoc/>
    public WireCounters Counters() => _engine?.CountersNow() ?? new WireCounters();

    /// <inheritdoc/>
    public void Run(DetectionEngine detection, Action<long> passed, CancellationToken stop)
    {
        _engine = new ReplayEngine(source, detection, segments, new ReplayOptions { Workers = workers, Keeper = Keeper });
        _engine.Run(totals => passed(totals.LastTimestampNs), stop);
    }

    /// <inheritdoc/>
    public void Replace(DetectionEngine detection) => _engine?.Replace(detection);

    /// <inheritdoc/>
    public void Dispose() => (source as IDisposable)?.Dispose();

    private ProgressReading Read(int number) => _engine is { } engine ? new ProgressReading(engine.Progress[number], HasWork: true) : default;
}
