using System.Text;
using Sensor.Detection.Names;

namespace Sensor.Detection.Updates;

/// <summary>Whether a host serves updates, and whose: the one place where payload detectors ask.</summary>
internal static class UpdateSource
{
    private static readonly string[] MicrosoftDomains = ["microsoft.com", "windowsupdate.com", "windows.com", "office.net"];

    /// <summary>Whether <paramref name="host"/> (lower case) is an update host.</summary>
    public static bool IsUpdateHost(string host) => UpdateHosts.Contains(Encoding.ASCII.GetBytes(host));

    /// <summary>Whether programs from there are signed under one of Microsoft's own roots.</summary>
    public static bool IsMicrosoft(string host) =>
        MicrosoftDomains.Any(domain => host == domain || host.EndsWith("." + domain, StringComparison.Ordinal));
}
