using Sensor.Detection.Hosts;

namespace Sensor.Detection.Names;

/// <summary>
/// Domains from which operating systems and common programs fetch their updates: a false answer for these is how a rogue update begins.
/// Each stands for itself and everything under it.
/// </summary>
public static class UpdateHosts
{
    private static readonly byte[][] Domains =
    [
        [.. "windowsupdate.com"u8],
        [.. "windowsupdate.microsoft.com"u8],
        [.. "update.microsoft.com"u8],
        [.. "delivery.mp.microsoft.com"u8],
        [.. "dsp.mp.microsoft.com"u8],
        [.. "emdl.ws.microsoft.com"u8],
        [.. "wustat.windows.com"u8],
        [.. "ntservicepack.microsoft.com"u8],
        [.. "download.microsoft.com"u8],
        [.. "definitionupdates.microsoft.com"u8],
        [.. "wdcp.microsoft.com"u8],
        [.. "officecdn.microsoft.com"u8],
        [.. "cdn.office.net"u8],
        [.. "swscan.apple.com"u8],
        [.. "swcdn.apple.com"u8],
        [.. "swcatalog.apple.com"u8],
        [.. "mesu.apple.com"u8],
        [.. "updates-http.cdn-apple.com"u8],
        [.. "updates.cdn-apple.com"u8],
        [.. "security.ubuntu.com"u8],
        [.. "archive.ubuntu.com"u8],
        [.. "deb.debian.org"u8],
        [.. "security.debian.org"u8],
        [.. "update.googleapis.com"u8],
        [.. "gvt1.com"u8],
        [.. "aus5.mozilla.org"u8],
        [.. "javadl-esd.sun.com"u8],
        [.. "ardownload.adobe.com"u8],
        [.. "update.nai.com"u8],
        [.. "liveupdate.symantec.com"u8],
        [.. "liveupdate.symantecliveupdate.com"u8],
    ];

    /// <summary>The domains as texts, for asking a proxy configuration about each.</summary>
    public static IEnumerable<string> All => Domains.Select(System.Text.Encoding.ASCII.GetString);

    /// <summary>Whether <paramref name="name"/> (lower case, without trailing dot) is an update host.</summary>
    public static bool Contains(ReadOnlySpan<byte> name)
    {
        foreach (var domain in Domains)
        {
            if (name.EndsWith(domain) && (name.Length == domain.Length || name[name.Length - domain.Length - 1] == (byte)'.'))
                return true;
        }
        return false;
    }

    /// <summary>Whether a false answer for <paramref name="name"/> leads to a proxy configuration or an update.</summary>
    public static bool IsPrize(ReadOnlySpan<byte> name) => NameStem.IsWpad(name) || Contains(name);
}
