using System.Globalization;
using System.Text.RegularExpressions;

namespace Sensor.Tests.Telemetry;

/// <summary>
/// Reads the Prometheus text format 0.0.4 strictly: HELP, then TYPE, then the samples of that family and of no other, names and labels by the
/// grammar, no family and no sample twice, counters named _total and not negative, a line feed at the very end.
/// </summary>
internal static partial class PrometheusParser
{
    public static Dictionary<string, double> Parse(string text)
    {
        Assert.EndsWith("\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain('\r', text);
        var samples = new Dictionary<string, double>(StringComparer.Ordinal);
        var families = new HashSet<string>(StringComparer.Ordinal);
        var (family, type) = ("", "");
        foreach (var line in text[..^1].Split('\n'))
        {
            if (line.StartsWith("# HELP ", StringComparison.Ordinal))
            {
                family = Help().Match(line) is { Success: true } help ? help.Groups[1].Value : throw new FormatException(line);
                Assert.True(families.Add(family), $"{family} is there twice");
                type = "";
            }
            else if (line.StartsWith("# TYPE ", StringComparison.Ordinal))
            {
                var parts = line.Split(' ');
                Assert.Equal(4, parts.Length);
                Assert.Equal(family, parts[2]);
                type = parts[3];
                Assert.Contains(type, (string[])["counter", "gauge"]);
                Assert.Equal(type == "counter", family.EndsWith("_total", StringComparison.Ordinal));
            }
            else
            {
                var sample = Sample().Match(line);
                Assert.True(sample.Success, line);
                Assert.Equal(family, sample.Groups["name"].Value);
                Assert.NotEqual("", type);
                var value = double.Parse(sample.Groups["value"].Value, NumberStyles.Float, CultureInfo.InvariantCulture);
                Assert.True(type != "counter" || value >= 0, line);
                Assert.True(samples.TryAdd(sample.Groups["name"].Value + sample.Groups["labels"].Value, value), line);
            }
        }
        return samples;
    }

    [GeneratedRegex("""^# HELP ([a-zA-Z_:][a-zA-Z0-9_:]*) ((?:[^\\\n]|\\\\|\\n)+)$""")]
    private static partial Regex Help();

    [GeneratedRegex("""^(?<name>[a-zA-Z_:][a-zA-Z0-9_:]*)(?<labels>\{[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\n]|\\["\\n])*"(?:,[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\n]|\\["\\n])*")*\})? (?<value>[+-]?(?:[0-9.]+(?:[eE][+-]?[0-9]+)?|Inf)|NaN)$""")]
    private static partial Regex Sample();
}
