using System.Globalization;

namespace Sensor.Output.Delivery.Syslog;

/// <summary>
/// The header of RFC 3164: <c>&lt;PRI&gt;Mmm dd hh:mm:ss HOSTNAME TAG[PID]: </c>. Time is UTC: it names no zone and no year, so receivers take it
/// for their own.
/// </summary>
internal static class Rfc3164Header
{
    private const int MostHostName = 255, MostTag = 32;

    /// <summary>Everything before CONTENT. The local logger puts the host name in itself.</summary>
    public static string Write(SyslogOrigin origin, MessageFacts facts, bool withHostName)
    {
        var time = DateTime.UnixEpoch.AddTicks(facts.TimestampNs / 100);
        var host = withHostName ? HostName(origin.HostName) + " " : "";
        var process = origin.ProcessId.Length > 0 && origin.ProcessId.All(char.IsAsciiDigit) ? $"[{origin.ProcessId}]" : "";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"<{SyslogSeverity.Priority(origin.Facility, facts.Severity)}>{time:MMM} {time.Day,2} {time:HH:mm:ss} {host}{Tag(origin.AppName)}{process}: ");
    }

    /// <summary>Section 4.1.2: the name without its domain; an address stays whole.</summary>
    private static string HostName(string name)
    {
        var dot = name.IndexOf('.', StringComparison.Ordinal);
        var isAddress = System.Net.IPAddress.TryParse(name, out _);
        return SyslogText.HeaderField(dot > 0 && !isAddress ? name[..dot] : name, MostHostName);
    }

    /// <summary>Section 4.1.3: letters and digits. "-", "_", "." and "/" are taken by every receiver and in every name.</summary>
    private static string Tag(string name)
    {
        var tag = new string([.. name.Where(static letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_' or '.' or '/').Take(MostTag)]);
        return tag.Length == 0 ? "sensor" : tag;
    }
}
