using System.Text;

namespace Sensor.Detection.Proxies;

/// <summary>Tells a redirect of an update request that stays with the vendor from one that leaves him.</summary>
internal static class UpdateRedirects
{
    private const int LongestName = 255;

    /// <summary>Domains of vendors with an update host among them: a redirect to any of these is the vendor's own.</summary>
    private static readonly byte[][] Vendors =
    [
        [.. "microsoft.com"u8], [.. "windows.com"u8], [.. "windows.net"u8], [.. "windowsupdate.com"u8], [.. "office.net"u8],
        [.. "azureedge.net"u8], [.. "apple.com"u8], [.. "cdn-apple.com"u8], [.. "ubuntu.com"u8], [.. "debian.org"u8], [.. "google.com"u8],
        [.. "googleapis.com"u8], [.. "gvt1.com"u8], [.. "gvt2.com"u8], [.. "mozilla.org"u8], [.. "mozilla.net"u8], [.. "mozilla.com"u8],
        [.. "adobe.com"u8], [.. "sun.com"u8], [.. "oracle.com"u8], [.. "nai.com"u8], [.. "mcafee.com"u8], [.. "symantec.com"u8],
        [.. "symantecliveupdate.com"u8], [.. "akamaized.net"u8], [.. "akamaihd.net"u8], [.. "edgesuite.net"u8],
    ];

    /// <summary>Hosts that serve over TLS only: nobody asks them in the clear who was not made to.</summary>
    private static readonly byte[][] TlsOnly =
    [
        [.. "sls.update.microsoft.com"u8], [.. "slscr.update.microsoft.com"u8], [.. "fe2.update.microsoft.com"u8],
        [.. "fe2cr.update.microsoft.com"u8], [.. "fe3.update.microsoft.com"u8], [.. "fe3cr.update.microsoft.com"u8],
        [.. "fe3.delivery.mp.microsoft.com"u8], [.. "fe3cr.delivery.mp.microsoft.com"u8], [.. "aus5.mozilla.org"u8],
    ];

    /// <summary>Ends of paths that are programs or packages.</summary>
    private static readonly byte[][] Programs =
    [
        [.. ".exe"u8], [.. ".msi"u8], [.. ".msu"u8], [.. ".msp"u8], [.. ".cab"u8], [.. ".psf"u8], [.. ".esd"u8], [.. ".dll"u8],
        [.. ".msix"u8], [.. ".appx"u8], [.. ".deb"u8], [.. ".pkg"u8], [.. ".dmg"u8], [.. ".xpi"u8], [.. ".mar"u8], [.. ".crx"u8],
        [.. ".jar"u8], [.. ".zip"u8], [.. ".ps1"u8], [.. ".js"u8],
    ];

    /// <summary>Whether a host (any case) serves over TLS only.</summary>
    public static bool IsTlsOnly(ReadOnlySpan<byte> host)
    {
        Span<byte> lower = stackalloc byte[LongestName];
        if (!TryLower(host, lower, out var name))
            return false;
        foreach (var known in TlsOnly)
        {
            if (name.SequenceEqual(known))
                return true;
        }
        return false;
    }

    /// <summary>Whether a redirect to <paramref name="host"/> stays with a vendor, or with the domain that was asked.</summary>
    public static bool StaysWithVendor(ReadOnlySpan<byte> host, ReadOnlySpan<byte> asked)
    {
        Span<byte> lower = stackalloc byte[LongestName];
        if (!TryLower(host, lower, out var name))
            return false;
        foreach (var domain in Vendors)
        {
            if (name.EndsWith(domain) && (name.Length == domain.Length || name[name.Length - domain.Length - 1] == '.'))
                return true;
        }
        return Ascii.EqualsIgnoreCase(name, asked);
    }

    /// <summary>Whether the path of a URL ends in the name of a program or package.</summary>
    public static bool IsProgram(ReadOnlySpan<byte> url)
    {
        var end = url.IndexOfAny((byte)'?', (byte)'#');
        var path = end < 0 ? url : url[..end];
        foreach (var known in Programs)
        {
            if (path.Length > known.Length && Ascii.EqualsIgnoreCase(path[^known.Length..], known))
                return true;
        }
        return false;
    }

    private static bool TryLower(ReadOnlySpan<byte> host, Span<byte> lower, out ReadOnlySpan<byte> name)
    {
        name = default;
        host = host.TrimEnd((byte)'.');
        if (host.IsEmpty || host.Length > LongestName)
            return false;
        Ascii.ToLower(host, lower, out var written);
        name = lower[..written];
        return true;
    }
}
