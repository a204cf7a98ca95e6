using Sensor.Store;

namespace Sensor.Configuration;

/// <summary>Reads the section Store.</summary>
internal static class StoreSectionReader
{
    private const string Section = "Store";
    private const long LeastSize = 8L << 20, LeastFrames = 1L << 20, MostFrames = 4L << 30;

    private static readonly TimeSpan LeastAge = TimeSpan.FromHours(1), LeastInterval = TimeSpan.FromSeconds(1), MostInterval = TimeSpan.FromDays(1);

    private static readonly string[] Keys =
    [
        nameof(StoreSettings.Path), nameof(StoreSettings.MaxSize), nameof(StoreSettings.MaxAge), nameof(StoreSettings.SnapshotInterval),
        nameof(StoreSettings.RecentFrames),
    ];

    /// <summary>The settings that <paramref name="node"/> gives; defaults hold without it.</summary>
    public static StoreSettings Read(SettingNode? node)
    {
        var settings = new StoreSettings();
        if (node is null)
            return settings;
        SettingsBinder.CheckKeys(node, Section, Keys);
        return settings with
        {
            Path = FileName(node, settings.Path),
            MaxSize = Size(node, nameof(StoreSettings.MaxSize), settings.MaxSize, LeastSize, long.MaxValue, "a size of at least 8MiB, such as 2GiB"),
            MaxAge = Span(node, nameof(StoreSettings.MaxAge), settings.MaxAge, LeastAge, TimeSpan.MaxValue, "a time of at least 1h, such as 180d"),
            SnapshotInterval = Span(
                node, nameof(StoreSettings.SnapshotInterval), settings.SnapshotInterval, LeastInterval, MostInterval, "a time from 1s to 1d, such as 1m"),
            RecentFrames = Size(
                node, nameof(StoreSettings.RecentFrames), settings.RecentFrames, LeastFrames, MostFrames, "a size from 1MiB to 4GiB, such as 64MiB"),
        };
    }

    private static string FileName(SettingNode node, string otherwise)
    {
        if (node.Find(nameof(StoreSettings.Path)) is not { } value)
            return otherwise;
        var path = SettingsError.Join(Section, nameof(StoreSettings.Path));
        var name = SettingsBinder.Text(value, path);
        return name.Length > 0 && !name.Contains('\0', StringComparison.Ordinal) && !Path.EndsInDirectorySeparator(name)
            ? name : throw SettingsError.Wanted(value, path, "the name of a file");
    }

    private static long Size(SettingNode node, string key, long otherwise, long least, long most, string wanted)
    {
        if (node.Find(key) is not { } value)
            return otherwise;
        return value.Kind is SettingKind.Text or SettingKind.Word or SettingKind.Number && OctetSizes.TryParse(value.Text, out var octets)
            && octets >= least && octets <= most ? octets : throw SettingsError.Wanted(value, SettingsError.Join(Section, key), wanted);
    }

    private static TimeSpan Span(SettingNode node, string key, TimeSpan otherwise, TimeSpan least, TimeSpan most, string wanted)
    {
        if (node.Find(key) is not { } value)
            return otherwise;
        return value.Kind is SettingKind.Text or SettingKind.Word && TimeSpans.TryParse(value.Text, out var span)
            && span >= least && span <= most ? span : throw SettingsError.Wanted(value, SettingsError.Join(Section, key), wanted);
    }
}
