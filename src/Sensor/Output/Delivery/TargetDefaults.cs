using Sensor.Configuration;

namespace Sensor.Output.Delivery;

/// <summary>What holds where a target's settings say nothing.</summary>
internal static class TargetDefaults
{
    /// <summary>
    /// RFC 5424 section 6.1 and RFC 5426 section 3.2: receivers SHOULD take 2048 octets. Over the path's MTU the datagram goes in fragments.
    /// </summary>
    private const int Datagram = 2048;

    /// <summary>What rsyslog and syslog-ng take unless told otherwise (8 KiB and 64 KiB); the local logger is one of them.</summary>
    private const int Stream = 8192;

    /// <summary>Well below what a Unix datagram may have (net.core.wmem_default, 212,992), so no memory file is needed.</summary>
    private const int Journal = 65_536;

    /// <summary>No limit of the medium: a guard against a body that the wire made absurd.</summary>
    private const int Line = 1_048_576;

    /// <summary>Octets a message may have.</summary>
    public static int MaxSizeOf(TargetSettings target)
    {
        if (target.MaxSize > 0)
            return target.MaxSize;
        return target.Type switch
        {
            TargetType.Syslog => target.Protocol == SyslogProtocol.Udp ? Datagram : Stream,
            TargetType.Journald => Journal,
            _ => Line,
        };
    }

    /// <summary>The format.</summary>
    public static BodyFormat FormatOf(TargetSettings target) =>
        target.Format ?? (target.Type is TargetType.Syslog or TargetType.Journald ? BodyFormat.Text : BodyFormat.Eve);

    /// <summary>Whether further victims are summed up.</summary>
    public static bool SumsUp(TargetSettings target) => target.Summaries ?? target.Type is not (TargetType.File or TargetType.Stdout);

    /// <summary>The port of a syslog receiver: RFC 5426 514, RFC 5425 6514.</summary>
    public static int PortOf(TargetSettings target) => target.Port != 0 ? target.Port : target.Protocol == SyslogProtocol.Tls ? 6514 : 514;

    /// <summary>Where a target is, for people.</summary>
    public static string AddressOf(TargetSettings target) => target.Type switch
    {
        TargetType.Syslog when target.Protocol == SyslogProtocol.Local => PathOf(target),
        TargetType.Syslog => $"{target.Protocol.ToString().ToLowerInvariant()}://{Bracketed(target.Host)}:{EventText(PortOf(target))}",
        TargetType.Webhook => WithoutQuery(target.Url),
        TargetType.Stdout => "standard output",
        _ => PathOf(target),
    };

    /// <summary>The path of the socket or file.</summary>
    public static string PathOf(TargetSettings target) => target.Path.Length > 0 ? target.Path
        : target.Type == TargetType.Journald ? "/run/systemd/journal/socket" : "/dev/log";

    private static string Bracketed(string host) => host.Contains(':') ? $"[{host.Trim('[', ']')}]" : host;

    private static string EventText(int number) => Formats.EventFormatText.Number(number);

    /// <summary>Services put their token into the query or the path's last part: neither is shown.</summary>
    private static string WithoutQuery(string url) => Uri.TryCreate(url, UriKind.Absolute, out var parsed) ? parsed.GetLeftPart(UriPartial.Authority) : "";
}
