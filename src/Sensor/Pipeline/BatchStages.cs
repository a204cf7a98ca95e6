namespace Sensor.Pipeline;

/// <summary>What is done to a batch, in this order.</summary>
internal enum BatchStage
{
    /// <summary>Its frames are read.</summary>
    Read,

    /// <summary>Its frames are dissected.</summary>
    Dissect,

    /// <summary>The packets of one group of shards are processed.</summary>
    Process,

    /// <summary>Its facts are delivered.</summary>
    Deliver,
}

/// <summary>A piece of work: a stage of a batch (numbered from 0) and, where shards are processed, their group.</summary>
internal readonly record struct BatchWork(BatchStage Stage, long Batch, int Group = 0);

/// <summary>
/// Which batch is next in each stage, and who may take it: every stage takes the batches in order and one at a time, groups of shards
/// apart from each
/// other. That order is all that the answer depends on, so any number of workers gives the same.
/// </summary>
internal sealed class BatchStages(int slots, int groups)
{
    // A worker that waits for work shows that it lives this often.
    private static readonly TimeSpan BeatEvery = TimeSpan.FromMilliseconds(500);
    private readonly object _gate = new();
    private readonly Lane _read = new(), _dissect = new(), _deliver = new();
    private readonly Lane[] _process = [.. Enumerable.Range(0, groups).Select(static _ => new Lane())];
    private bool _hasEnded, _isAbandoned;

    /// <summary>
    /// Waits for work for <paramref name="worker"/> and takes the next piece; false when there will be none. Worker 0 delivers and does not
    /// read, the others do not deliver.
    /// </summary>
    internal bool TryTake(int worker, out BatchWork work, WorkerProgress? progress = null)
    {
        lock (_gate)
        {
            while (!_isAbandoned)
            {
                if (TryFind(worker, out work))
                    return true;
                if (_hasEnded && (worker == 0 ? _deliver : _dissect).Done == _read.Done && Processed() == _read.Done)
                    return false;
                progress?.Beat(worker);
                Monitor.Wait(_gate, BeatEvery);
            }
        }
        work = default;
        return false;
    }

    /// <summary>
    /// Says that <paramref name="work"/> is done; <paramref name="goesOn"/> is false when it found the end of the source.
    /// </summary>
    internal void Finish(in BatchWork work, bool goesOn)
    {
        lock (_gate)
        {
            var lane = LaneOf(in work);
            lane.IsTaken = false;
            if (goesOn)
                lane.Done++;
            else
                _hasEnded = true;
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>Ends all work.</summary>
    internal void Abandon()
    {
        lock (_gate)
        {
            _isAbandoned = true;
            Monitor.PulseAll(_gate);
        }
    }

    // Whoever delivers goes downstream first, the others upstream: a worker that has just read a batch would otherwise take its next stages
    // too before anybody has woken up, and one thread would do everything.
    private bool TryFind(int worker, out BatchWork work) => worker == 0
        ? TryEnter(_deliver, Processed(), new(BatchStage.Deliver, _deliver.Done), out work) || TryProcess(worker, out work) || TryDissect(out work)
        : TryRead(out work) || TryDissect(out work) || TryProcess(worker, out work);

    private bool TryRead(out BatchWork work) =>
        TryEnter(_read, _hasEnded ? 0 : _deliver.Done + slots, new(BatchStage.Read, _read.Done), out work);

    private bool TryDissect(out BatchWork work) => TryEnter(_dissect, _read.Done, new(BatchStage.Dissect, _dissect.Done), out work);

    // Its own group first: the flow tables of the group are in its processor's cache.
    private bool TryProcess(int worker, out BatchWork work)
    {
        for (var i = 0; i < _process.Length; i++)
        {
            var group = (worker + i) % _process.Length;
            if (TryEnter(_process[group], _dissect.Done, new(BatchStage.Process, _process[group].Done, group), out work))
                return true;
        }
        work = default;
        return false;
    }

    /// <summary>Batches that all groups have processed.</summary>
    private long Processed()
    {
        var least = long.MaxValue;
        foreach (var lane in _process)
            least = Math.Min(least, lane.Done);
        return least;
    }

    private static bool TryEnter(Lane lane, long available, BatchWork next, out BatchWork work)
    {
        work = next;
        if (lane.IsTaken || lane.Done >= available)
            return false;
        lane.IsTaken = true;
        return true;
    }

    private Lane LaneOf(in BatchWork work) => work.Stage switch
    {
        BatchStage.Read => _read,
        BatchStage.Dissect => _dissect,
        BatchStage.Process => _process[work.Group],
        _ => _deliver,
    };

    /// <summary>A stage, or a group of shards: batches it is done with, and whether somebody is at the next.</summary>
    private sealed class Lane
    {
        public long Done;
        public bool IsTaken;
    }
}
