using System.Diagnostics;
using Sensor.Detection.Incidents;
using Sensor.Output;
using Sensor.Output.Delivery;

namespace Sensor.Daemon;

/// <summary>
/// Marks every message of a self-test, in every format: the summary begins with [SELFTEST], and a fact "test" is "true". Counts what each target
/// is told.
/// </summary>
internal sealed class MarkingRouter(IAlertRouter router) : IAlertRouter
{
    /// <summary>What the summary of a test begins with.</summary>
    public const string Mark = "[SELFTEST] ";

    private readonly Dictionary<string, int> _messages = new(StringComparer.Ordinal);

    /// <summary>Messages for <paramref name="target"/> so far.</summary>
    public int MessagesFor(string target) => _messages.GetValueOrDefault(target);

    /// <inheritdoc/>
    public IReadOnlyList<OutboxEntry> Route(RunView run, Incident incident, Finding finding, AlertReason? reason) => Counted(router.Route(run, incident, finding with
    {
        Summary = Mark + finding.Summary,
        Metadata = [new("test", "true"), .. finding.Metadata],
    }, reason));

    /// <inheritdoc/>
    /// <remarks>What the sensor says of itself during a test is in the test's own report.</remarks>
    public IReadOnlyList<OutboxEntry> Route(OperationalEvent happened) => [];

    /// <inheritdoc/>
    public IReadOnlyList<OutboxEntry> Tick(RunView run, long nowNs) => [];

    /// <inheritdoc/>
    public string SaveState() => "";

    /// <inheritdoc/>
    public void LoadState(string state)
    {
    }

    private IReadOnlyList<OutboxEntry> Counted(IReadOnlyList<OutboxEntry> entries)
    {
        foreach (var entry in entries)
            _messages[entry.Target] = _messages.GetValueOrDefault(entry.Target) + 1;
        return entries;
    }
}

/// <summary>Notes when messages came out of the store and when they were handed over, for each target.</summary>
internal sealed class TimedOutbox(IOutbox outbox, Stopwatch clock) : IOutbox
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Times> _times = new(StringComparer.Ordinal);

    /// <summary>When the first message of a target was read from the store, when the last was delivered, and how many were.</summary>
    public (TimeSpan? Stored, TimeSpan? Delivered, int Count) Of(string target)
    {
        lock (_gate)
            return _times.TryGetValue(target, out var times) ? (times.Stored, times.Delivered, times.Count) : (null, null, 0);
    }

    /// <inheritdoc/>
    public IReadOnlyList<OutboxMessage> Pending(string target, long after, int most)
    {
        var pending = outbox.Pending(target, after, most);
        if (pending.Count == 0)
            return pending;
        lock (_gate)
        {
            var times = TimesOf(target);
            times.Stored ??= clock.Elapsed;
            foreach (var message in pending)
                times.Read.Add(message.Sequence);
        }
        return pending;
    }

    /// <inheritdoc/>
    public void Delivered(string target, long sequence)
    {
        outbox.Delivered(target, sequence);
        lock (_gate)
        {
            var times = TimesOf(target);
            times.Delivered = clock.Elapsed;
            times.Count = times.Read.Count(read => read <= sequence);
        }
    }

    /// <inheritdoc/>
    public (long Depth, DateTimeOffset? Oldest) Backlog(string target) => outbox.Backlog(target);

    /// <inheritdoc/>
    public Task WaitAsync(string target, long after, CancellationToken stop) => outbox.WaitAsync(target, after, stop);

    private Times TimesOf(string target)
    {
        if (!_times.TryGetValue(target, out var times))
            _times.Add(target, times = new Times());
        return times;
    }

    private sealed class Times
    {
        public HashSet<long> Read { get; } = [];

        public TimeSpan? Stored { get; set; }

        public TimeSpan? Delivered { get; set; }

        public int Count { get; set; }
    }
}
