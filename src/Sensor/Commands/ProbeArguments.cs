using Sensor.Configuration;

namespace Sensor.Commands;

/// <summary>The command line of `sensor probe`.</summary>
internal sealed record ProbeArguments
{
    /// <summary>Where settings come from.</summary>
    public required ConfigurationSources Configuration { get; init; }

    /// <summary>The interface to send from; null: Probing:Interface.</summary>
    public string? Interface { get; init; }

    /// <summary>One round, then end.</summary>
    public bool Once { get; init; }

    /// <summary>Print the packets of one round and send none.</summary>
    public bool DryRun { get; init; }
}
