using System.Text.RegularExpressions;
using Sensor.Commands;
using Sensor.Configuration;
using Sensor.Telemetry;
using Sensor.Tests.Captures;
using Sensor.Tests.Commands;
using Sensor.Tests.Telemetry;

namespace Sensor.Tests.Package;

/// <summary>What docs/OPERATIONS.md tells an operator to type or to look for exists.</summary>
public sealed partial class OperationsTests : TemporaryFolder
{
    private static readonly string Text = File.ReadAllText(Path.Combine(Checkout.Root, "docs", "OPERATIONS.md"));

    [Fact]
    public void Its_sensor_commands_are_commands_with_these_options()
    {
        var blocks = string.Join('\n', Text.Split("```").Where((_, place) => place % 2 == 1));
        var lines = Commands().Matches(blocks).Concat(Inline().Matches(Text)).Select(match => match.Groups[1].Value.Split("   ")[0].Split(" &&")[0].Trim()).Distinct().ToList();
        Assert.True(lines.Count >= 6, string.Join('\n', lines));
        var tree = CommandTree.Build(CommandEnvironment.OfProcess());
        Assert.All(lines, line =>
        {
            // DETECTOR stands for any.
            var parsed = tree.Parse(line.Replace("DETECTOR", "rogue-proxy", StringComparison.Ordinal)["sensor ".Length..].Split(' '), CommandTree.Parser);
            Assert.True(parsed.Errors.Count == 0 && parsed.UnmatchedTokens.Count == 0, $"{line}: {string.Join("; ", parsed.Errors)}");
        });
    }

    [Fact]
    public void Its_metrics_are_metrics()
    {
        using var metrics = new SensorMetrics(Reports.Full);
        using var text = new PrometheusText(metrics);
        var known = PrometheusParser.Parse(text.Write()).Keys.Select(key => key.Split('{')[0]).ToHashSet();
        var told = Metrics().Matches(Text).Select(match => match.Value).Distinct().ToList();
        Assert.True(told.Count >= 8, string.Join(' ', told));
        Assert.All(told, name => Assert.Contains(name, known));
    }

    [Fact]
    public void Its_settings_are_settings()
    {
        var shipped = SettingsFile.Read(Path.Combine(Checkout.Root, "appsettings.json"));
        var told = Settings().Matches(Text).Select(match => match.Groups[1].Value).Distinct().ToList();
        Assert.True(told.Count >= 8, string.Join(' ', told));
        Assert.All(told, path => Assert.True(path.Split(':').Aggregate((SettingNode?)shipped, (node, key) => node?.Find(key)) is not null, path));
    }

    [Fact]
    public void Its_first_configuration_and_every_target_are_read()
    {
        var first = Text[(Text.IndexOf("## First configuration", StringComparison.Ordinal) + 1)..].Split("```")[1];
        Assert.Equal(["eth1"], SensorConfiguration.Read(new(Write("first.json", $"{{{first}}}"), null, [])).Capture.Live.Interfaces);
        var targets = Targets().Matches(Text).Select(match => match.Value).Distinct().ToList();
        Assert.True(targets.Count >= 6, string.Join('\n', targets));
        Assert.All(targets, target =>
            SensorConfiguration.Read(new(Write("target.json", $$"""{ "Alerts": { "Targets": [ {{target}} ] } }"""), null, [])));
    }

    [Fact]
    public void Its_operational_events_are_raised_somewhere()
    {
        var section = Text[Text.IndexOf("## What it says about itself", StringComparison.Ordinal)..];
        section = section[..section.IndexOf("\n## ", 3, StringComparison.Ordinal)];
        var told = Events().Matches(section).Select(match => match.Groups[1].Value).Distinct().ToList();
        Assert.True(told.Count >= 10, string.Join(' ', told));
        var sources = string.Concat(Directory.GetFiles(Path.Combine(Checkout.Root, "src", "Sensor"), "*.cs", SearchOption.AllDirectories).Select(File.ReadAllText));
        Assert.All(told, id => Assert.Contains($"\"{id}\"", sources, StringComparison.Ordinal));
    }

    [GeneratedRegex("^(sensor [a-z].*)$", RegexOptions.Multiline)]
    private static partial Regex Commands();

    [GeneratedRegex("`(sensor [a-z][^`\\n]*)`")]
    private static partial Regex Inline();

    [GeneratedRegex(@"\b(sensor|process)_[a-z_]+\b")]
    private static partial Regex Metrics();

    [GeneratedRegex(@"`((?:Capture|Store|Alerts|Daemon|Telemetry):[A-Za-z:]+)`")]
    private static partial Regex Settings();

    [GeneratedRegex(@"\{ ""Name"": [^}]*\}")]
    private static partial Regex Targets();

    [GeneratedRegex(@"`([a-z]+(?:-[a-z]+)+)`(?=[,` |])")]
    private static partial Regex Events();
}
