namespace Sensor.Store;

/// <summary>The section "Baseline": whether the daemon learns what is right by itself.</summary>
public sealed record BaselineSettings
{
    /// <summary>Whether it learns and, when the period is over, tells changes.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>How long it learns, packet time.</summary>
    public TimeSpan Period { get; init; } = TimeSpan.FromHours(24);
}
