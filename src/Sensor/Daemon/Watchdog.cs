using Microsoft.Extensions.Logging;

namespace Sensor.Daemon;

/// <summary>
/// Tells the service manager that all is well, as often as it asks for, and only while every worker that has work gets on with it. When one does
/// not, nothing is sent: the manager ends the process and starts it anew. Has its own thread: a busy thread pool must not end the daemon.
/// </summary>
internal sealed class Watchdog : IDisposable
{
    /// <summary>How often workers are looked at when no manager asks: `/healthz` and the log want to know all the same.</summary>
    private static readonly TimeSpan DefaultInterval = TimeSpan.FromSeconds(30);

    private readonly ServiceNotifier _notifier;
    private readonly ProgressBoard _board;
    private readonly ILogger _log;
    private readonly ManualResetEventSlim _stop = new();
    private readonly HashSet<string> _told = [];
    private Thread? _thread;

    /// <summary>A watchdog that looks at <paramref name="board"/> and speaks through <paramref name="notifier"/>.</summary>
    public Watchdog(ServiceNotifier notifier, ProgressBoard board, ILogger log)
    {
        (_notifier, _board, _log) = (notifier, board, log);
        Interval = notifier.WatchdogInterval ?? DefaultInterval;
    }

    /// <summary>How long a worker may stand still: half of what the manager waits, so that one late look does not end the daemon.</summary>
    public TimeSpan Patience => Interval / 2;

    /// <summary>What the manager waits.</summary>
    public TimeSpan Interval { get; }

    /// <summary>Workers that stand still now.</summary>
    public IReadOnlyList<StalledWorker> Stalled { get; private set; } = [];

    /// <summary>Begins to watch.</summary>
    public void Start()
    {
        _thread = new Thread(Run) { Name = "watchdog", IsBackground = true };
        _thread.Start();
    }

    /// <summary>One look: tells the manager if all is well; false when somebody stands still.</summary>
    internal bool Look()
    {
        Stalled = _board.Stalled(Patience);
        foreach (var stalled in Stalled)
        {
            if (_told.Add(stalled.Worker))
                DaemonLog.WorkerStalled(_log, stalled.Worker, stalled.For.TotalSeconds);
        }
        foreach (var worker in _told.Where(worker => !Stalled.Any(stalled => stalled.Worker == worker)).ToList())
        {
            _told.Remove(worker);
            DaemonLog.WorkerGoesOn(_log, worker);
        }
        if (Stalled.Count > 0)
            return false;
        _notifier.Watchdog();
        return true;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _stop.Set();
        _thread?.Join(TimeSpan.FromSeconds(1));
        _stop.Dispose();
    }

    private void Run()
    {
        // Four looks an interval: one may be missed, and the next still comes in time.
        while (!_stop.Wait(Interval / 4))
            Look();
    }
}
