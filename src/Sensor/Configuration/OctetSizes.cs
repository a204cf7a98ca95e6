using System.Globalization;

namespace Sensor.Configuration;

/// <summary>Reads numbers of octets as people write them.</summary>
internal static class OctetSizes
{
    private static readonly (string Unit, long Octets)[] Units =
    [
        ("KiB", 1L << 10), ("MiB", 1L << 20), ("GiB", 1L << 30), ("TiB", 1L << 40), ("kB", 1_000), ("MB", 1_000_000), ("GB", 1_000_000_000),
        ("TB", 1_000_000_000_000), ("B", 1),
    ];

    /// <summary>Reads "64MiB", "2 GiB", "500MB" or a plain number of octets.</summary>
    public static bool TryParse(string text, out long octets)
    {
        foreach (var (unit, factor) in Units)
        {
            if (text.EndsWith(unit, StringComparison.OrdinalIgnoreCase) && TryScale(text[..^unit.Length].TrimEnd(), factor, out octets))
                return true;
        }
        return TryScale(text, 1, out octets);
    }

    private static bool TryScale(string text, long factor, out long octets)
    {
        octets = 0;
        if (!decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var count) || count > long.MaxValue / factor)
            return false;
        octets = (long)(count * factor);
        return true;
    }
}
