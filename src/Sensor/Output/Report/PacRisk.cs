namespace Sensor.Output.Report;

/// <summary>Says why a line of a proxy configuration deserves a second look. For reading, not for judging: the detectors do that.</summary>
internal static class PacRisk
{
    private static readonly (string Mark, string Why)[] Marks =
    [
        ("eval(", "runs text as code"),
        ("Function(", "runs text as code"),
        ("unescape(", "hides text"),
        ("decodeURI", "hides text"),
        ("fromCharCode", "builds text from numbers"),
        ("atob(", "hides text"),
        ("dnsResolve(url", "a DNS look-up that carries the URL"),
        ("isResolvable(url", "a DNS look-up that carries the URL"),
        ("dnsResolve(\"", "a DNS look-up the file itself chooses"),
        ("timeRange(", "behaves differently by time"),
        ("dateRange(", "behaves differently by date"),
        ("weekdayRange(", "behaves differently by day"),
        ("new Date", "behaves differently by time"),
        ("myIpAddress(", "behaves differently by client"),
        ("SOCKS ", "sends traffic through another host"),
        ("SOCKS4 ", "sends traffic through another host"),
        ("SOCKS5 ", "sends traffic through another host"),
        ("HTTPS ", "sends traffic through another host"),
        ("PROXY ", "sends traffic through another host"),
    ];

    /// <summary>The reason, or empty.</summary>
    public static string Of(string line)
    {
        foreach (var (mark, why) in Marks)
        {
            if (line.Contains(mark, StringComparison.OrdinalIgnoreCase))
                return why;
        }
        return "";
    }
}
