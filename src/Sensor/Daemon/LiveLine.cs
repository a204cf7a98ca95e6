using Sensor.Capture.Live;
using Sensor.Commands;
using Sensor.Core.Frames;
using Sensor.Detection;
using Sensor.Output.Delivery;
using Sensor.Pipeline;

namespace Sensor.Daemon;

/// <summary>The capture line of the appliance: interfaces through the live engine, with as many workers as configured.</summary>
internal sealed class LiveLine : ICaptureLine
{
    private readonly LiveSource _source;
    private readonly SegmentTable _segments;
    private readonly LiveOptions _options;
    private readonly int _workers;
    private readonly Action<OperationalEvent> _tell;
    private LiveEngine? _engine;

    /// <summary>Opens the interfaces. Throws <see cref="CommandException"/> when they cannot be.</summary>
    public LiveLine(LiveOptions options, int workers, SegmentTable segments, Action<OperationalEvent> tell)
    {
        (_options, _workers, _segments, _tell) = (options, workers, segments, tell);
        if (!Privileges.CanCapture)
        {
            throw new CommandException(
                ExitCode.NoPermission, "capturing needs CAP_NET_RAW, which this process does not have",
                "Run it by the unit file, as root, or once: setcap cap_net_raw+ep /path/to/sensor");
        }
        try
        {
            _source = new LiveSource(options);
        }
        catch (LiveCaptureException failure)
        {
            throw new CommandException(ExitCode.Failed, failure.Message, failure.Hint);
        }
    }

    /// <inheritdoc/>
    public string Description => string.Join(", ", _options.Interfaces);

    /// <inheritdoc/>
    public long Frames => _engine?.Totals.Frames ?? 0;

    /// <inheritdoc/>
    public long LastFrameNs => _engine?.Totals.LastTimestampNs ?? 0;

    /// <inheritdoc/>
    public TimeSpan Lag => _engine?.Lag ?? TimeSpan.Zero;

    /// <inheritdoc/>
    /// <remarks>
    /// The source gives a batch ten times a second, with frames or without: each worker always has something to do. So have the threads that ask
    /// libpcap, where frames come from it.
    /// </remarks>
    public IReadOnlyList<(string Worker, Func<ProgressReading> Read)> Workers =>
    [
        .. Enumerable.Range(0, _workers).Select(number => (Name(number), (Func<ProgressReading>)(() => Read(number)))),
        .. _options.Interfaces.Select((name, place) => ($"capture {name}", (Func<ProgressReading>)(() => Reader(place)))),
    ];

    /// <inheritdoc/>
    public IFrameKeeper? Keeper { get; set; }

    /// <inheritdoc/>
    public string OriginName(int origin) => _source.OriginName(origin);

    /// <inheritdoc/>
    public IReadOnlyList<InterfaceStatistics> Statistics() => _source.Statistics();

    /// <inheritdoc/>
    public WireCounters Counters() => _engine?.CountersNow() ?? new WireCounters();

    /// <inheritdoc/>
    public void Run(DetectionEngine detection, Action<long> passed, CancellationToken stop)
    {
        _engine = new LiveEngine(_source, detection, _segments, new ReplayOptions { Workers = _workers, Keeper = Keeper }, _tell);
        // Summaries and roll-ups go by the machine's clock, as frames do.
        _engine.Run(_ => passed(WallClock.NowNs()), stop);
    }

    /// <inheritdoc/>
    public void Replace(DetectionEngine detection) => _engine?.Replace(detection);

    /// <inheritdoc/>
    public void Dispose() => _source.Dispose();

    private static string Name(int number) => number == 0 ? "detection" : $"worker {number}";

    private ProgressReading Reader(int place) => _source.ReaderTurns(place) is { } turns ? new ProgressReading(turns, HasWork: true) : default;

    private ProgressReading Read(int number) => _engine is { } engine ? new ProgressReading(engine.Progress[number], HasWork: true) : default;
}
