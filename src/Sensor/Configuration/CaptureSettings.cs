using Sensor.Capture.Live;
using Sensor.Core.Analyzers;

namespace Sensor.Configuration;

/// <summary>The section "Capture": what `sensor run` captures from, and with which means.</summary>
public sealed record CaptureSettings
{
    private const string Section = "Capture";
    private const int LongestName = 128, SmallestSnaplen = 256, LargestSnaplen = 262_144;

    private static readonly string[] Keys =
    [
        nameof(LiveOptions.Interfaces), nameof(LiveOptions.Source), "RingSize", "ControlRingSize", nameof(LiveOptions.FanOut), nameof(Workers),
        nameof(LiveOptions.Filter), nameof(LiveOptions.Promiscuous), nameof(LiveOptions.Snaplen), nameof(LiveOptions.HardwareTimestamps),
        nameof(LiveOptions.LossThreshold), nameof(LiveOptions.LossWindow), nameof(LiveOptions.NoTrafficAfter), nameof(LiveOptions.VisibilityWindow),
    ];

    /// <summary>Interfaces, rings and what is watched about them.</summary>
    public LiveOptions Live { get; init; } = new();

    /// <summary>Analysis workers, 1 to 8.</summary>
    public int Workers { get; init; } = 1;

    /// <summary>Reads the section; defaults hold without it.</summary>
    internal static CaptureSettings Read(SettingNode? node)
    {
        var settings = new CaptureSettings();
        if (node is null)
            return settings;
        SettingsBinder.CheckKeys(node, Section, Keys);
        var (live, none) = (settings.Live, new LiveOptions());
        live = live with
        {
            Interfaces = Interfaces(node),
            Source = node.Find(nameof(live.Source)) is { } source
                ? (LiveSourceKind)SettingsBinder.Choice(source, Path(nameof(live.Source)), ["auto", "af_packet", "pcap"]) : none.Source,
            RingOctets = Size(node, "RingSize", none.RingOctets, LiveOptions.SmallestRing),
            ControlRingOctets = Size(node, "ControlRingSize", none.ControlRingOctets, 0),
            FanOut = Whole(node, nameof(live.FanOut), none.FanOut, 1, LiveOptions.MostFanOut),
            Filter = Filter(node),
            Promiscuous = Truth(node, nameof(live.Promiscuous), none.Promiscuous),
            Snaplen = Whole(node, nameof(live.Snaplen), none.Snaplen, SmallestSnaplen, LargestSnaplen),
            HardwareTimestamps = Truth(node, nameof(live.HardwareTimestamps), none.HardwareTimestamps),
            LossThreshold = Share(node, nameof(live.LossThreshold), none.LossThreshold),
            LossWindow = Span(node, nameof(live.LossWindow), none.LossWindow),
            NoTrafficAfter = Span(node, nameof(live.NoTrafficAfter), none.NoTrafficAfter),
            VisibilityWindow = Span(node, nameof(live.VisibilityWindow), none.VisibilityWindow),
        };
        return settings with { Live = live, Workers = Whole(node, nameof(Workers), 1, 1, FlowShard.Count) };
    }

    private static string Path(string key) => SettingsError.Join(Section, key);

    private static string[] Interfaces(SettingNode node)
    {
        if (node.Find(nameof(LiveOptions.Interfaces)) is not { } value)
            return [];
        var path = Path(nameof(LiveOptions.Interfaces));
        var names = SettingsBinder.Texts(value, path);
        foreach (var name in names)
        {
            if (name.Length is 0 or > LongestName || name.Any(static letter => letter <= ' '))
                throw SettingsError.At(value, path, $"\"{name}\" is not the name of an interface");
        }
        return names.GroupBy(static name => name, StringComparer.Ordinal).FirstOrDefault(static same => same.Count() > 1) is { } twice
            ? throw SettingsError.At(value, path, $"{twice.Key} is named twice") : names;
    }

    private static string? Filter(SettingNode node)
    {
        if (node.Find(nameof(LiveOptions.Filter)) is not { } value || SettingsBinder.Text(value, Path(nameof(LiveOptions.Filter))) is not { Length: > 0 } text)
            return null;
        if (!Capture.FrameFilter.TryCompile(text, out var filter, out var error))
            throw SettingsError.At(value, Path(nameof(LiveOptions.Filter)), error);
        filter.Dispose();
        return text;
    }

    private static bool Truth(SettingNode node, string key, bool otherwise) =>
        node.Find(key) is { } value ? SettingsBinder.Boolean(value, Path(key)) : otherwise;

    private static int Whole(SettingNode node, string key, int otherwise, int least, int most)
    {
        if (node.Find(key) is not { } value)
            return otherwise;
        return value.Kind is SettingKind.Number or SettingKind.Word && int.TryParse(
            value.Text, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var number)
            && number >= least && number <= most ? number : throw SettingsError.Wanted(value, Path(key), $"a whole number from {least} to {most}");
    }

    private static double Share(SettingNode node, string key, double otherwise)
    {
        if (node.Find(key) is not { } value)
            return otherwise;
        return value.Kind is SettingKind.Number or SettingKind.Word && double.TryParse(
            value.Text, System.Globalization.NumberStyles.Float, System.Globalization.CultureInfo.InvariantCulture, out var number)
            && number is >= 0 and <= 1 ? number : throw SettingsError.Wanted(value, Path(key), "a share from 0 to 1");
    }

    private static long Size(SettingNode node, string key, long otherwise, long least)
    {
        if (node.Find(key) is not { } value)
            return otherwise;
        return value.Kind is SettingKind.Text or SettingKind.Word or SettingKind.Number && OctetSizes.TryParse(value.Text, out var octets)
            && (octets >= least && octets <= LiveOptions.LargestRing && (octets == 0 || octets >= LiveOptions.SmallestRing)) ? octets
            : throw SettingsError.Wanted(value, Path(key), least == 0 ? "0, or a size from 256KiB to 2GiB" : "a size from 256KiB to 2GiB");
    }

    private static TimeSpan Span(SettingNode node, string key, TimeSpan otherwise)
    {
        if (node.Find(key) is not { } value)
            return otherwise;
        return value.Kind is SettingKind.Text or SettingKind.Word && TimeSpans.TryParse(value.Text, out var span)
            && span >= TimeSpan.FromSeconds(1) && span <= TimeSpan.FromDays(1) ? span : throw SettingsError.Wanted(value, Path(key), "a time from 1s to 1d");
    }
}
