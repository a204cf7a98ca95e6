using System.Text;

namespace Sensor.Configuration;

/// <summary>What may name a Unix socket: the kernel's address has room for 107 octets (unix(7)).</summary>
internal static class UnixSocketPath
{
    private const int MostOctets = 107;

    /// <summary>How a usable path is called in a complaint.</summary>
    public const string Wanted = "an absolute path of at most 107 octets";

    /// <summary>Whether <paramref name="path"/> can be bound and does not depend on the current directory.</summary>
    public static bool IsUsable(string path) =>
        path is ['/', _, ..] && !path.EndsWith('/') && !path.Contains('\0', StringComparison.Ordinal) && Encoding.UTF8.GetByteCount(path) <= MostOctets;
}
