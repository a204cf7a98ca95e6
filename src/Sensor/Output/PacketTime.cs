using System.Globalization;

namespace Sensor.Output;

/// <summary>Writes packet times: always UTC, never the clock, zone or language of the machine.</summary>
internal static class PacketTime
{
    private const long NanosecondsPerTick = 100;
    private const int ToMicroseconds = 26, EveLength = 31;

    /// <summary>As EVE wants it: 2026-11-23T10:11:12.123456+0000.</summary>
    public static string Eve(long timestampNs) => string.Create(EveLength, timestampNs, static (text, time) =>
    {
        // The round-trip format is the one that the framework writes without reading a pattern first.
        Span<char> iso = stackalloc char[EveLength];
        Utc(time).TryFormat(iso, out _, "O", CultureInfo.InvariantCulture);
        iso[..ToMicroseconds].CopyTo(text);
        "+0000".CopyTo(text[ToMicroseconds..]);
    });

    /// <summary>ISO 8601 with all nine digits: 2026-11-23T10:11:12.123456789Z.</summary>
    public static string Iso(long timestampNs) =>
        Utc(timestampNs).ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff", CultureInfo.InvariantCulture)
        + (Math.Abs(timestampNs) % NanosecondsPerTick).ToString("00'Z'", CultureInfo.InvariantCulture);

    /// <summary>ISO 8601 to the millisecond, as STIX and LEEF take it: 2026-11-23T10:11:12.123Z.</summary>
    public static string IsoMilliseconds(long timestampNs) =>
        Utc(timestampNs).ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    /// <summary>Milliseconds since 1970, as CEF and OCSF count.</summary>
    public static long Milliseconds(long timestampNs) => timestampNs / 1_000_000;

    /// <summary>Date and time to the second.</summary>
    public static string Whole(long timestampNs) => Utc(timestampNs).ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);

    /// <summary>The date.</summary>
    public static string Date(long timestampNs) => Utc(timestampNs).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    /// <summary>Time of day to the millisecond.</summary>
    public static string Clock(long timestampNs) => Utc(timestampNs).ToString("HH:mm:ss.fff", CultureInfo.InvariantCulture);

    /// <summary>A span as people say it: "350 ms", "12 s", "33 min 48 s", "2 h 5 min", "3 d 4 h".</summary>
    public static string Span(TimeSpan span) => span switch
    {
        { TotalMilliseconds: < 1000 } => $"{Number((long)span.TotalMilliseconds)} ms",
        { TotalSeconds: < 10 } => string.Create(CultureInfo.InvariantCulture, $"{span.TotalSeconds:0.0} s"),
        { TotalMinutes: < 1 } => $"{span.Seconds} s",
        { TotalHours: < 1 } => $"{span.Minutes} min {span.Seconds} s",
        { TotalDays: < 1 } => $"{span.Hours} h {span.Minutes} min",
        _ => $"{Number(span.Days)} d {span.Hours} h",
    };

    private static string Number(long number) => number.ToString("#,0", CultureInfo.InvariantCulture);

    /// <summary>Captures may hold any number where the time belongs; every 64-bit count of nanoseconds lies between the years 1677 and 2262.</summary>
    private static DateTime Utc(long timestampNs) => DateTime.UnixEpoch.AddTicks(timestampNs / NanosecondsPerTick);
}
