using Sensor.Detection.Incidents;
using Sensor.Output;
using Sensor.Output.Formats;
using Sensor.Tests.Captures;

namespace Sensor.Tests.Output.Formats;

/// <summary>Lines of the finding formats: of a case made by hand with whatever texts, and of every capture the project ships.</summary>
internal static class FormatRun
{
    /// <summary>
    /// Texts an attacker would choose: separators, escapes, line ends, control and direction characters, half a character, markup.
    /// </summary>
    public const string Hostile =
        "a|b\\c=d\ne\r\nf\tg\0h\u001b[31mi\u202ej\ud800k\"l'm<script>n</script> cs1=forged src=6.6.6.6|CEF:0|x\\|y\\=z\\n\u2028end\\";

    public static readonly string[] Names = ["ecs", "cef", "leef", "ocsf", "stix"];

    /// <summary>The case of <see cref="Scene"/> with <paramref name="text"/> in every place that text from the wire can reach.</summary>
    public static List<string> Play(string format, bool all, string text)
    {
        using var output = new StringWriter { NewLine = "\n" };
        var scene = new Scene();
        scene.Suspect.NameList.Insert(0, text);
        scene.First.NameList.Insert(0, text);
        var sink = Sink(format, output, all);
        scene.Book.FindingMade = sink.Found;
        scene.Book.AlertRaised = sink.Alerted;
        sink.BeginRun(scene.View() with { OriginName = _ => text });
        scene.Book.Raise(scene.Finding(Scene.Lure, 12, scene.First, text) with
        {
            RefutedBy = text,
            NextSteps = [text, text],
            Metadata = [new("name", text)]
        });
        scene.Book.Raise(scene.Finding(Scene.Pac, 40, scene.First,
            text) with
        { Metadata = [new("pac_url", text), new("pac_sha256", text)] });
        scene.Book.Raise(scene.Finding(Scene.Exposed, 50, null, text, Severity.Low, scene.Second));
        sink.EndRun();
        sink.End(Scene.Summary());
        (sink as IDisposable)?.Dispose();
        return Lines(output.ToString());
    }

    /// <summary>What the command line says of all the project's captures together.</summary>
    public static List<string> OfCaptures(string format, bool all)
    {
        string[] more = all ? ["--all"] : [];
        var run = Replayed.Of([Checkout.Captures, "--separate", "--format", format, .. more]);
        Assert.True(run.Status == 0, run.Error);
        return Lines(run.Output);
    }

    private static IReplaySink Sink(string format, StringWriter output, bool all) => format switch
    {
        "ecs" => new EcsSink(output, all, "observer"),
        "cef" => new CefSink(output, all, "observer"),
        "leef" => new LeefSink(output, all, "observer"),
        "ocsf" => new OcsfSink(output, all, "observer"),
        _ => new StixSink(output, all, "observer"),
    };

    private static List<string> Lines(string text)
    {
        Assert.True(text.Length == 0 || text.EndsWith('\n'));
        Assert.DoesNotContain('\r', text);
        return [.. text.Split('\n')[..^1]];
    }
}
