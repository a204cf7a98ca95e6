using System.Globalization;
using Sensor.Daemon;
using Sensor.Tests.Commands;

namespace Sensor.Tests.Daemon;

public sealed class ServiceNotifierTests : TemporaryFolder
{
    [Fact]
    public async Task It_speaks_the_manager_s_protocol()
    {
        using var manager = new NotifySocket(PathOf("notify"));
        using var notifier = new ServiceNotifier(manager.Path);
        notifier.Ready("captures");
        notifier.Status("a line\nWATCHDOG=1");
        notifier.Reloading();
        notifier.Watchdog();
        notifier.Stopping("ends");
        await manager.WaitForAsync("STOPPING=1");
        Assert.Equal("READY=1\nSTATUS=captures", manager.Messages[0]);
        // A line break in a status would be another command.
        Assert.Equal("STATUS=a line\\u000aWATCHDOG=1", manager.Messages[1]);
        var reloading = manager.Messages[2].Split('\n');
        Assert.Equal("RELOADING=1", reloading[0]);
        Assert.StartsWith("MONOTONIC_USEC=", reloading[1], StringComparison.Ordinal);
        Assert.Equal("WATCHDOG=1", manager.Messages[3]);
        Assert.Equal("STOPPING=1\nSTATUS=ends", manager.Messages[4]);
    }

    [Fact]
    public async Task The_time_of_a_reload_is_the_manager_s_monotonic_clock()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "/proc/uptime");
        using var manager = new NotifySocket(PathOf("notify"));
        using var notifier = new ServiceNotifier(manager.Path);
        var before = Uptime();
        notifier.Reloading();
        var message = await manager.WaitForAsync("MONOTONIC_USEC=");
        var after = Uptime();
        var microseconds = long.Parse(message.Split('=')[^1], CultureInfo.InvariantCulture);
        // /proc/uptime counts the same clock but for time spent suspended, in hundredths of a second.
        Assert.InRange(microseconds / 1e6, before - 0.1, after + 0.1);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("relative/path")]
    public void Without_a_manager_it_does_nothing(string? path)
    {
        using var notifier = new ServiceNotifier(path);
        notifier.Ready("captures");
        Assert.False(notifier.IsConnected);
    }

    [Fact]
    public void A_manager_that_is_gone_costs_nothing()
    {
        using var notifier = new ServiceNotifier(PathOf("nobody"));
        notifier.Ready("captures");
        Assert.Equal(1, notifier.Unsent);
    }

    private static double Uptime() => double.Parse(File.ReadAllText("/proc/uptime").Split(' ')[0], CultureInfo.InvariantCulture);
}
