using System.Globalization;
using System.Net;

namespace Sensor.Configuration;

/// <summary>The section "Telemetry": where metrics can be read.</summary>
public sealed record TelemetrySettings
{
    private const string Section = "Telemetry", UnixScheme = "unix:";

    /// <summary>
    /// Where `/metrics`, `/healthz` and `/readyz` are served: "unix:/run/sensor/metrics.sock", or a loopback address with a port,
    /// "127.0.0.1:9117", "[::1]:9117". Empty: nowhere. Other addresses are refused: there is no encryption and nobody is asked who he is.
    /// </summary>
    public string Listen { get; init; } = "";

    /// <summary>The path of the Unix socket, or null.</summary>
    public string? SocketPath => Listen.StartsWith(UnixScheme, StringComparison.Ordinal) ? Listen[UnixScheme.Length..] : null;

    /// <summary>The loopback address and port, or null.</summary>
    public IPEndPoint? Address => Listen.Length > 0 && SocketPath is null ? Parse(Listen) : null;

    /// <summary>Reads the section; defaults hold without it.</summary>
    internal static TelemetrySettings Read(SettingNode? node)
    {
        var settings = new TelemetrySettings();
        if (node is null)
            return settings;
        SettingsBinder.CheckKeys(node, Section, [nameof(Listen)]);
        return node.Find(nameof(Listen)) is { } listen ? settings with { Listen = Place(listen) } : settings;
    }

    private static string Place(SettingNode node)
    {
        const string Path = $"{Section}:{nameof(Listen)}";
        var text = SettingsBinder.Text(node, Path);
        if (text.Length == 0)
            return text;
        if (text.StartsWith(UnixScheme, StringComparison.Ordinal))
            return UnixSocketPath.IsUsable(text[UnixScheme.Length..]) ? text : throw SettingsError.Wanted(node, Path, $"unix: and {UnixSocketPath.Wanted}");
        if (Parse(text) is not { } address)
            throw SettingsError.Wanted(node, Path, "unix:/PATH or a loopback address with a port such as 127.0.0.1:9117");
        return IPAddress.IsLoopback(address.Address) ? text
            : throw SettingsError.Wanted(node, Path, "a loopback address: metrics are served to this machine alone (127.0.0.1, [::1] or unix:/PATH)");
    }

    private static IPEndPoint? Parse(string text)
    {
        if (text.StartsWith("localhost:", StringComparison.OrdinalIgnoreCase))
            text = "127.0.0.1" + text["localhost".Length..];
        var colon = text.LastIndexOf(':');
        // IPEndPoint.Parse takes "127.0.0.1" and "::1:9117" without a word about the port.
        var hasPort = colon > 0 && (text[colon - 1] == ']' || !text.AsSpan(0, colon).Contains(':'))
            && ushort.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out _);
        return hasPort && IPEndPoint.TryParse(text, out var address) ? address : null;
    }
}
