namespace Sensor.Tests.Oracles;

/// <summary>
/// The captures kept beside the checkout (or where SENSOR_SHARED points): real traffic with known contents, not part of the repository.
/// </summary>
internal static class SharedCaptures
{
    public const string Absent = "the shared captures are not beside this checkout";

    public static string? Folder { get; } = Find();

    /// <summary>
    /// Names of the files in "given" or "fuzz", in ordinal order; one empty name when the folder is absent, for a test to skip on.
    /// </summary>
    public static IEnumerable<string> NamesIn(string set) => Folder is null
        ? [""]
        : Directory.EnumerateFiles(Path.Combine(Folder, set)).Select(static path => Path.GetFileName(path)).Order(StringComparer.Ordinal);

    public static string PathOf(string set, string name) => Path.Combine(Folder!, set, name);

    private static string? Find()
    {
        var candidates = new List<string>();
        if (Environment.GetEnvironmentVariable("SENSOR_SHARED") is { Length: > 0 } told)
            candidates.Add(Path.Combine(told, "captures"));
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
            candidates.Add(Path.Combine(at.FullName, "shared", "captures"));
        return candidates.Find(static path => Directory.Exists(Path.Combine(path, "given")));
    }
}
