using Sensor.Detection.Incidents;

namespace Sensor.Configuration;

/// <summary>The section "Alerts": from where on a finding is an alert. Findings below are recorded and shown with --all.</summary>
public sealed record AlertSettings
{
    /// <summary>Least severity.</summary>
    public Severity MinimumSeverity { get; init; } = Severity.Medium;

    /// <summary>Least confidence.</summary>
    public Confidence MinimumConfidence { get; init; } = Confidence.Likely;
}
