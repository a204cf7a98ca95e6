namespace Sensor.Daemon;

/// <summary>How far a worker has come.</summary>
/// <param name="Done">Pieces of work done since the start; only whether it changes matters.</param>
/// <param name="HasWork">Whether there is something for it to do now.</param>
internal readonly record struct ProgressReading(long Done, bool HasWork);

/// <summary>A worker that is at work on one thing for longer than it may be.</summary>
/// <param name="Worker">Its name.</param>
/// <param name="For">How long nothing has moved.</param>
internal readonly record struct StalledWorker(string Worker, TimeSpan For);

/// <summary>
/// What every worker has done, as seen from outside: workers are asked, they do not report. One that has work and has done none for as long as
/// the interval is stalled. Intervals are measured by the monotonic clock, so setting the wall clock stalls nobody.
/// </summary>
internal sealed class ProgressBoard(TimeProvider? time = null)
{
    private readonly TimeProvider _time = time ?? TimeProvider.System;
    private readonly Lock _gate = new();
    private readonly List<Entry> _workers = [];

    /// <summary>Adds a worker; it is watched from now on until the returned registration is disposed.</summary>
    public IDisposable Watch(string worker, Func<ProgressReading> read)
    {
        var entry = new Entry(this, worker, read) { MovedAt = _time.GetTimestamp() };
        lock (_gate)
            _workers.Add(entry);
        return entry;
    }

    /// <summary>Asks all workers and names those that have had work and not moved for at least <paramref name="interval"/>.</summary>
    public IReadOnlyList<StalledWorker> Stalled(TimeSpan interval)
    {
        var stalled = new List<StalledWorker>();
        foreach (var entry in Read())
        {
            if (entry.StillFor >= interval)
                stalled.Add(new StalledWorker(entry.Worker, entry.StillFor));
        }
        return stalled;
    }

    /// <summary>Asks all workers: what each has done, and for how long it has had work without moving.</summary>
    public IReadOnlyList<WorkerProgress> Read()
    {
        var now = _time.GetTimestamp();
        lock (_gate)
        {
            var all = new List<WorkerProgress>(_workers.Count);
            foreach (var entry in _workers)
                all.Add(entry.Ask(now, _time));
            return all;
        }
    }

    /// <summary>One worker as it was when it was asked.</summary>
    /// <param name="Worker">Its name.</param>
    /// <param name="Done">Pieces of work done.</param>
    /// <param name="HasWork">Whether there is work for it.</param>
    /// <param name="StillFor">How long it has had work and not moved.</param>
    internal readonly record struct WorkerProgress(string Worker, long Done, bool HasWork, TimeSpan StillFor);

    private sealed class Entry(ProgressBoard board, string worker, Func<ProgressReading> read) : IDisposable
    {
        private long _done = -1;

        public long MovedAt { get; set; }

        public WorkerProgress Ask(long now, TimeProvider time)
        {
            var reading = read();
            if (!reading.HasWork || reading.Done != _done)
            {
                _done = reading.Done;
                MovedAt = now;
            }
            return new WorkerProgress(worker, reading.Done, reading.HasWork, time.GetElapsedTime(MovedAt, now));
        }

        public void Dispose()
        {
            lock (board._gate)
                board._workers.Remove(this);
        }
    }
}

/// <summary>Counts the pieces of work of one thread, for those threads that have no counters of their own.</summary>
internal sealed class WorkMeter
{
    private long _begun, _ended;

    /// <summary>A piece of work begins.</summary>
    public void Begin() => Interlocked.Increment(ref _begun);

    /// <summary>The piece is done.</summary>
    public void End() => Interlocked.Increment(ref _ended);

    /// <summary>What <see cref="ProgressBoard"/> asks.</summary>
    public ProgressReading Read()
    {
        var ended = Interlocked.Read(ref _ended);
        return new ProgressReading(ended, Interlocked.Read(ref _begun) > ended);
    }
}
