using Sensor.Configuration;
using Sensor.Output.Delivery.Transports;

namespace Sensor.Output.Delivery.Dispatch;

/// <summary>
/// Delivers what is in the outbox: one task a target, so that none waits for another. At least once, in order for every target; a message has
/// the same id and octets every time it is sent.
/// </summary>
public sealed class Dispatcher : IAsyncDisposable
{
    private static readonly TimeSpan PatienceOnChange = TimeSpan.FromSeconds(2);

    private readonly IOutbox _outbox;
    private readonly Func<TargetSettings, ITransport> _transports;
    private readonly TimeProvider _clock;
    private readonly SemaphoreSlim _changing = new(1, 1);
    private volatile IReadOnlyList<TargetWorker> _workers = [];

    /// <summary>A dispatcher that serves nobody until <see cref="ApplyAsync"/>.</summary>
    public Dispatcher(IOutbox outbox, TimeProvider? clock = null) : this(outbox, TransportFactory.Create, clock)
    {
    }

    internal Dispatcher(IOutbox outbox, Func<TargetSettings, ITransport> transports, TimeProvider? clock = null)
    {
        (_outbox, _transports, _clock) = (outbox, transports, clock ?? TimeProvider.System);
    }

    /// <summary>
    /// Called when a target cannot be reached and when it can again, and when one refuses a message. On the target's task: whoever routes the
    /// event must take it to the detection thread.
    /// </summary>
    public Action<OperationalEvent>? Happened { get; set; }

    /// <summary>
    /// Serves these targets from now on: new ones are begun, those no longer there ended, changed ones ended and begun anew, all others left in
    /// peace. Messages of a target that is gone stay in the outbox, and go out should it come back.
    /// </summary>
    public async Task ApplyAsync(IReadOnlyList<TargetSettings> targets)
    {
        await _changing.WaitAsync();
        try
        {
            var wanted = targets.Where(static target => target.Enabled).ToList();
            var kept = _workers.Where(worker => wanted.Contains(worker.Target)).ToList();
            var ended = _workers.Except(kept).ToList();
            _workers = kept;
            await Task.WhenAll(ended.Select(static worker => worker.StopAsync(PatienceOnChange)));
            ended.ForEach(static worker => worker.Dispose());
            _workers = [.. wanted.Select(target => kept.Find(worker => worker.Target == target) ?? Begin(target))];
        }
        finally
        {
            _changing.Release();
        }
    }

    /// <summary>Log rotation: files are opened anew before the next record.</summary>
    public void Reopen()
    {
        foreach (var worker in _workers)
            worker.Reopen();
    }

    /// <summary>How every target does, in the order of the configuration.</summary>
    public IReadOnlyList<TargetStatus> Status() => [.. _workers.Select(static worker => worker.Status())];

    /// <summary>
    /// Sends what waits, as far as targets take it within <paramref name="most"/>, and ends. True when nothing is left. What is left is
    /// delivered after the next start.
    /// </summary>
    public async Task<bool> StopAsync(TimeSpan most)
    {
        await _changing.WaitAsync();
        try
        {
            var ended = await Task.WhenAll(_workers.Select(worker => worker.StopAsync(most)));
            foreach (var worker in _workers)
                worker.Dispose();
            _workers = [];
            return Array.TrueForAll(ended, static wholly => wholly);
        }
        finally
        {
            _changing.Release();
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await StopAsync(TimeSpan.Zero);
        _changing.Dispose();
    }

    private TargetWorker Begin(TargetSettings target)
    {
        var watch = new TargetWatch(target, _outbox, _clock, happened => Happened?.Invoke(happened));
        // Jitter needs no secrecy.
#pragma warning disable CA5394
        return new TargetWorker(target, _outbox, _transports(target), watch, Random.Shared.NextDouble);
#pragma warning restore CA5394
    }
}
