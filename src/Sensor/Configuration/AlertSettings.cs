using Sensor.Detection.Incidents;
using Sensor.Output;

namespace Sensor.Configuration;

/// <summary>The section "Alerts": from where on a finding is an alert. Findings below are recorded and shown with --all.</summary>
public sealed record AlertSettings
{
    private const string Section = "Alerts";

    /// <summary>Least severity.</summary>
    public Severity MinimumSeverity { get; init; } = Severity.Medium;

    /// <summary>Least confidence.</summary>
    public Confidence MinimumConfidence { get; init; } = Confidence.Likely;

    /// <summary>
    /// What the formats that name the observer call it. Not the machine's name by itself: the same capture gives the same octets on every
    /// machine.
    /// </summary>
    public string Observer { get; init; } = "sensor";

    /// <summary>Reads the section; defaults hold without it.</summary>
    internal static AlertSettings Read(SettingNode? node)
    {
        var settings = new AlertSettings();
        if (node is null)
            return settings;
        SettingsBinder.CheckKeys(node, Section, [nameof(MinimumSeverity), nameof(MinimumConfidence), nameof(Observer)]);
        if (node.Find(nameof(MinimumSeverity)) is { } severity)
            settings = settings with { MinimumSeverity = (Severity)SettingsBinder.Choice(severity, $"{Section}:{nameof(MinimumSeverity)}", Words.Severities) };
        if (node.Find(nameof(MinimumConfidence)) is { } confidence)
            settings = settings with { MinimumConfidence = (Confidence)SettingsBinder.Choice(confidence, $"{Section}:{nameof(MinimumConfidence)}", Words.Confidences) };
        if (node.Find(nameof(Observer)) is { } observer)
            settings = settings with { Observer = SettingsBinder.Text(observer, $"{Section}:{nameof(Observer)}") };
        return settings;
    }
}
