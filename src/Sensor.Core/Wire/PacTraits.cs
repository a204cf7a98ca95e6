using System.Text;

namespace Sensor.Core.Wire;

/// <summary>What makes an HTTP exchange look like the delivery of a proxy auto-configuration (PAC) file.</summary>
public static class PacTraits
{
    /// <summary>How far into a body of unknown kind the function is looked for.</summary>
    public const int SearchedOctets = 64 * 1024;

    private static readonly byte[][] Names = ["wpad.dat"u8.ToArray(), "wpad.da"u8.ToArray()];
    private static readonly byte[][] Types = ["application/x-ns-proxy-autoconfig"u8.ToArray(), "application/x-javascript-config"u8.ToArray()];

    /// <summary>Whether the last path segment of a request target is wpad.dat, wpad.da (as cut by old DHCP clients) or ends in ".pac".</summary>
    public static bool IsPacTarget(ReadOnlySpan<byte> target)
    {
        var end = target.IndexOfAny("?#;"u8);
        var path = end < 0 ? target : target[..end];
        var name = path[(path.LastIndexOf((byte)'/') + 1)..];
        if (name.Length > 4 && Ascii.EqualsIgnoreCase(name[^4..], ".pac"u8))
            return true;
        foreach (var known in Names)
        {
            if (Ascii.EqualsIgnoreCase(name, known))
                return true;
        }
        return false;
    }

    /// <summary>Whether a Content-Type is one of PAC files.</summary>
    public static bool IsPacType(ReadOnlySpan<byte> contentType)
    {
        foreach (var type in Types)
        {
            if (contentType.Length >= type.Length && Ascii.EqualsIgnoreCase(contentType[..type.Length], type))
                return true;
        }
        return false;
    }

    /// <summary>
    /// Whether a body that begins with <paramref name="octets"/> may be a script, whatever its declared type (PAC readers ignore that): text, and no
    /// markup. A comment that HTML and scripts share ("&lt;!--") may be one.
    /// </summary>
    public static bool MayBeScript(ReadOnlySpan<byte> octets)
    {
        if (octets.StartsWith("\uFEFF"u8))
            octets = octets[3..];
        octets = octets.TrimStart(" \t\r\n\f\v"u8);
        if (octets.Length > 0 && octets[0] == '<' && !octets.StartsWith("<!--"u8[..Math.Min(4, octets.Length)]))
            return false;
        foreach (var octet in octets[..Math.Min(64, octets.Length)])
        {
            if (octet < ' ' && octet is not (>= 9 and <= 13))
                return false;
        }
        return true;
    }

    /// <summary>Whether the start of a body names the function every PAC file defines.</summary>
    public static bool NamesFunction(ReadOnlySpan<byte> body) =>
        body[..Math.Min(body.Length, SearchedOctets)].IndexOf("FindProxyForURL"u8) >= 0;
}
