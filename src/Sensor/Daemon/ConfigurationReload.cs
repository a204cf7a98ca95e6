using Sensor.Commands;
using Sensor.Configuration;
using Sensor.Telemetry;

namespace Sensor.Daemon;

/// <summary>
/// SIGHUP: files are opened anew, and the configuration is read anew, found right, and applied whole; or nothing of it is, and the running one
/// stays. The answer is a line of the log, a line for the service manager, and part of `sensor status`.
/// </summary>
internal sealed class ConfigurationReload(SensorDaemon daemon, DaemonParts parts)
{
    /// <summary>The longest the detection thread may take to come to the end of its batch.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    /// <summary>What cannot be changed while frames are captured.</summary>
    private static readonly string[] NeedRestart = ["Store", "Daemon", "Capture", "Probing"];

    private readonly Lock _gate = new();

    /// <summary>Reloads; one at a time. True when the configuration on disk is the one in force now.</summary>
    public bool Run()
    {
        lock (_gate)
        {
            parts.Notifier.Reloading();
            daemon.Status.Phase = DaemonPhase.Reloading;
            daemon.Dispatcher.Reopen();
            var applied = TryApply(out var answer);
            daemon.Status.Reloaded(applied, answer);
            daemon.Status.Phase = DaemonPhase.Running;
            parts.Notifier.Ready(applied ? daemon.Status.Line() : $"reload refused: {answer}; {daemon.Status.Line()}");
            return applied;
        }
    }

    private bool TryApply(out string answer)
    {
        try
        {
            var next = parts.Sources();
            DetectionRun.Check(next);
            var changes = SettingValues.Changes(daemon.Configuration.Values, next.Values);
            Apply(next, changes);
            answer = Describe(changes);
            DaemonLog.Reloaded(parts.Log, answer);
            return true;
        }
        catch (CommandException refused)
        {
            answer = refused.Message;
        }
        catch (Exception failure) when (failure is TimeoutException or InvalidOperationException or IOException)
        {
            answer = failure.Message;
        }
        DaemonLog.ReloadRefused(parts.Log, answer);
        return false;
    }

    /// <summary>What may fail comes first; from the moment the detection thread has taken over, nothing does.</summary>
    private void Apply(SensorConfiguration next, IReadOnlyList<SettingChange> changes)
    {
        var alerts = DefaultTarget.Complete(next.Alerts);
        var old = daemon.Configuration;
        daemon.Telemetry.Apply(next.Telemetry);
        try
        {
            OnDetectionThread(() =>
            {
                if (changes.Any(static change => ChangesDetection(change)))
                    daemon.Line.Replace(daemon.Path.Adopt(next));
                daemon.Path.Use(next);
                daemon.Router.Apply(alerts);
            });
        }
        catch
        {
            daemon.Telemetry.Apply(old.Telemetry);
            throw;
        }
        daemon.Configuration = next;
        daemon.Dispatcher.ApplyAsync(alerts.Targets).GetAwaiter().GetResult();
    }

    /// <summary>Targets, suppressions and summaries are the router's, and it can be told of them as it is.</summary>
    private static bool ChangesDetection(SettingChange change) =>
        change.Section.ToUpperInvariant() is "TRUST" or "UPDATES" or "DETECTORS"
        || change.Key.StartsWith("Alerts:Minimum", StringComparison.OrdinalIgnoreCase);

    private void OnDetectionThread(Action action)
    {
        using var done = new ManualResetEventSlim();
        var state = 0;
        Exception? failure = null;
        daemon.Path.Post(() =>
        {
            if (Interlocked.CompareExchange(ref state, 1, 0) != 0)
                return;
            try
            {
                action();
            }
            catch (Exception thrown)
            {
                failure = thrown;
            }
            done.Set();
        });
        // Either it is done, or it has begun and will be, or it never happens: given up at the same instant it would begin, one of the two wins.
        if (!done.Wait(Patience) && Interlocked.CompareExchange(ref state, 2, 0) == 0)
            throw new TimeoutException("detection did not come to the end of its batch in time");
        done.Wait();
        if (failure is not null)
            throw new InvalidOperationException(failure.Message, failure);
    }

    private static string Describe(IReadOnlyList<SettingChange> changes)
    {
        if (changes.Count == 0)
            return "files opened anew; the configuration has not changed";
        var later = changes.Where(static change => NeedRestart.Contains(change.Section, StringComparer.OrdinalIgnoreCase)
            && !change.Key.Equals("Daemon:StopTimeout", StringComparison.OrdinalIgnoreCase)
            && !change.Key.Equals("Daemon:LogAlerts", StringComparison.OrdinalIgnoreCase)
            && !change.Key.Equals("Store:SnapshotInterval", StringComparison.OrdinalIgnoreCase)).ToList();
        var text = string.Join("; ", changes);
        return later.Count == 0 ? text
            : $"{text}. After a restart only: {string.Join(", ", later.Select(static change => change.Key))}";
    }
}
