using System.Globalization;
using Sensor.Capture.Live;
using Sensor.Configuration;
using Sensor.Daemon;
using Sensor.Output;

namespace Sensor.Commands;

/// <summary>`sensor selftest`: a harmless attack through the whole path, and whether every target was told.</summary>
internal static class SelftestCommand
{
    private const int Label = 12;

    /// <summary>Runs it; 0 when the alert came out of every target, else 1.</summary>
    public static int Run(CommandEnvironment environment, ConfigurationSources sources, string? interfaceName, TimeSpan patience)
    {
        var configuration = SensorConfiguration.Read(sources, environment.Error);
        DetectionRun.Check(configuration);
        var run = new SelftestRun(configuration, patience);
        var result = run.Run(segments => interfaceName is null
            ? new FrameLine(new MadeFrames(SelftestFrames.All(), WallClock.NowNs()), segments, "memory")
            : new InjectingLine(interfaceName, configuration.Capture, segments));
        // What standard output was told as a target stands above; the report comes after it.
        environment.Output.Flush();
        Show(new TextPage(environment.Output, environment.OutputWidth, environment.Colour), result, interfaceName);
        return result.IsWell ? ExitCode.Finished : ExitCode.Failed;
    }

    private static void Show(TextPage page, SelftestResult result, string? interfaceName)
    {
        page.Line($"sensor selftest: a harmless attack, marked {MarkingRouter.Mark.Trim()}; times from the first frame on");
        page.Labelled("frames", Label, $"{result.Frames} {(interfaceName is null ? "played in memory" : $"captured on {interfaceName}")}: "
            + "wpad asked by LLMNR, answered by a stranger, and a proxy configuration fetched from it");
        page.Labelled("detection", Label, result.Alerts.Count == 0 ? "NOTHING was found"
            : $"{At(result.Alerted)}  {SummaryLine.Count(result.Alerts.Count, "alert")}: {string.Join(", ", result.Alerts.Distinct())}", ink: InkOf(result.Alerts.Count > 0));
        page.Labelled("sandbox", Label, result.SandboxWorks ? "the PAC ran in its own process" : "could not be used: PAC files are read, not run", ink: InkOf(result.SandboxWorks));
        page.Labelled("store", Label, result.Stored is null ? "NOT written in time" : $"{At(result.Stored)}  findings and messages on disk (a temporary store)", ink: InkOf(result.Stored is not null));
        foreach (var target in result.Targets)
        {
            page.Labelled(target.Name, Label, string.Create(CultureInfo.InvariantCulture,
                $"{(target.Error is null ? At(target.After) : "FAILED")}  {target.Delivered} of {target.Sent} delivered to {target.Address}")
                + (target.Error is { } error ? $": {error}" : ""), ink: InkOf(target.Error is null));
        }
        page.Line(result.IsWell ? "OK: the alert came out of every target" : "FAILED", InkOf(result.IsWell));
    }

    private static string InkOf(bool isWell) => isWell ? Ink.None : Ink.Red;

    private static string At(TimeSpan? after) => after is { } span ? string.Create(CultureInfo.InvariantCulture, $"{span.TotalMilliseconds:0.0} ms") : "-";
}
