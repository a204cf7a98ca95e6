namespace Sensor.Tests.Captures;

/// <summary>Where this checkout and the shared captures beside it lie.</summary>
internal static class Checkout
{
    public static string Root { get; } = Above(AppContext.BaseDirectory, "Sensor.sln")
        ?? throw new InvalidOperationException("the tests run outside a checkout");

    public static string Captures => Path.Combine(Root, "captures");

    /// <summary>The shared captures, or null where there are none; tests that need them are then skipped, visibly.</summary>
    public static string? SharedCaptures { get; } = Environment.GetEnvironmentVariable("SENSOR_SHARED") is { Length: > 0 } given
        ? Existing(Path.Combine(given, "captures"))
        : Existing(Path.Combine(Root, "..", "shared", "captures"));

    private static string? Existing(string folder) => Directory.Exists(folder) ? Path.GetFullPath(folder) : null;

    private static string? Above(string folder, string file)
    {
        for (var at = new DirectoryInfo(folder); at is not null; at = at.Parent)
            if (File.Exists(Path.Combine(at.FullName, file)))
                return at.FullName;
        return null;
    }
}
