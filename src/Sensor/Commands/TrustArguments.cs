using Sensor.Configuration;

namespace Sensor.Commands;

/// <summary>What `sensor trust` was asked to do.</summary>
public sealed record TrustArguments
{
    /// <summary>Where configuration comes from.</summary>
    public ConfigurationSources Configuration { get; init; } = new(null, null, []);

    /// <summary>The store's file instead of Store:Path, or null.</summary>
    public string? StorePath { get; init; }

    /// <summary>Ids of entries, or values: every entry about a value is meant.</summary>
    public IReadOnlyList<string> What { get; init; } = [];

    /// <summary>Why; the audit trail keeps it.</summary>
    public string? Reason { get; init; }
}
