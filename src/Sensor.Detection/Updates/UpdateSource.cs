namespace Sensor.Detection.Updates;

/// <summary>Whose updates a host serves.</summary>
internal static class UpdateSource
{
    private static readonly string[] MicrosoftDomains = ["microsoft.com", "windowsupdate.com", "windows.com", "office.net"];

    /// <summary>Whether programs from there are signed under one of Microsoft's own roots.</summary>
    public static bool IsMicrosoft(string host) =>
        MicrosoftDomains.Any(domain => host == domain || host.EndsWith("." + domain, StringComparison.Ordinal));
}
