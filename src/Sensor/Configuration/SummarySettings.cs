using System.ComponentModel.DataAnnotations;
using System.Globalization;

namespace Sensor.Configuration;

/// <summary>The section "Alerts:Summaries": one attack with very many victims is told in few messages.</summary>
public sealed record SummarySettings
{
    /// <summary>So many victims of an incident are told one by one within a window; the rest are counted and told in one message at its end.</summary>
    [Range(1, 10_000)]
    public int VictimsOneByOne { get; init; } = 10;

    /// <summary>The window. It begins with the first victim.</summary>
    public TimeSpan Window { get; init; } = TimeSpan.FromMinutes(10);

    internal static SummarySettings Read(SettingNode? node, string path)
    {
        if (node is null)
            return new SummarySettings();
        var settings = (SummarySettings)SettingsBinder.Bind(typeof(SummarySettings), node, path);
        if (settings.Window < TimeSpan.FromSeconds(1) || settings.Window > TimeSpan.FromDays(1))
            throw SettingsError.At(node, $"{path}:{nameof(Window)}", "the window must have between 1s and 1d");
        return settings;
    }
}

/// <summary>The section "Alerts:RollUp": when the message with the day's counts goes to the targets that want one.</summary>
public sealed record RollUpSettings
{
    /// <summary>Time of day, UTC.</summary>
    public TimeSpan At { get; init; } = TimeSpan.FromHours(6);

    internal static RollUpSettings Read(SettingNode? node, string path)
    {
        if (node is null)
            return new RollUpSettings();
        SettingsBinder.CheckKeys(node, path, [nameof(At)]);
        if (node.Find(nameof(At)) is not { } at)
            return new RollUpSettings();
        return TimeSpan.TryParseExact(at.Text, @"hh\:mm", CultureInfo.InvariantCulture, out var time)
            ? new RollUpSettings { At = time }
            : throw SettingsError.Wanted(at, $"{path}:{nameof(At)}", "a time of day such as 06:00 (UTC)");
    }
}
