using Sensor.Capture;
using Sensor.Configuration;
using Sensor.Core.Frames;
using Sensor.Daemon;
using Sensor.Detection.Baselines;
using Sensor.Output;
using Sensor.PacSandbox;
using Sensor.Pipeline;

namespace Sensor.Commands;

/// <summary>`sensor learn`: reads captures as replay does and writes what the network showed about itself as a trust section.</summary>
internal static class LearnCommand
{
    /// <summary>Runs and returns the exit status.</summary>
    public static int Run(CommandEnvironment environment, LearnArguments arguments)
    {
        var configuration = SensorConfiguration.Read(arguments.Configuration, environment.Error);
        DetectionRun.Check(configuration);
        if (arguments is { Interfaces.Count: > 0, Paths.Count: > 0 })
            throw CommandException.Usage("learn takes captures or -i, not both");
        if (arguments is { Interfaces.Count: 0, Paths.Count: 0 })
            throw CommandException.Usage("no capture file given (use - for standard input) and no interface (-i)", "Try 'sensor learn --help'.");
        if (arguments is { For: not null, Interfaces.Count: 0 })
            throw CommandException.Usage("--for goes with -i: captures are read to their end");
        return arguments.Interfaces.Count > 0 ? FromInterfaces(environment, arguments, configuration) : FromCaptures(environment, arguments, configuration);
    }

    private static int FromCaptures(CommandEnvironment environment, LearnArguments arguments, SensorConfiguration configuration)
    {
        using var filter = ReplayCommand.Compile(arguments.Filter);
        using var stop = new StopSignals();
        var options = new CaptureOptions { Filter = filter, StandardInput = () => new InterruptibleInput(environment.OpenInput(), stop.Token) };
        var files = CaptureFiles.Expand(arguments.Paths, options);
        if (files.Files.Count == 0 && files.Problems.Count == 0)
            throw new CommandException(ExitCode.Failed, $"no captures found in {string.Join(", ", arguments.Paths)}");
        using var output = arguments.OutputPath is { } path ? OutputFile.Open(path, files.Files.Select(static file => file.Path)) : null;
        using var lesson = new Lesson(environment, arguments, configuration, stop);
        if (lesson.Read(files, options) is not { } learned)
            return ExitCode.Failed;
        Write(environment, output, learned, [.. files.Files.Select(static file => Path.GetFileName(file.Path))]);
        return stop.Status ?? (lesson.IsDamaged ? ExitCode.Failed : ExitCode.Finished);
    }

    /// <summary>Learns from live traffic until the time is over or somebody interrupts: both are an ordinary end.</summary>
    private static int FromInterfaces(CommandEnvironment environment, LearnArguments arguments, SensorConfiguration configuration)
    {
        using var stop = new StopSignals();
        using var end = CancellationTokenSource.CreateLinkedTokenSource(stop.Token);
        using var output = arguments.OutputPath is { } path ? OutputFile.Open(path, []) : null;
        using var sandbox = new SandboxedEvaluator();
        var segments = new SegmentTable();
        var live = configuration.Capture.Live;
        live = live with { Interfaces = [.. arguments.Interfaces], Filter = arguments.Filter ?? live.Filter };
        using var line = new LiveLine(
            live, arguments.Workers, segments, happened => environment.Error.WriteLine($"sensor: {TextPage.Printable(happened.Summary)}"));
        var detection = DetectionRun.Create(configuration, segments, sandbox);
        var learner = detection.Learn();
        var (firstNs, lastNs) = (0L, 0L);
        if (arguments.For is { } span)
            end.CancelAfter(span);
        line.Run(
            detection,
            nowNs =>
            {
                firstNs = firstNs == 0 ? nowNs : firstNs;
                lastNs = nowNs;
            },
            end.Token);
        if (line.Frames == 0)
            throw new CommandException(ExitCode.Failed, $"{line.Description}: no frame came, nothing was learned");
        Write(environment, output, learner.Judge(firstNs, lastNs), arguments.Interfaces);
        return ExitCode.Finished;
    }

    private static void Write(CommandEnvironment environment, TextWriter? output, LearnedBaseline learned, IReadOnlyList<string> sources)
    {
        TrustFile.Write(output ?? environment.Output, learned, sources);
        (output ?? environment.Output).Flush();
        Tell(environment.Error, learned);
    }

    private static void Tell(TextWriter error, LearnedBaseline learned)
    {
        foreach (var attack in learned.Attacks)
            error.WriteLine($"sensor: not learned: {attack.Suspect}: {TrustFile.Words(attack)}");
        var (trusted, doubtful, undecided) = TrustFile.Count(learned);
        error.WriteLine($"sensor: learned {SummaryLine.Count(trusted, "value")} to trust, {doubtful} of them doubtful; {undecided} undecided, "
            + $"{SummaryLine.Count(learned.Attacks.Count, "suspect")} not learned");
        error.Flush();
    }

    /// <summary>The reading of all worlds, one after the other.</summary>
    private sealed class Lesson(CommandEnvironment environment, LearnArguments arguments, SensorConfiguration configuration, StopSignals stop) : IDisposable
    {
        private readonly SandboxedEvaluator _sandbox = new();

        /// <summary>Whether any input could not be read to its end.</summary>
        public bool IsDamaged { get; private set; }

        public void Dispose() => _sandbox.Dispose();

        /// <summary>What was learned; null where nothing could be read.</summary>
        public LearnedBaseline? Read(CaptureFiles files, CaptureOptions options)
        {
            if (!arguments.Separate)
                return Read(CaptureTimeline.Open(files, options));
            Warn(files.Problems);
            LearnedBaseline? learned = null;
            for (var i = 0; i < files.Files.Count && stop.Status is null; i++)
            {
                if (Read(CaptureTimeline.OpenOne(files, i, options)) is { } more)
                    learned = learned?.With(more) ?? more;
            }
            return learned;
        }

        private LearnedBaseline? Read(CaptureTimeline timeline)
        {
            using var opened = timeline;
            var segments = new SegmentTable();
            var detection = DetectionRun.Create(configuration, segments, _sandbox);
            var learner = detection.Learn();
            var engine = new ReplayEngine(timeline, detection, segments, new ReplayOptions { Workers = arguments.Workers });
            var totals = engine.Run(stop: stop.Token);
            Warn(timeline.Problems);
            return totals.Frames == 0 ? null : learner.Judge(totals.FirstTimestampNs, totals.LastTimestampNs);
        }

        private void Warn(IReadOnlyList<CaptureProblem> problems)
        {
            foreach (var problem in problems)
                environment.Error.WriteLine($"sensor: {(problem.IsNotACapture ? "" : "warning: ")}{TextPage.Printable(problem.ToString())}");
            IsDamaged |= problems.Count > 0;
        }
    }
}
