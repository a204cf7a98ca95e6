using System.Globalization;
using System.Text;

namespace Sensor.Core.Wire;

/// <summary>
/// Where a request to a proxy is to go: the authority of absolute form ("http://host:port/path") or of authority form ("host:port",
/// CONNECT), RFC 9112 section 3.2. User information in it is left out: it may hold a password.
/// </summary>
public readonly ref struct RequestTarget
{
    private const int LongestHost = 255;

    private RequestTarget(ReadOnlySpan<byte> host, ushort port)
    {
        Host = host;
        Port = port;
    }

    /// <summary>The host as sent, without the brackets of IPv6.</summary>
    public ReadOnlySpan<byte> Host { get; }

    /// <summary>The port, given or the scheme's.</summary>
    public ushort Port { get; }

    /// <summary>Reads absolute form. False for other forms and for schemes that no proxy serves.</summary>
    public static bool TryReadAbsolute(ReadOnlySpan<byte> target, out RequestTarget result)
    {
        result = default;
        // Nearly every target begins with a slash.
        if (target.Length < 8 || target[0] == '/')
            return false;
        var colon = target.IndexOf((byte)':');
        if (colon is < 2 or > 5 || !target[colon..].StartsWith("://"u8))
            return false;
        var port = DefaultPort(target[..colon]);
        var authority = target[(colon + 3)..];
        var end = authority.IndexOfAny("/?#"u8);
        return port != 0 && TryReadAuthority(end < 0 ? authority : authority[..end], port, out result);
    }

    /// <summary>Reads authority form; without a port <paramref name="defaultPort"/> holds.</summary>
    public static bool TryReadAuthority(ReadOnlySpan<byte> authority, ushort defaultPort, out RequestTarget result)
    {
        result = default;
        authority = authority[(authority.LastIndexOf((byte)'@') + 1)..];
        var end = authority.StartsWith("["u8) ? authority.IndexOf((byte)']') + 1 : authority.IndexOf((byte)':');
        var host = end <= 0 ? authority : authority[..end];
        var rest = authority[host.Length..];
        var port = (int)defaultPort;
        if (rest.Length > 1 && (rest[0] != ':' || !int.TryParse(rest[1..], NumberStyles.None, CultureInfo.InvariantCulture, out port)))
            return false;
        host = host.Trim("[]"u8);
        if (host.IsEmpty || host.Length > LongestHost || port is 0 or > ushort.MaxValue || host.IndexOfAnyInRange((byte)0, (byte)' ') >= 0)
            return false;
        result = new RequestTarget(host, (ushort)port);
        return true;
    }

    private static ushort DefaultPort(ReadOnlySpan<byte> scheme) =>
        Ascii.EqualsIgnoreCase(scheme, "http"u8) || Ascii.EqualsIgnoreCase(scheme, "ws"u8) ? (ushort)80
        : Ascii.EqualsIgnoreCase(scheme, "https"u8) || Ascii.EqualsIgnoreCase(scheme, "wss"u8) ? (ushort)443
        : Ascii.EqualsIgnoreCase(scheme, "ftp"u8) ? (ushort)21 : (ushort)0;
}
