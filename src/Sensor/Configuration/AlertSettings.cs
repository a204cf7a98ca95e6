using System.Collections.Immutable;
using Sensor.Detection.Incidents;
using Sensor.Output;
using Sensor.Output.Delivery.Routing;

namespace Sensor.Configuration;

/// <summary>
/// The section "Alerts": from where on a finding is an alert, where alerts go, and which of them are not told. Findings below the threshold are
/// recorded and shown with --all.
/// </summary>
public sealed record AlertSettings
{
    private const string Section = "Alerts";

    private static readonly string[] Keys =
    [
        nameof(MinimumSeverity), nameof(MinimumConfidence), nameof(Observer), nameof(Targets), nameof(Suppressions), nameof(Summaries), nameof(RollUp),
    ];

    /// <summary>Least severity.</summary>
    public Severity MinimumSeverity { get; init; } = Severity.Medium;

    /// <summary>Least confidence.</summary>
    public Confidence MinimumConfidence { get; init; } = Confidence.Likely;

    /// <summary>
    /// What the formats that name the observer call it. Not the machine's name by itself: the same capture gives the same octets on every
    /// machine.
    /// </summary>
    public string Observer { get; init; } = "sensor";

    /// <summary>Where the daemon sends alerts.</summary>
    public ImmutableArray<TargetSettings> Targets { get; init; } = [];

    /// <summary>What is recorded but told to nobody.</summary>
    public ImmutableArray<Suppression> Suppressions { get; init; } = [];

    /// <summary>How many victims of an incident are told one by one.</summary>
    public SummarySettings Summaries { get; init; } = new();

    /// <summary>When the daily message goes out.</summary>
    public RollUpSettings RollUp { get; init; } = new();

    /// <summary>Reads the section; defaults hold without it.</summary>
    internal static AlertSettings Read(SettingNode? node)
    {
        var settings = new AlertSettings();
        if (node is null)
            return settings;
        SettingsBinder.CheckKeys(node, Section, Keys);
        if (node.Find(nameof(MinimumSeverity)) is { } severity)
            settings = settings with { MinimumSeverity = (Severity)SettingsBinder.Choice(severity, $"{Section}:{nameof(MinimumSeverity)}", Words.Severities) };
        if (node.Find(nameof(MinimumConfidence)) is { } confidence)
            settings = settings with { MinimumConfidence = (Confidence)SettingsBinder.Choice(confidence, $"{Section}:{nameof(MinimumConfidence)}", Words.Confidences) };
        if (node.Find(nameof(Observer)) is { } observer)
            settings = settings with { Observer = SettingsBinder.Text(observer, $"{Section}:{nameof(Observer)}") };
        return settings with
        {
            Targets = TargetSectionReader.Read(node.Find(nameof(Targets)), $"{Section}:{nameof(Targets)}"),
            Suppressions = SuppressionReader.Read(node.Find(nameof(Suppressions)), $"{Section}:{nameof(Suppressions)}"),
            Summaries = SummarySettings.Read(node.Find(nameof(Summaries)), $"{Section}:{nameof(Summaries)}"),
            RollUp = RollUpSettings.Read(node.Find(nameof(RollUp)), $"{Section}:{nameof(RollUp)}"),
        };
    }
}
