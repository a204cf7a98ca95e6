namespace Sensor.Telemetry;

/// <summary>Where the status socket lies, for the daemon that makes it and for `sensor status` that looks for it.</summary>
internal static class StatusPath
{
    private const string InDirectory = "private/status.sock", SystemDirectory = "/run/sensor";

    /// <summary>The path for the setting <paramref name="setting"/>; null when there shall be none.</summary>
    public static string? Of(string setting) => setting switch
    {
        "" => null,
        "auto" => Candidates()[0],
        _ => setting,
    };

    /// <summary>Where a daemon may have put it, likeliest first.</summary>
    public static IReadOnlyList<string> Candidates()
    {
        var places = new List<string>();
        // systemd gives several, separated by colons; ours is the first.
        if (Environment.GetEnvironmentVariable("RUNTIME_DIRECTORY") is { Length: > 0 } given)
            places.Add(Path.Combine(given.Split(':')[0], InDirectory));
        if (Environment.IsPrivilegedProcess)
            places.Add(Path.Combine(SystemDirectory, InDirectory));
        if (Environment.GetEnvironmentVariable("XDG_RUNTIME_DIR") is ['/', ..] session)
            places.Add(Path.Combine(session, "sensor", InDirectory));
        if (!Environment.IsPrivilegedProcess)
            places.Add(Path.Combine(Path.GetTempPath(), $"sensor-{Environment.UserName}", InDirectory));
        var system = Path.Combine(SystemDirectory, InDirectory);
        if (!places.Contains(system))
            places.Add(system);
        return places;
    }
}
