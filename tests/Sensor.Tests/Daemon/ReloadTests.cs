using Sensor.Telemetry;
using Sensor.Tests.Lab;
using Sensor.Tests.Manual;

namespace Sensor.Tests.Daemon;

/// <summary>SIGHUP to the real process: a good file is applied whole, of a bad one nothing is.</summary>
public sealed class ReloadTests
{
    [Fact]
    public async Task A_good_file_is_applied_whole_and_a_bad_one_not_at_all()
    {
        using var bench = new DaemonBench();
        await using var receiver = bench.Receiver();
        await using var other = bench.Receiver();
        bench.Configure(DaemonBench.Target(receiver.Port));
        var daemon = bench.StartCapturing();
        bench.Attack(1);
        DaemonBench.Until(() => receiver.Messages.Count == 1, () => daemon.Said);

        // Two things are changed; the second is wrong, so the first must not happen either.
        bench.Configure(DaemonBench.Target(other.Port), "\"Updates\": { \"Caches\": [\"no address at all\"] },");
        Assert.Contains("reload refused, the running configuration stays", Reload(bench, daemon, refused: 1, applied: 0), StringComparison.Ordinal);
        bench.Attack(2);
        DaemonBench.Until(() => receiver.Messages.Count == 2, () => daemon.Said);
        Assert.Empty(other.Messages);

        bench.Configure(DaemonBench.Target(other.Port), "\"Detectors\": { \"llmnr-wpad-answer\": { \"Enabled\": true } },");
        Assert.Contains("reload: ", Reload(bench, daemon, refused: 1, applied: 1), StringComparison.Ordinal);
        bench.Attack(3);
        DaemonBench.Until(() => other.Messages.Count == 1, () => daemon.Said);
        Assert.Equal(2, receiver.Messages.Count);

        bench.Configure(DaemonBench.Target(other.Port), "\"Detectors\": { \"llmnr-wpad-answer\": { \"Enabled\": false } },");
        Reload(bench, daemon, refused: 1, applied: 2);
        var frames = bench.Status()!.Detection.Frames;
        bench.Attack(4);
        DaemonBench.Until(() => bench.Status()!.Detection.Frames >= frames + 2, () => daemon.Said);
        Assert.True(daemon.Stop(DaemonBench.Patience), daemon.Said);
        Assert.Equal((0, 1, 2), (daemon.ExitCode, other.Messages.Count, receiver.Messages.Count));
    }

    /// <summary>SIGHUP, and the part of the log that came of it.</summary>
    private static string Reload(DaemonBench bench, LabProcess daemon, long refused, long applied)
    {
        var before = daemon.Said.Length;
        Assert.Equal(0, Shell.Run("kill", ["-HUP", daemon.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]).Status);
        DaemonBench.Until(
            () => bench.Status() is { Phase: DaemonPhase.Running } status && (status.ReloadsRefused, status.ReloadsApplied) == (refused, applied)
                && daemon.Said[before..].Contains("reload", StringComparison.Ordinal),
            () => daemon.Said);
        return daemon.Said[before..];
    }
}
