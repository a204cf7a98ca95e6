using System.Text.RegularExpressions;

namespace Sensor.Core.Tests;

/// <summary>The rooms of the house are in order: nothing in a room may know a room further down the way of a frame.</summary>
public sealed partial class FolderOrderTests
{
    private static readonly Dictionary<string, string[]> MayKnow = new()
    {
        ["Wire"] = [],
        ["Frames"] = ["Wire"],
        ["Flows"] = ["Wire", "Frames"],
        ["Observations"] = ["Wire", "Frames"],
        ["Tunnels"] = ["Wire", "Frames"],
        ["Analyzers"] = ["Wire", "Frames", "Flows", "Observations", "Tunnels"],
    };

    [Fact]
    public void No_folder_of_core_knows_one_further_down_the_way()
    {
        var core = Path.Combine(SourceFolder(), "Sensor.Core");
        var wrong = new List<string>();
        foreach (var folder in Directory.EnumerateDirectories(core).Where(folder => Path.GetFileName(folder) is not ("bin" or "obj")))
        {
            var name = Path.GetFileName(folder);
            Assert.True(MayKnow.ContainsKey(name), $"{name} is a new folder of Sensor.Core: say here what it may know");
            foreach (var file in Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories))
                wrong.AddRange(Known().Matches(File.ReadAllText(file)).Select(match => match.Groups[1].Value)
                    .Where(other => other != name && MayKnow.ContainsKey(other) && !MayKnow[name].Contains(other))
                    .Distinct().Select(other => $"{name}/{Path.GetFileName(file)} knows {other}"));
        }
        Assert.Empty(wrong);
    }

    [Theory]
    [InlineData("Sensor.Core", "")]
    [InlineData("Sensor.Detection", "Sensor.Core")]
    [InlineData("Sensor", "Sensor.Detection")]
    public void Projects_know_only_the_one_below(string project, string below)
    {
        var text = File.ReadAllText(Path.Combine(SourceFolder(), project, $"{project}.csproj"));
        var known = ProjectReference().Matches(text).Select(match => match.Groups[1].Value);
        Assert.Equal(below.Length == 0 ? [] : [below], known);
    }

    [Fact]
    public void Core_uses_no_package() => Assert.DoesNotContain(
        "<PackageReference",
        File.ReadAllText(Path.Combine(SourceFolder(), "Sensor.Core", "Sensor.Core.csproj")).Replace(
            "<PackageReference Include=\"Microsoft.CodeAnalysis.BannedApiAnalyzers\" PrivateAssets=\"all\" />", "", StringComparison.Ordinal),
        StringComparison.Ordinal);

    private static string SourceFolder()
    {
        var at = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(at!.FullName, "Sensor.sln")))
            at = at.Parent;
        return Path.Combine(at.FullName, "src");
    }

    [GeneratedRegex(@"Sensor\.Core\.(\w+)")]
    private static partial Regex Known();

    [GeneratedRegex("<ProjectReference Include=\"\\.\\./(?:[^/]+)/([^\"]+)\\.csproj\"")]
    private static partial Regex ProjectReference();
}
