using System.Collections.Immutable;
using System.ComponentModel.DataAnnotations;
using System.Text;
using Sensor.Commands;
using Sensor.Configuration;

namespace Sensor.Tests.Configuration;

public sealed class SettingsBinderTests
{
    private sealed record Example
    {
        public int Count { get; init; } = 3;

        public long Long { get; init; } = 4;

        public double Ratio { get; init; } = 0.5;

        [Range(1, 100)]
        public int Percent { get; init; } = 50;

        public bool On { get; init; } = true;

        public TimeSpan Window { get; init; } = TimeSpan.FromSeconds(2);

        public string Name { get; init; } = "x";

        public ImmutableArray<string> Names { get; init; } = ["a"];

        public DayOfWeek Day { get; init; } = DayOfWeek.Monday;

        public int Derived => Count * 2;
    }

    private static T Read<T>(string json) where T : class =>
        (T)SettingsBinder.Bind(typeof(T), SettingsFile.Parse(Encoding.UTF8.GetBytes(json), "f.json"), "Detectors:x");

    [Fact]
    public void Keys_not_given_keep_their_defaults()
    {
        Assert.Equal(new Example { Names = default }, Read<Example>("{}") with { Names = default, });
    }

    [Fact]
    public void All_kinds_of_values_are_read()
    {
        var read = Read<Example>("""
            { "Count": 5, "long": 5000000000, "Ratio": 0.25, "Percent": 100, "On": false, "Window": "1.5s", "Name": "y",
              "Names": ["b", "c"], "Day": "friday" }
            """);
        Assert.Equal((5, 5_000_000_000L, 0.25, 100, false), (read.Count, read.Long, read.Ratio, read.Percent, read.On));
        Assert.Equal(TimeSpan.FromSeconds(1.5), read.Window);
        Assert.Equal("y", read.Name);
        Assert.Equal(["b", "c"], read.Names);
        Assert.Equal(DayOfWeek.Friday, read.Day);
    }

    [Theory]
    [InlineData("""{ "Count": -1 }""", "Detectors:x:Count: -1 is not a whole number from 0 on")]
    [InlineData("""{ "Count": 1.5 }""", "Detectors:x:Count: 1.5 is not a whole number")]
    [InlineData("""{ "Count": "5" }""", "Detectors:x:Count: \"5\" is not a whole number")]
    [InlineData("""{ "Count": 3000000000 }""", "Detectors:x:Count: 3000000000 is not a whole number")]
    [InlineData("""{ "Count": 1e400 }""", "Detectors:x:Count: 1e400 is not a whole number")]
    [InlineData("""{ "Percent": 101 }""", "Detectors:x:Percent: 101 is not a whole number from 1 to 100")]
    [InlineData("""{ "On": 1 }""", "Detectors:x:On: 1 is not true or false")]
    [InlineData("""{ "Window": "soon" }""", "Detectors:x:Window: \"soon\" is not a time")]
    [InlineData("""{ "Window": "-00:00:01" }""", "Detectors:x:Window: \"-00:00:01\" is not a time")]
    [InlineData("""{ "Day": "5" }""", "Detectors:x:Day: \"5\" is not one of sunday, monday")]
    [InlineData("""{ "Percnt": 1 }""", "Detectors:x:Percnt: there is no such key; did you mean Percent?")]
    [InlineData("""{ "Derived": 1 }""", "Detectors:x:Derived: there is no such key")]
    public void Wrong_values_are_named_with_their_path(string json, string complaint)
    {
        var failure = Assert.Throws<CommandException>(() => Read<Example>(json));
        Assert.StartsWith($"f.json: {complaint}", failure.Message, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Usage, failure.Status);
    }
}
