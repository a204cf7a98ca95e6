using Sensor.Configuration;

namespace Sensor.Commands;

/// <summary>What `sensor learn` was asked to do.</summary>
public sealed record LearnArguments
{
    /// <summary>Interfaces to learn from instead of files.</summary>
    public IReadOnlyList<string> Interfaces { get; init; } = [];

    /// <summary>How long to learn from interfaces; null: until interrupted.</summary>
    public TimeSpan? For { get; init; }

    /// <summary>Files, directories, or "-" for standard input.</summary>
    public required IReadOnlyList<string> Paths { get; init; }

    /// <summary>Where configuration comes from.</summary>
    public ConfigurationSources Configuration { get; init; } = new(null, null, []);

    /// <summary>File for what was learned, or null for standard output.</summary>
    public string? OutputPath { get; init; }

    /// <summary>Whether each file is a world of its own.</summary>
    public bool Separate { get; init; }

    /// <summary>Analysis workers.</summary>
    public int Workers { get; init; } = 1;

    /// <summary>BPF expression, or null.</summary>
    public string? Filter { get; init; }
}
