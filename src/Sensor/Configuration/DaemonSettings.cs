namespace Sensor.Configuration;

/// <summary>The section "Daemon": how `sensor run` starts, stops and is asked.</summary>
public sealed record DaemonSettings
{
    private const string Section = "Daemon";

    private static readonly string[] Keys = [nameof(StopTimeout), nameof(StatusSocket), nameof(DropPrivileges), nameof(LogAlerts)];

    /// <summary>The longest a stop may take: capture, engine, store and targets share it. 1 s to 10 m.</summary>
    public TimeSpan StopTimeout { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>
    /// The Unix socket `sensor status` asks; "auto": private/status.sock below $RUNTIME_DIRECTORY, /run/sensor for root, or
    /// $XDG_RUNTIME_DIR/sensor. Empty: none.
    /// </summary>
    public string StatusSocket { get; init; } = "auto";

    /// <summary>Whether every capability but CAP_NET_RAW is given up at the start.</summary>
    public bool DropPrivileges { get; init; } = true;

    /// <summary>Whether each alert is a line of the log too.</summary>
    public bool LogAlerts { get; init; } = true;

    /// <summary>Reads the section; defaults hold without it.</summary>
    internal static DaemonSettings Read(SettingNode? node)
    {
        var settings = new DaemonSettings();
        if (node is null)
            return settings;
        SettingsBinder.CheckKeys(node, Section, Keys);
        if (node.Find(nameof(StopTimeout)) is { } stop)
            settings = settings with { StopTimeout = Span(stop) };
        if (node.Find(nameof(StatusSocket)) is { } socket)
            settings = settings with { StatusSocket = Socket(socket) };
        if (node.Find(nameof(DropPrivileges)) is { } drop)
            settings = settings with { DropPrivileges = SettingsBinder.Boolean(drop, $"{Section}:{nameof(DropPrivileges)}") };
        if (node.Find(nameof(LogAlerts)) is { } log)
            settings = settings with { LogAlerts = SettingsBinder.Boolean(log, $"{Section}:{nameof(LogAlerts)}") };
        return settings;
    }

    private static TimeSpan Span(SettingNode node) =>
        TimeSpans.TryParse(node.Text, out var span) && span >= TimeSpan.FromSeconds(1) && span <= TimeSpan.FromMinutes(10)
            ? span : throw SettingsError.Wanted(node, $"{Section}:{nameof(StopTimeout)}", "a time from 1s to 10m");

    private static string Socket(SettingNode node)
    {
        var path = SettingsBinder.Text(node, $"{Section}:{nameof(StatusSocket)}");
        return path is "" or "auto" || UnixSocketPath.IsUsable(path) ? path
            : throw SettingsError.Wanted(node, $"{Section}:{nameof(StatusSocket)}", UnixSocketPath.Wanted + ", \"auto\", or empty for none");
    }
}
