using Microsoft.Extensions.Logging.Abstractions;
using Sensor.Daemon;
using Sensor.Tests.Commands;

namespace Sensor.Tests.Daemon;

public sealed class WatchdogTests : TemporaryFolder
{
    private readonly SetTime _time = new();

    [Fact]
    public async Task It_is_fed_while_every_worker_gets_on_and_not_when_one_stands_still()
    {
        using var manager = new NotifySocket(PathOf("notify"));
        using var notifier = new ServiceNotifier(manager.Path, TimeSpan.FromSeconds(10));
        var board = new ProgressBoard(_time);
        var (first, second) = (new WorkMeter(), new WorkMeter());
        board.Watch("first", first.Read);
        board.Watch("second", second.Read);
        using var watchdog = new Watchdog(notifier, board, NullLogger.Instance);

        // Nobody has anything to do: all is well for as long as it lasts.
        Assert.True(watchdog.Look());
        _time.Pass(60);
        Assert.True(watchdog.Look());

        first.Begin();
        second.Begin();
        Assert.True(watchdog.Look());
        _time.Pass(4.9);
        Assert.True(watchdog.Look());

        // The first gets on, the second does not.
        first.End();
        first.Begin();
        _time.Pass(0.2);
        Assert.False(watchdog.Look());
        Assert.Equal("second", Assert.Single(watchdog.Stalled).Worker);
        _time.Pass(60);
        first.End();
        first.Begin();
        Assert.False(watchdog.Look());

        second.End();
        Assert.True(watchdog.Look());
        Assert.Empty(watchdog.Stalled);

        notifier.Stopping("the end of the test");
        await manager.WaitForAsync("STOPPING=1");
        Assert.Equal(5, manager.Messages.Count(static message => message == "WATCHDOG=1"));
    }

    [Fact]
    public void A_worker_that_is_watched_no_more_cannot_stall()
    {
        var board = new ProgressBoard(_time);
        var registration = board.Watch("gone", () => new ProgressReading(1, HasWork: true));
        board.Stalled(TimeSpan.FromSeconds(1));
        _time.Pass(5);
        Assert.Single(board.Stalled(TimeSpan.FromSeconds(1)));
        registration.Dispose();
        Assert.Empty(board.Stalled(TimeSpan.FromSeconds(1)));
    }

    [Fact]
    public void Setting_the_wall_clock_stalls_nobody()
    {
        var board = new ProgressBoard(_time);
        board.Watch("worker", () => new ProgressReading(1, HasWork: true));
        board.Stalled(TimeSpan.FromSeconds(5));
        _time.SetWallClock(DateTimeOffset.UnixEpoch.AddYears(60));
        Assert.Empty(board.Stalled(TimeSpan.FromSeconds(5)));
        _time.SetWallClock(DateTimeOffset.UnixEpoch);
        _time.Pass(6);
        Assert.Single(board.Stalled(TimeSpan.FromSeconds(5)));
    }

    /// <summary>Time that passes when the test says so.</summary>
    private sealed class SetTime : TimeProvider
    {
        private long _stamp = 1;
        private DateTimeOffset _wall = DateTimeOffset.UnixEpoch.AddYears(56);

        public override long TimestampFrequency => 1000;

        public override long GetTimestamp() => _stamp;

        public override DateTimeOffset GetUtcNow() => _wall;

        public void Pass(double seconds)
        {
            _stamp += (long)(seconds * 1000);
            _wall = _wall.AddSeconds(seconds);
        }

        public void SetWallClock(DateTimeOffset to) => _wall = to;
    }
}
