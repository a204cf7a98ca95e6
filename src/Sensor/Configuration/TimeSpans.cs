using System.Globalization;

namespace Sensor.Configuration;

/// <summary>Reads spans of time as people write them.</summary>
internal static class TimeSpans
{
    private static readonly (string Unit, double Milliseconds)[] Units =
        [("ms", 1), ("s", 1_000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000)];

    /// <summary>Reads "500ms", "30s", "5m", "12h", "2d" or "00:05:00".</summary>
    public static bool TryParse(string text, out TimeSpan span)
    {
        foreach (var (unit, milliseconds) in Units)
        {
            if (text.EndsWith(unit, StringComparison.OrdinalIgnoreCase)
                && double.TryParse(text[..^unit.Length], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var count)
                && count * milliseconds < TimeSpan.MaxValue.TotalMilliseconds)
            {
                span = TimeSpan.FromMilliseconds(count * milliseconds);
                return true;
            }
        }
        return TimeSpan.TryParseExact(text, "c", CultureInfo.InvariantCulture, out span) && span >= TimeSpan.Zero;
    }
}
