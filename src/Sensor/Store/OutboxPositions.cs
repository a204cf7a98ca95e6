namespace Sensor.Store;

/// <summary>Where each target stands: the newest message that is on disk, and the last one delivered. Safe for all threads.</summary>
internal sealed class OutboxPositions
{
    private readonly object _gate = new();
    private readonly Dictionary<string, Position> _targets = new(StringComparer.Ordinal);

    /// <summary>Begins anew with what a store holds: for each target its newest message and the last delivered.</summary>
    public void Begin(IEnumerable<(string Target, long Newest, long Delivered)> stored)
    {
        lock (_gate)
        {
            foreach (var position in _targets.Values)
                (position.Newest, position.Delivered, position.Saved) = (0, 0, 0);
            foreach (var (target, newest, delivered) in stored)
            {
                var position = Of(target);
                (position.Newest, position.Delivered, position.Saved) = (newest, delivered, delivered);
                Highest = Math.Max(Highest, Math.Max(newest, delivered));
                position.Wake();
            }
        }
    }

    /// <summary>The highest number any message had in this run.</summary>
    public long Highest { get; private set; }

    /// <summary>A message of the target is on disk.</summary>
    public void Stored(string target, long sequence)
    {
        lock (_gate)
        {
            var position = Of(target);
            position.Newest = Math.Max(position.Newest, sequence);
            Highest = Math.Max(Highest, sequence);
            position.Wake();
        }
    }

    /// <summary>The last message delivered to the target.</summary>
    public long DeliveredOf(string target)
    {
        lock (_gate)
            return Of(target).Delivered;
    }

    /// <summary>Everything up to <paramref name="sequence"/> was delivered. What is not stored yet cannot have been.</summary>
    public void Delivered(string target, long sequence)
    {
        lock (_gate)
        {
            var position = Of(target);
            position.Delivered = Math.Max(position.Delivered, Math.Min(sequence, position.Newest));
        }
    }

    /// <summary>Positions that moved since they were saved last.</summary>
    public IReadOnlyList<(string Target, long Delivered)> Unsaved()
    {
        lock (_gate)
            return [.. _targets.Where(static known => known.Value.Delivered > known.Value.Saved).Select(static known => (known.Key, known.Value.Delivered))];
    }

    /// <summary>A position was saved.</summary>
    public void Saved(string target, long delivered)
    {
        lock (_gate)
            Of(target).Saved = delivered;
    }

    /// <summary>Ends when the target has a message over <paramref name="after"/>, at once if it has.</summary>
    public Task WaitAsync(string target, long after, CancellationToken stop)
    {
        lock (_gate)
        {
            var position = Of(target);
            return position.Newest > Math.Max(after, position.Delivered) ? Task.CompletedTask : position.Waiting().WaitAsync(stop);
        }
    }

    private Position Of(string target)
    {
        if (!_targets.TryGetValue(target, out var position))
            _targets.Add(target, position = new Position());
        return position;
    }

    private sealed class Position
    {
        private TaskCompletionSource? _waiting;

        public long Newest { get; set; }

        public long Delivered { get; set; }

        public long Saved { get; set; }

        public Task Waiting() => (_waiting ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

        public void Wake()
        {
            _waiting?.TrySetResult();
            _waiting = null;
        }
    }
}
