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
}
