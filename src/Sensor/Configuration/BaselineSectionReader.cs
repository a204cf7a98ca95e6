using Sensor.Store;

namespace Sensor.Configuration;

/// <summary>Reads the section Baseline.</summary>
internal static class BaselineSectionReader
{
    private const string Section = "Baseline";

    private static readonly TimeSpan Least = TimeSpan.FromMinutes(1);

    private static readonly string[] Keys = [nameof(BaselineSettings.Enabled), nameof(BaselineSettings.Period)];

    /// <summary>The settings that <paramref name="node"/> gives; defaults hold without it.</summary>
    public static BaselineSettings Read(SettingNode? node)
    {
        var settings = new BaselineSettings();
        if (node is null)
            return settings;
        SettingsBinder.CheckKeys(node, Section, Keys);
        return new BaselineSettings
        {
            Enabled = node.Find(nameof(BaselineSettings.Enabled)) is { } enabled
                ? SettingsBinder.Boolean(enabled, SettingsError.Join(Section, nameof(BaselineSettings.Enabled))) : settings.Enabled,
            Period = node.Find(nameof(BaselineSettings.Period)) is { } period ? Span(period) : settings.Period,
        };
    }

    private static TimeSpan Span(SettingNode value) =>
        value.Kind is SettingKind.Text or SettingKind.Word && TimeSpans.TryParse(value.Text, out var span) && span >= Least
            ? span : throw SettingsError.Wanted(value, SettingsError.Join(Section, nameof(BaselineSettings.Period)), "a time of at least 1m, such as 24h");
}
