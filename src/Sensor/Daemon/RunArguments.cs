using Sensor.Configuration;

namespace Sensor.Daemon;

/// <summary>What `sensor run` was asked to do.</summary>
public sealed record RunArguments
{
    /// <summary>Interfaces of the command line; empty: those of the configuration.</summary>
    public IReadOnlyList<string> Interfaces { get; init; } = [];

    /// <summary>Where configuration comes from.</summary>
    public ConfigurationSources Configuration { get; init; } = new(null, null, []);

    /// <summary>Analysis workers; null: what the configuration says.</summary>
    public int? Workers { get; init; }
}
