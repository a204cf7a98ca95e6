using Sensor.Configuration;

namespace Sensor.Commands;

/// <summary>What `sensor trust` is to do.</summary>
public enum TrustAction
{
    /// <summary>Show the baseline.</summary>
    List,

    /// <summary>Show what came since it was frozen, and what was decided.</summary>
    Diff,

    /// <summary>Call entries right.</summary>
    Accept,

    /// <summary>Call entries wrong.</summary>
    Reject,

    /// <summary>End the learning.</summary>
    Freeze,
}

/// <summary>What `sensor trust` was asked to do.</summary>
public sealed record TrustArguments
{
    /// <summary>What to do.</summary>
    public required TrustAction Action { get; init; }

    /// <summary>Where configuration comes from.</summary>
    public ConfigurationSources Configuration { get; init; } = new(null, null, []);

    /// <summary>The store's file instead of Store:Path, or null.</summary>
    public string? StorePath { get; init; }

    /// <summary>Ids of entries, or values: every entry about a value is meant.</summary>
    public IReadOnlyList<string> What { get; init; } = [];

    /// <summary>Why; the audit trail keeps it.</summary>
    public string? Reason { get; init; }
}
