using System.Text;
using Sensor.Commands;

namespace Sensor.Tests.Captures;

/// <summary>What `sensor replay` printed and how it ended.</summary>
internal sealed record Replayed(int Status, string Output, string Error)
{
    public string[] Lines => Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    public static Replayed Of(params string[] arguments)
    {
        var (output, error) = (new StringWriter(), new StringWriter());
        output.NewLine = error.NewLine = "\n";
        var status = SensorCli.Run(["replay", .. arguments], output, error, Stream.Null);
        return new Replayed(status, output.ToString(), error.ToString());
    }

    /// <summary>EVE lines with the folder of the captures cut off, so that a golden does not know where the checkout lies.</summary>
    public static string Eve(string capture, params string[] more)
    {
        var run = Of([capture, "--format", "eve", .. more]);
        Assert.True(run.Status == 0, $"{capture}: status {run.Status}: {run.Error}");
        return new StringBuilder(run.Output).Replace(Path.GetDirectoryName(capture)! + Path.DirectorySeparatorChar, "").ToString();
    }
}
