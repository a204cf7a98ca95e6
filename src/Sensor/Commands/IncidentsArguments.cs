using Sensor.Configuration;

namespace Sensor.Commands;

/// <summary>What the command line of `sensor incidents` asks for.</summary>
internal sealed record IncidentsArguments
{
    /// <summary>One incident, by the beginning of its id; null for the list.</summary>
    public string? Id { get; init; }

    /// <summary>The store; null for that of the configuration.</summary>
    public string? StorePath { get; init; }

    /// <summary>Where the configuration comes from.</summary>
    public required ConfigurationSources Configuration { get; init; }

    /// <summary>Whether one JSON object a line is printed.</summary>
    public bool AsJsonLines { get; init; }

    /// <summary>Where the frames go as pcapng; null for nowhere.</summary>
    public string? EvidencePath { get; init; }

    /// <summary>How far back: a span ("2d") or a time ("2025-11-25T10:00Z"); null for everything.</summary>
    public string? Since { get; init; }

    /// <summary>Whether hosts that are merely exposed are listed too.</summary>
    public bool All { get; init; }
}
