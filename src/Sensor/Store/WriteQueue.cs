namespace Sensor.Store;

/// <summary>
/// What waits for the disk, bounded by count and by octets of evidence. When it is full the caller waits a moment; when the disk does not
/// take anything (full, gone) evidence is given up first, and only then findings, each counted.
/// </summary>
internal sealed class WriteQueue(int capacity)
{
    /// <summary>Octets of evidence that may wait: two seconds of a slow disk.</summary>
    public const long MostEvidence = 64L * 1024 * 1024;

    /// <summary>How long detection waits for a disk that works but is slow. Longer would lose frames.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly object _gate = new();
    private readonly Queue<StoreWork> _waiting = [];
    private long _evidence, _queued, _written;
    private bool _isStalled, _isClosed;

    /// <summary>Findings, messages and snapshots that had to be given up.</summary>
    public long Lost { get; private set; }

    /// <summary>Frames of evidence that had to be given up.</summary>
    public long EvidenceLost { get; private set; }

    /// <summary>Things that are queued or being written.</summary>
    public long Depth
    {
        get
        {
            lock (_gate)
                return _queued - _written;
        }
    }

    /// <summary>What was written so far, and whether something waits that the disk would take.</summary>
    public Daemon.ProgressReading Progress()
    {
        lock (_gate)
            return new Daemon.ProgressReading(_written, _queued > _written && !_isStalled);
    }

    /// <summary>The disk takes nothing: nobody waits for it.</summary>
    public bool IsStalled
    {
        get
        {
            lock (_gate)
                return _isStalled;
        }
        set
        {
            lock (_gate)
            {
                _isStalled = value;
                Monitor.PulseAll(_gate);
            }
        }
    }

    /// <summary>Queues work; false when it had to be given up.</summary>
    public bool TryAdd(StoreWork work)
    {
        lock (_gate)
        {
            if (_evidence + work.EvidenceOctets > MostEvidence)
                EvidenceLost += work.GiveUpEvidence();
            if (_queued - _written >= capacity && !WaitForRoom())
            {
                Lost++;
                return false;
            }
            _waiting.Enqueue(work);
            _evidence += work.EvidenceOctets;
            _queued++;
            Monitor.PulseAll(_gate);
            return true;
        }
    }

    /// <summary>
    /// Moves up to <paramref name="most"/> of what waits to <paramref name="batch"/>; waits for the first as long as <paramref name="wait"/>.
    /// False when nothing came; <paramref name="isClosed"/> when nothing will.
    /// </summary>
    public bool TryTake(List<StoreWork> batch, int most, TimeSpan wait, out bool isClosed)
    {
        lock (_gate)
        {
            if (_waiting.Count == 0 && !_isClosed)
                Monitor.Wait(_gate, wait);
            while (batch.Count < most && _waiting.TryDequeue(out var work))
            {
                _evidence -= work.EvidenceOctets;
                batch.Add(work);
            }
            isClosed = _isClosed && batch.Count == 0;
            return batch.Count > 0;
        }
    }

    /// <summary><paramref name="count"/> of what was taken is on disk.</summary>
    public void Done(int count)
    {
        lock (_gate)
        {
            _written += count;
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>Waits until all that was queued before is done; false when <paramref name="most"/> was not enough.</summary>
    public bool Flush(TimeSpan most)
    {
        var until = Environment.TickCount64 + (long)most.TotalMilliseconds;
        lock (_gate)
        {
            var target = _queued;
            while (_written < target)
            {
                var left = until - Environment.TickCount64;
                if (left <= 0)
                    return false;
                Monitor.Wait(_gate, (int)Math.Min(left, int.MaxValue));
            }
            return true;
        }
    }

    /// <summary>Nothing more will come.</summary>
    public void Close()
    {
        lock (_gate)
        {
            _isClosed = true;
            Monitor.PulseAll(_gate);
        }
    }

    private bool WaitForRoom()
    {
        var until = Environment.TickCount64 + (long)Patience.TotalMilliseconds;
        while (_queued - _written >= capacity)
        {
            var left = until - Environment.TickCount64;
            if (left <= 0 || _isStalled || _isClosed)
                return false;
            Monitor.Wait(_gate, (int)left);
        }
        return true;
    }
}
