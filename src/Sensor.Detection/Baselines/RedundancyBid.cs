using System.Globalization;

namespace Sensor.Detection.Baselines;

/// <summary>A router's bid for a redundancy group, as <see cref="BaselineKind.RedundancyRouter"/> writes it: "10.0.0.2, priority 100".</summary>
internal readonly record struct RedundancyBid(string Router, int Priority)
{
    private const string Separator = ", priority ";

    /// <summary>Reads a value; a priority of 0 where there is none.</summary>
    public static RedundancyBid Of(string value)
    {
        var at = value.IndexOf(Separator, StringComparison.Ordinal);
        return at < 0 ? new(value, 0)
            : new(value[..at], int.TryParse(value.AsSpan(at + Separator.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var priority) ? priority : 0);
    }

    /// <summary>Whether this bid outbids all of <paramref name="known"/>.</summary>
    public bool Outbids(IEnumerable<RedundancyBid> known)
    {
        var priority = Priority;
        return known.All(other => priority > other.Priority);
    }
}
