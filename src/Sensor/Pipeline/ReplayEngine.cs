using Sensor.Core.Analyzers;
using Sensor.Core.Frames;
using Sensor.Core.Observations;
using Sensor.Detection;

namespace Sensor.Pipeline;

/// <summary>
/// Runs a timeline through dissection, flows, analysis and detection. The flow state lies in a fixed number of shards and observations are
/// delivered in the order of the timeline, so any number of workers gives the same answer.
/// </summary>
public sealed class ReplayEngine
{
    private readonly IFrameSource _source;
    private DetectionEngine _detection;
    private readonly ReplayOptions _options;
    private readonly Dissector _dissector;
    private readonly FlowShard[] _shards = new FlowShard[FlowShard.Count];

    /// <summary>Prepares a run of <paramref name="source"/> into <paramref name="detection"/>, which was made over the same <paramref name="segments"/>.</summary>
    public ReplayEngine(IFrameSource source, DetectionEngine detection, SegmentTable segments, ReplayOptions options)
    {
        _source = source;
        _detection = detection;
        _options = options;
        _dissector = new Dissector(segments, options.Checksums);
        for (var i = 0; i < _shards.Length; i++)
            _shards[i] = new FlowShard();
        Progress = new WorkerProgress(Math.Clamp(options.Workers, 1, FlowShard.Count));
    }

    /// <summary>Whether every worker still moves; any thread may look.</summary>
    public WorkerProgress Progress { get; }

    /// <summary>What was seen so far.</summary>
    public ReplayTotals Totals { get; } = new();

    /// <summary>
    /// Reads to the end, or until <paramref name="stop"/> is signalled; what was read by then is analysed and reported.
    /// <paramref name="progress"/> is called on this thread after each batch.
    /// </summary>
    public ReplayTotals Run(Action<ReplayTotals>? progress = null, CancellationToken stop = default)
    {
        if (_options.Workers <= 1)
            RunInline(progress, stop);
        else
            RunFannedOut(progress, stop);
        FinishShards();
        Totals.Counters.Add(CountersNow());
        return Totals;
    }

    /// <summary>
    /// From the next batch on facts go to <paramref name="detection"/>, made over the same segments; flows go on as they are. To be called
    /// from within the progress of <see cref="Run"/>, so between two batches.
    /// </summary>
    public void Replace(DetectionEngine detection) => _detection = detection;

    /// <summary>The counters of all workers while they run: any thread may ask, and gets each counter as it was at some instant of the call.</summary>
    public WireCounters CountersNow()
    {
        var sum = new WireCounters();
        sum.Add(_dissector.Counters);
        foreach (var shard in _shards)
            sum.Add(shard.Counters);
        return sum;
    }

    private void RunInline(Action<ReplayTotals>? progress, CancellationToken stop)
    {
        var batch = new FrameBatch();
        var worker = new PacketWorker(_dissector, _shards, () => _detection.Bus);
        while (!stop.IsCancellationRequested && _source.TryRead(batch))
        {
            Progress.Beat(0);
            batch.FirstOrdinal = Totals.Frames;
            worker.Process(batch);
            Totals.Count(batch);
            progress?.Invoke(Totals);
        }
    }

    private void RunFannedOut(Action<ReplayTotals>? progress, CancellationToken stop)
    {
        var fanOut = new FanOut(_source, _dissector, _shards, () => _detection.Bus, Totals, Progress);
        fanOut.Run(progress, stop);
    }

    private void FinishShards()
    {
        var log = new ObservationLog { Position = Totals.Frames };
        foreach (var shard in _shards)
            shard.Finish(log);
        for (var i = 0; i < log.Count; i++)
            log.Deliver(i, _detection.Bus);
    }
}
