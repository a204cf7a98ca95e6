using Sensor.Capture.Live;
using Sensor.Core.Analyzers;
using Sensor.Core.Frames;
using Sensor.Detection;
using Sensor.Pipeline;

namespace Sensor.Daemon;

/// <summary>A capture line over frames that are at hand: one thread, no interface. For the self-test, and wherever frames are made instead of captured.</summary>
internal sealed class FrameLine(IFrameSource source, SegmentTable segments, string description) : ICaptureLine
{
    private readonly WorkMeter _reader = new();
    private readonly Dissector _dissector = new(segments, ChecksumMode.None);
    private readonly FlowShard[] _shards = [.. Enumerable.Range(0, FlowShard.Count).Select(static _ => new FlowShard())];
    private PacketWorker? _worker;
    private long _frames;

    /// <inheritdoc/>
    public string Description => description;

    /// <inheritdoc/>
    public long Frames => Interlocked.Read(ref _frames);

    /// <inheritdoc/>
    public IReadOnlyList<(string Worker, Func<ProgressReading> Read)> Workers => [("detection", _reader.Read)];

    /// <inheritdoc/>
    public string OriginName(int origin) => source.OriginName(origin);

    /// <inheritdoc/>
    public IReadOnlyList<InterfaceStatistics> Statistics() => [];

    /// <inheritdoc/>
    public WireCounters Counters()
    {
        var counters = new WireCounters();
        counters.Add(_dissector.Counters);
        foreach (var shard in _shards)
            counters.Add(shard.Counters);
        return counters;
    }

    /// <inheritdoc/>
    public void Run(DetectionEngine detection, Action<long> passed, CancellationToken stop)
    {
        Replace(detection);
        var batch = new FrameBatch();
        var nowNs = 0L;
        while (!stop.IsCancellationRequested && source.TryRead(batch))
        {
            _reader.Begin();
            batch.FirstOrdinal = _frames;
            _worker!.Process(batch);
            for (var i = 0; i < batch.Count; i++)
                nowNs = Math.Max(nowNs, batch.Frames[i].TimestampNs);
            Interlocked.Add(ref _frames, batch.Count);
            passed(nowNs);
            _reader.End();
        }
    }

    /// <inheritdoc/>
    public void Replace(DetectionEngine detection) => _worker = new PacketWorker(_dissector, _shards, detection.Bus);

    /// <inheritdoc/>
    public void Dispose() => (source as IDisposable)?.Dispose();
}
