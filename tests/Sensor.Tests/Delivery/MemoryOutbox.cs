using System.Collections.Concurrent;
using Sensor.Output.Delivery;

namespace Sensor.Tests.Delivery;

/// <summary>An outbox in memory that keeps the contract strictly: it gives nothing twice over what was delivered, and notes every call.</summary>
internal sealed class MemoryOutbox : IOutbox
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, List<OutboxMessage>> _waiting = [];
    private readonly List<TaskCompletionSource> _waiters = [];
    private long _sequence;

    public ConcurrentDictionary<string, long> DeliveredUpTo { get; } = new();

    public void Add(params IEnumerable<OutboxEntry> entries)
    {
        List<TaskCompletionSource> woken;
        lock (_lock)
        {
            foreach (var entry in entries)
                Of(entry.Target).Add(new OutboxMessage(++_sequence, entry, DateTimeOffset.UtcNow));
            woken = [.. _waiters];
            _waiters.Clear();
        }
        woken.ForEach(waiter => waiter.TrySetResult());
    }

    public IReadOnlyList<OutboxMessage> Pending(string target, long after, int most)
    {
        lock (_lock)
            return [.. Of(target).Where(message => message.Sequence > after).Take(most)];
    }

    public void Delivered(string target, long sequence)
    {
        lock (_lock)
        {
            Assert.True(sequence > DeliveredUpTo.GetValueOrDefault(target), "delivered backwards");
            DeliveredUpTo[target] = sequence;
            Of(target).RemoveAll(message => message.Sequence <= sequence);
        }
    }

    public (long Depth, DateTimeOffset? Oldest) Backlog(string target)
    {
        lock (_lock)
            return Of(target) is [var oldest, ..] waiting ? (waiting.Count, oldest.StoredAt) : (0, null);
    }

    public Task WaitAsync(string target, long after, CancellationToken stop)
    {
        lock (_lock)
        {
            if (Of(target).Any(message => message.Sequence > after))
                return Task.CompletedTask;
            var waiter = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiters.Add(waiter);
            return waiter.Task.WaitAsync(stop);
        }
    }

    private List<OutboxMessage> Of(string target)
    {
        if (!_waiting.TryGetValue(target, out var waiting))
            _waiting.Add(target, waiting = []);
        return waiting;
    }
}
