using System.Runtime.ExceptionServices;
using Sensor.Core.Analyzers;
using Sensor.Core.Frames;
using Sensor.Core.Observations;

namespace Sensor.Pipeline;

/// <summary>
/// Several workers. A batch goes through four stages, each of which takes the batches in order: it is read, dissected, processed (by groups of
/// shards), and its facts are delivered. The thread that delivers works from the end of that line, the others from its beginning, so each batch
/// changes hands where the work happens to balance. Few batches are under way, so their memory is still in the cache. Workers park when there is
/// nothing to do: spinning collapses when cores are shared.
/// </summary>
internal sealed class FanOut
{
    private const int SlotsInFlight = 4;
    private readonly IFrameSource _source;
    private readonly Dissector _dissector;
    private readonly FlowShard[] _shards;
    private readonly Func<ObservationBus> _bus;
    private readonly ReplayTotals _totals;
    private readonly WorkerProgress _beats;
    private readonly int _workers;
    private readonly BatchStages _stages;
    private readonly BatchSlot[] _slots = new BatchSlot[SlotsInFlight];
    private long _ordinal;
    private ExceptionDispatchInfo? _failure;

    internal FanOut(
        IFrameSource source, Dissector dissector, FlowShard[] shards, Func<ObservationBus> bus, ReplayTotals totals, WorkerProgress beats)
    {
        (_source, _dissector, _shards, _bus, _totals, _beats) = (source, dissector, shards, bus, totals, beats);
        _workers = beats.Count;
        // As many groups as workers: whoever is ahead with reading and dissecting has something to process too.
        var groups = _workers;
        _stages = new BatchStages(SlotsInFlight, groups);
        for (var i = 0; i < _slots.Length; i++)
            _slots[i] = new BatchSlot(groups);
    }

    /// <summary>
    /// Reads to the end. Only this thread delivers facts and calls <paramref name="progress"/>, and it never reads: it must not wait for a
    /// pipe while
    /// there is something to tell.
    /// </summary>
    internal void Run(Action<ReplayTotals>? progress, CancellationToken stop)
    {
        var threads = new List<Thread>();
        for (var i = 1; i < _workers; i++)
        {
            var number = i;
            var thread = new Thread(() => Work(number, null, stop)) { Name = $"worker {i}", IsBackground = true };
            thread.Start();
            threads.Add(thread);
        }
        Work(0, progress, stop);
        foreach (var thread in threads)
            thread.Join();
        _failure?.Throw();
    }

    /// <summary>
    /// Takes work until none is left. The first failure of any thread ends all of them and is thrown again by <see cref="Run"/>.
    /// </summary>
    private void Work(int worker, Action<ReplayTotals>? progress, CancellationToken stop)
    {
        try
        {
            while (_stages.TryTake(worker, out var work, _beats))
            {
                _beats.Beat(worker);
                _stages.Finish(in work, Do(in work, progress, stop));
            }
        }
        catch (Exception failure)
        {
            Interlocked.CompareExchange(ref _failure, ExceptionDispatchInfo.Capture(failure), null);
            _stages.Abandon();
        }
    }

    /// <summary>Does one piece of work; false when the source has ended.</summary>
    private bool Do(in BatchWork work, Action<ReplayTotals>? progress, CancellationToken stop)
    {
        var slot = _slots[work.Batch % SlotsInFlight];
        switch (work.Stage)
        {
            case BatchStage.Read:
                return !stop.IsCancellationRequested && Read(slot.Batch);
            case BatchStage.Dissect:
                slot.Dissect(_dissector);
                return true;
            case BatchStage.Process:
                slot.Process(work.Group, _shards);
                return true;
            default:
                ObservationMerge.Deliver(slot.Logs, _bus());
                _totals.Count(slot.Batch);
                progress?.Invoke(_totals);
                return true;
        }
    }

    private bool Read(FrameBatch batch)
    {
        if (!_source.TryRead(batch))
            return false;
        batch.FirstOrdinal = _ordinal;
        _ordinal += batch.Count;
        return true;
    }
}
