using System.ComponentModel.DataAnnotations;
using Sensor.Capture.Live;
using Sensor.Core.Analyzers;

namespace Sensor.Configuration;

/// <summary>The section "Capture": from which interfaces, and with which means. The defaults are those of <see cref="LiveOptions"/>.</summary>
public sealed record CaptureSettings
{
    private const string Section = "Capture";
    private const string SizeWanted = "a size from 256KiB to 2GiB, such as 64MiB";
    private static readonly string[] Sources = ["auto", "af_packet", "pcap"];

    /// <summary>Interfaces by name.</summary>
    public IReadOnlyList<string> Interfaces { get; init; } = [];

    /// <summary>Which library takes the frames: auto, af_packet or pcap.</summary>
    public string Source { get; init; } = Sources[0];

    /// <summary>Memory for waiting frames of each interface, with a unit.</summary>
    public string RingSize { get; init; } = "64MiB";

    /// <summary>The same for name services, DHCP, ARP and NDP alone; 0 for no second ring.</summary>
    public string ControlRingSize { get; init; } = "16MiB";

    /// <summary>Rings an interface's frames are spread over.</summary>
    [Range(1, LiveOptions.MostFanOut)]
    public int FanOut { get; init; } = 1;

    /// <summary>Threads that analyse.</summary>
    [Range(1, FlowShard.Count)]
    public int Workers { get; init; } = 1;

    /// <summary>A filter in the language of libpcap; empty for everything.</summary>
    public string Filter { get; init; } = "";

    /// <summary>Whether frames for others are taken too.</summary>
    public bool Promiscuous { get; init; } = true;

    /// <summary>Octets kept of each frame.</summary>
    [Range(64, 262_144)]
    public int Snaplen { get; init; } = 262_144;

    /// <summary>Whether the card's own times are used.</summary>
    public bool HardwareTimestamps { get; init; } = true;

    /// <summary>Share of lost frames that is reported.</summary>
    [Range(0.0, 1.0)]
    public double LossThreshold { get; init; } = 0.001;

    /// <summary>The span over which loss is counted.</summary>
    public TimeSpan LossWindow { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long an interface may be silent.</summary>
    public TimeSpan NoTrafficAfter { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>The span over which it is judged what a port shows.</summary>
    public TimeSpan VisibilityWindow { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>The options of a live source; only valid after <see cref="Read"/>.</summary>
    internal LiveOptions Options { get; private init; } = new();

    /// <summary>Reads the section; defaults hold without it.</summary>
    internal static CaptureSettings Read(SettingNode? node)
    {
        if (node is null)
            return new CaptureSettings();
        var settings = (CaptureSettings)SettingsBinder.Bind(typeof(CaptureSettings), node, Section);
        var options = new LiveOptions
        {
            Interfaces = Names(node, settings.Interfaces),
            Source = node.Find(nameof(Source)) is { } source
                ? (LiveSourceKind)SettingsBinder.Choice(source, Path(nameof(Source)), Sources) : LiveSourceKind.Auto,
            RingOctets = Size(node, nameof(RingSize), settings.RingSize, mayBeNone: false),
            ControlRingOctets = Size(node, nameof(ControlRingSize), settings.ControlRingSize, mayBeNone: true),
            FanOut = settings.FanOut,
            Filter = settings.Filter.Length == 0 ? null : settings.Filter,
            Promiscuous = settings.Promiscuous,
            Snaplen = settings.Snaplen,
            HardwareTimestamps = settings.HardwareTimestamps,
            LossThreshold = settings.LossThreshold,
            LossWindow = Span(node, nameof(LossWindow), settings.LossWindow),
            NoTrafficAfter = Span(node, nameof(NoTrafficAfter), settings.NoTrafficAfter),
            VisibilityWindow = Span(node, nameof(VisibilityWindow), settings.VisibilityWindow),
        };
        CheckFilter(node, options.Filter);
        return settings with { Options = options };
    }

    private static IReadOnlyList<string> Names(SettingNode node, IReadOnlyList<string> names)
    {
        for (var i = 0; i < names.Count; i++)
        {
            if (names[i].Length == 0 || names.Take(i).Contains(names[i]))
                throw SettingsError.At(node.Find(nameof(Interfaces))!, $"{Path(nameof(Interfaces))}[{i}]", $"\"{names[i]}\" is empty or named twice");
        }
        return names;
    }

    private static long Size(SettingNode node, string key, string text, bool mayBeNone)
    {
        if (OctetSizes.TryParse(text, out var octets)
            && (octets is >= LiveOptions.SmallestRing and <= LiveOptions.LargestRing || (mayBeNone && octets == 0)))
            return octets;
        throw SettingsError.Wanted(node.Find(key)!, Path(key), mayBeNone ? SizeWanted + ", or \"0\"" : SizeWanted);
    }

    private static TimeSpan Span(SettingNode node, string key, TimeSpan span) =>
        span >= TimeSpan.FromSeconds(1) ? span : throw SettingsError.Wanted(node.Find(key)!, Path(key), "a time of at least 1s");

    private static void CheckFilter(SettingNode node, string? expression)
    {
        if (expression is null)
            return;
        if (!Sensor.Capture.FrameFilter.TryCompile(expression, out var filter, out var error))
            throw SettingsError.At(node.Find(nameof(Filter))!, Path(nameof(Filter)), error);
        filter.Dispose();
    }

    private static string Path(string key) => SettingsError.Join(Section, key);
}
