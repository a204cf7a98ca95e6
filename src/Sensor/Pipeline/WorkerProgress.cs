namespace Sensor.Pipeline;

/// <summary>
/// A counter for each worker that rises with every piece of work it takes and, while there is none, twice a second. One that stands still
/// for seconds belongs to a worker that hangs. Written by its worker, read by the watchdog.
/// </summary>
public sealed class WorkerProgress(int workers)
{
    private readonly long[] _beats = new long[workers];

    /// <summary>Workers.</summary>
    public int Count => _beats.Length;

    /// <summary>What the counter of <paramref name="worker"/> (from 0) shows.</summary>
    public long this[int worker] => Volatile.Read(ref _beats[worker]);

    internal void Beat(int worker) => Volatile.Write(ref _beats[worker], _beats[worker] + 1);
}
