using System.Globalization;

namespace Sensor.Detection.Incidents;

/// <summary>
/// Packet time in the sentences of a finding. Sentences name times, never frame numbers: a capture cut into pieces tells the same story, and the
/// numbers stand in the evidence.
/// </summary>
internal static class PacketClock
{
    private const long NanosecondsPerTick = 100;

    /// <summary>Time of day in UTC to the millisecond: "22:32:52.194 UTC".</summary>
    public static string Of(long timestampNs) => DateTime.UnixEpoch.AddTicks(timestampNs / NanosecondsPerTick)
        .ToString("HH:mm:ss.fff 'UTC'", CultureInfo.InvariantCulture);

    /// <summary>A short lapse of packet time: "3 ms", "1.2 s"; under a millisecond "0.4 ms".</summary>
    public static string Lapse(long nanoseconds) => nanoseconds switch
    {
        < 1_000_000 => string.Create(CultureInfo.InvariantCulture, $"{Math.Max(nanoseconds, 0) / 1e6:0.0} ms"),
        < 1_000_000_000 => string.Create(CultureInfo.InvariantCulture, $"{nanoseconds / 1_000_000} ms"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{nanoseconds / 1e9:0.0} s"),
    };
}
