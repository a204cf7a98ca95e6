namespace Sensor.Tests.Lab;

/// <summary>Finds the programs a lab needs.</summary>
internal static class LabTools
{
    /// <summary>Where <paramref name="tool"/> lies; null when it is not installed.</summary>
    public static string? Find(string tool) => Folders().Select(folder => Path.Combine(folder, tool)).FirstOrDefault(File.Exists);

    /// <summary>Skips the test, and says what is missing, unless all are there.</summary>
    public static void SkipWithout(params string[] tools)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.UserName == "root", "the lab needs root on Linux");
        var missing = tools.Where(tool => Find(tool) is null).ToList();
        Assert.SkipUnless(missing.Count == 0, $"not installed: {string.Join(' ', missing)}");
    }

    private static IEnumerable<string> Folders() =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Concat(["/usr/sbin", "/sbin", "/usr/bin"]);
}
