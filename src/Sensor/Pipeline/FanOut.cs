using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
using Sensor.Core.Analyzers;
using Sensor.Core.Frames;
using Sensor.Core.Observations;

namespace Sensor.Pipeline;

/// <summary>
/// Several workers: one thread reads and dissects whole batches, each worker processes the packets of its shards of every batch, and the calling
/// thread merges the workers' logs in the order of the timeline and runs detection. Batches are handed over whole through parking queues:
/// spinning rings collapse when cores are shared.
/// </summary>
internal sealed class FanOut : IDisposable
{
    private const int SlotsInFlight = 4;
    private readonly IFrameSource _source;
    private readonly Dissector _dissector;
    private readonly FlowShard[] _shards;
    private readonly ObservationBus _bus;
    private readonly ReplayTotals _totals;
    private readonly int _workers;
    private readonly BlockingCollection<BatchSlot> _free = [];
    private readonly BlockingCollection<BatchSlot> _inOrder = [];
    private readonly BlockingCollection<BatchSlot>[] _queues;
    private readonly CancellationTokenSource _failed = new();
    private ExceptionDispatchInfo? _failure;

    internal FanOut(
        IFrameSource source, Dissector dissector, FlowShard[] shards, ObservationBus bus, ReplayTotals totals, int workers)
    {
        (_source, _dissector, _shards, _bus, _totals) = (source, dissector, shards, bus, totals);
        _workers = Math.Min(workers, FlowShard.Count);
        _queues = new BlockingCollection<BatchSlot>[_workers];
        for (var i = 0; i < _workers; i++)
            _queues[i] = [];
        for (var i = 0; i < SlotsInFlight; i++)
            _free.Add(new BatchSlot(_workers));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        while (_free.TryTake(out var slot))
            slot.Dispose();
        foreach (var queue in _queues)
            queue.Dispose();
        _inOrder.Dispose();
        _free.Dispose();
        _failed.Dispose();
    }

    internal void Run(Action<ReplayTotals>? progress, CancellationToken stop)
    {
        var threads = new List<Thread> { Start("reader", () => Read(stop)) };
        for (var i = 0; i < _workers; i++)
        {
            var worker = i;
            threads.Add(Start($"worker {worker}", () => Work(worker)));
        }
        Guard(() => Merge(progress));
        foreach (var thread in threads)
            thread.Join();
        _failure?.Throw();
    }

    private Thread Start(string name, Action body)
    {
        var thread = new Thread(() => Guard(body)) { Name = name, IsBackground = true };
        thread.Start();
        return thread;
    }

    /// <summary>The first failure of any thread ends all of them and is thrown again by <see cref="Run"/>.</summary>
    private void Guard(Action body)
    {
        try
        {
            body();
        }
        catch (OperationCanceledException) when (_failed.IsCancellationRequested)
        {
            // Another thread failed and holds the reason.
        }
        catch (Exception failure)
        {
            Interlocked.CompareExchange(ref _failure, ExceptionDispatchInfo.Capture(failure), null);
            _failed.Cancel();
        }
    }

    private void Read(CancellationToken stop)
    {
        long ordinal = 0;
        while (!stop.IsCancellationRequested)
        {
            var slot = _free.Take(_failed.Token);
            if (!_source.TryRead(slot.Batch))
                break;
            slot.Batch.FirstOrdinal = ordinal;
            ordinal += slot.Batch.Count;
            slot.Dissect(_dissector);
            foreach (var queue in _queues)
                queue.Add(slot, _failed.Token);
            _inOrder.Add(slot, _failed.Token);
        }
        foreach (var queue in _queues)
            queue.CompleteAdding();
        _inOrder.CompleteAdding();
    }

    private void Work(int worker)
    {
        foreach (var slot in _queues[worker].GetConsumingEnumerable(_failed.Token))
        {
            slot.Process(worker, _workers, _shards);
            slot.Pending.Signal();
        }
    }

    private void Merge(Action<ReplayTotals>? progress)
    {
        foreach (var slot in _inOrder.GetConsumingEnumerable(_failed.Token))
        {
            slot.Pending.Wait(_failed.Token);
            slot.Pending.Reset(_workers);
            ObservationMerge.Deliver(slot.Logs, _bus);
            _totals.Count(slot.Batch);
            progress?.Invoke(_totals);
            _free.Add(slot, _failed.Token);
        }
    }
}
