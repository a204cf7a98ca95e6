namespace Sensor.Configuration;

/// <summary>Where configuration comes from, later ones over earlier ones.</summary>
/// <param name="ConfigPath">--config, or null: appsettings.json of the current directory, else the one beside the program, else defaults.</param>
/// <param name="TrustPath">--trust, or null: a file that replaces the section Trust.</param>
/// <param name="Overrides">--set, each "Key:Path=value".</param>
public sealed record ConfigurationSources(string? ConfigPath, string? TrustPath, IReadOnlyList<string> Overrides);
