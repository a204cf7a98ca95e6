namespace Sensor.Capture.Live;

/// <summary>The machine's clock, which the kernel stamps frames with.</summary>
internal static class WallClock
{
    /// <summary>Now, nanoseconds since 1970 UTC.</summary>
    internal static long NowNs() => (DateTime.UtcNow - DateTime.UnixEpoch).Ticks * TimeSpan.NanosecondsPerTick;
}
