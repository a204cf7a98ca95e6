namespace Sensor.Commands;

/// <summary>What `sensor pac` was asked.</summary>
internal sealed record PacArguments
{
    /// <summary>File, http(s) URL, or "-" for standard input.</summary>
    public required string Source { get; init; }

    /// <summary>Hosts or URLs to ask about first.</summary>
    public IReadOnlyList<string> Hosts { get; init; } = [];

    /// <summary>The address myIpAddress answers.</summary>
    public string? Client { get; init; }

    /// <summary>An earlier version.</summary>
    public string? Compare { get; init; }

    /// <summary>Whether every host gets a line.</summary>
    public bool All { get; init; }
}
