using Jint.Runtime;

namespace Sensor.PacSandbox;

/// <summary>A script's clock: it stands still at the packet's time, in a zone that is a fixed offset from UTC.</summary>
internal sealed class PacClock : ITimeSystem
{
    private const long NanosecondsPerTick = 100;

    private readonly TimeSpan _offset;

    /// <summary>
    /// A clock at <paramref name="timestampNs"/> (since 1970 UTC), <paramref name="offsetMinutes"/> east of UTC (up to 14 hours).
    /// </summary>
    public PacClock(long timestampNs, int offsetMinutes)
    {
        Utc = DateTime.UnixEpoch.AddTicks(timestampNs / NanosecondsPerTick);
        _offset = TimeSpan.FromMinutes(Math.Clamp(offsetMinutes, -14 * 60, 14 * 60));
        DefaultTimeZone = _offset == TimeSpan.Zero ? TimeZoneInfo.Utc : TimeZoneInfo.CreateCustomTimeZone("fixed", _offset, "fixed", "fixed");
    }

    /// <summary>The time in UTC.</summary>
    public DateTime Utc { get; }

    /// <summary>The local time.</summary>
    public DateTime Local => Utc + _offset;

    /// <inheritdoc/>
    public TimeZoneInfo DefaultTimeZone { get; }

    /// <inheritdoc/>
    public DateTimeOffset GetUtcNow() => new(Utc, TimeSpan.Zero);

    /// <inheritdoc/>
    public TimeSpan GetUtcOffset(long epochMilliseconds) => _offset;

    /// <inheritdoc/>
    public bool TryParse(string date, out long epochMilliseconds)
    {
        var isRead = DateTimeOffset.TryParse(date, System.Globalization.CultureInfo.InvariantCulture,
            System.Globalization.DateTimeStyles.AssumeUniversal, out var time);
        epochMilliseconds = isRead ? time.ToUnixTimeMilliseconds() : 0;
        return isRead;
    }
}
