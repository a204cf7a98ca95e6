using Sensor.Commands;
using Sensor.Tests.Manual;

namespace Sensor.Tests.Daemon;

/// <summary>How the real process ends, which is what a service manager goes by.</summary>
public sealed class ExitStatusTests
{
    [Fact]
    public void Sigterm_is_a_good_end_and_the_log_says_what_still_waits()
    {
        using var bench = new DaemonBench(DaemonBench.Target(9));
        var daemon = bench.StartCapturing();
        bench.Attack(1);
        DaemonBench.Until(() => bench.Status() is { Targets: [{ Depth: 1 }] }, () => daemon.Said);
        Assert.True(daemon.Stop(DaemonBench.Patience), daemon.Said);
        Assert.Equal(ExitCode.Finished, daemon.ExitCode);
        Assert.Contains("stopping: SIGTERM", daemon.Said, StringComparison.Ordinal);
        Assert.Contains("1 alerts; 1 message(s) still wait for delivery", daemon.Said, StringComparison.Ordinal);
        Assert.Equal(1, bench.Number("SELECT count(*) FROM outbox"));
        Assert.False(File.Exists(bench.PathOf("private/status.sock")));
    }

    [Theory]
    [InlineData("\"Captur\": {}", "Captur")]
    [InlineData("\"Telemetry\": { \"Listen\": \"0.0.0.0:9117\" }", "Telemetry:Listen")]
    [InlineData("\"Alerts\": { \"Targets\": [ { \"Name\": \"x\", \"Type\": \"syslog\" } ] }", "Alerts:Targets")]
    public void A_bad_configuration_is_told_in_a_line_that_names_file_and_key_and_nothing_is_run(string section, string key)
    {
        var folder = Directory.CreateTempSubdirectory("sensor-daemon-");
        try
        {
            var path = Path.Combine(folder.FullName, "sensor.json");
            var store = Path.Combine(folder.FullName, "sensor.db");
            File.WriteAllText(path, $"{{ {section} }}");
            var run = Shell.Run(DaemonBench.DotNet, [DaemonBench.Program, "run", "-i", "lo", "--store", store, "-c", path]);
            Assert.Equal((ExitCode.Usage, ""), (run.Status, run.Output));
            var line = run.Error.Split('\n')[0];
            Assert.StartsWith("sensor: ", line, StringComparison.Ordinal);
            Assert.Contains(path, line, StringComparison.Ordinal);
            Assert.Contains(key, line, StringComparison.Ordinal);
            Assert.False(File.Exists(store));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public void Without_the_right_to_capture_it_ends_with_77_which_no_restart_would_change()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.UserName == "root", "needs root to give its rights away");
        Assert.SkipUnless(Shell.Has("setpriv"), "setpriv is not installed");
        var folder = Directory.CreateTempSubdirectory("sensor-daemon-");
        try
        {
            Assert.Equal(0, Shell.Run("chmod", ["777", folder.FullName]).Status);
            var run = Shell.Run("setpriv", ["--reuid=65534", "--regid=65534", "--clear-groups", "--inh-caps=-all", "--bounding-set=-all",
                DaemonBench.DotNet, DaemonBench.Program, "run", "-i", "lo", "--store", Path.Combine(folder.FullName, "sensor.db"), "--set", "Daemon:StatusSocket="]);
            Assert.SkipWhen(run.Error.Contains("Permission denied", StringComparison.Ordinal), "this folder is closed to other users");
            Assert.True(run.Status == ExitCode.NoPermission, run.Error);
            Assert.Contains("CAP_NET_RAW", run.Error, StringComparison.Ordinal);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public void What_a_restart_may_cure_ends_with_1()
    {
        using var bench = new DaemonBench();
        var absent = bench.Command("run", "-i", "no-such-port", "--store", bench.StorePath, "--set", "Daemon:StatusSocket=");
        Assert.Equal(ExitCode.Failed, absent.Status);
        Assert.Contains("interface no-such-port: there is no such interface", absent.Error, StringComparison.Ordinal);
        bench.StartCapturing();
        var second = bench.Command("run", "-i", "vb", "--store", bench.StorePath, "--set", "Daemon:StatusSocket=");
        Assert.Equal(ExitCode.Failed, second.Status);
        Assert.Contains("in use by another sensor", second.Error, StringComparison.Ordinal);
    }
}
