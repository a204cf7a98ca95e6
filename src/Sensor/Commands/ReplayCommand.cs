using Sensor.Capture;
using Sensor.Configuration;
using Sensor.Evidence;

namespace Sensor.Commands;

/// <summary>`sensor replay`: opens everything that can be wrong first, then reads.</summary>
internal static class ReplayCommand
{
    /// <summary>Runs and returns the exit status.</summary>
    public static int Run(CommandEnvironment environment, ReplayArguments arguments)
    {
        var configuration = SensorConfiguration.Read(arguments.Configuration, environment.Error);
        using var filter = Compile(arguments.Filter);
        using var stop = new StopSignals();
        using var spool = arguments.ReadsTwice ? new InputSpool() : null;
        var options = new CaptureOptions
        {
            Filter = filter,
            Spool = spool,
            StandardInput = () => new InterruptibleInput(environment.OpenInput(), stop.Token),
        };
        DetectionRun.Check(configuration);
        var files = CaptureFiles.Expand(arguments.Paths, options);
        if (files.Files.Count == 0 && files.Problems.Count == 0)
            throw new CommandException(ExitCode.Failed, $"no captures found in {string.Join(", ", arguments.Paths)}");
        if (arguments is { ReportPath: { } one, OutputPath: { } other } && Path.GetFullPath(one) == Path.GetFullPath(other))
            throw CommandException.Usage($"-o and --report both name {one}");
        var evidence = arguments.EvidencePath is { } directory
            ? EvidenceFolder.Open(directory, arguments.ReportPath, arguments.OutputPath) : null;
        using var page = arguments.ReportPath is { } report
            ? OutputFile.Open(report, [.. files.Files.Select(file => file.Path)], "--report") : null;
        if (arguments.OutputPath is not { } path)
            return Read(environment.Output);
        using var output = OutputFile.Open(path, files.Files.Select(file => file.Path));
        return Read(output);

        int Read(TextWriter writer)
        {
            using var session = new ReplaySession(environment, arguments, configuration, writer, stop, evidence, page);
            return session.Run(files, options);
        }
    }

    /// <summary>The filter of -F, or null.</summary>
    internal static FrameFilter? Compile(string? expression)
    {
        if (expression is null)
            return null;
        return FrameFilter.TryCompile(expression, out var filter, out var error) ? filter : throw CommandException.Usage($"-F: {error}");
    }
}
