using System.Diagnostics;
using Sensor.Capture;
using Sensor.Configuration;
using Sensor.Core.Frames;
using Sensor.Detection.Incidents;
using Sensor.Evidence;
using Sensor.Output;
using Sensor.Output.Formats;
using Sensor.PacSandbox;
using Sensor.Pipeline;

namespace Sensor.Commands;

/// <summary>One run of `sensor replay`: reads the worlds one after the other, tells the sink, and adds up what was read.</summary>
internal sealed class ReplaySession : IDisposable
{
    private readonly CommandEnvironment _environment;
    private readonly ReplayArguments _arguments;
    private readonly SensorConfiguration _configuration;
    private readonly TextWriter _output;
    private readonly StopSignals _stop;
    private readonly IReplaySink _sink;
    private readonly CaseSink? _case;
    private readonly ProgressBar? _progress;
    private readonly long _startedAt = Stopwatch.GetTimestamp();
    private readonly WireCounters _counters = new();
    private readonly SandboxedEvaluator _sandbox = new();
    private readonly List<string> _problems = [];
    private long _frames, _octets, _firstNs = long.MaxValue, _lastNs = long.MinValue;
    private bool _damaged, _unread, _pending;
    private Severity? _worst;

    /// <summary>A run that writes results to <paramref name="output"/>.</summary>
    public ReplaySession(
        CommandEnvironment environment, ReplayArguments arguments, SensorConfiguration configuration, TextWriter output, StopSignals stop,
        EvidenceFolder? evidence = null, TextWriter? page = null)
    {
        (_environment, _arguments, _configuration, _output, _stop) = (environment, arguments, configuration, output, stop);
        _sink = SinkFor(arguments);
        _case = arguments.ReadsTwice ? new CaseSink(evidence, page, arguments.All) : null;
        _progress = environment.ErrorWidth > 0 && !arguments.NoProgress ? new ProgressBar(environment.Error, environment.ErrorWidth) : null;
    }

    /// <summary>Reads <paramref name="files"/> and returns the exit status.</summary>
    public int Run(CaptureFiles files, CaptureOptions options)
    {
        if (_arguments.Separate)
        {
            Warn(files.Problems);
            for (var i = 0; i < files.Files.Count && _stop.Status is null; i++)
                Read(files, i, options);
        }
        else
        {
            Read(files, null, options);
        }
        // Where nothing could be read there is nothing to say: "no alerts" would sound like a verdict.
        var isRead = _frames > 0 || !_unread;
        if (isRead)
            _sink.End(Summary(files));
        _output.Flush();
        if (_sandbox.Failures > 0)
            _environment.Error.WriteLine("sensor: warning: the sandbox process could not be used; PAC files were read, not run");
        if (isRead)
            FinishCase(files, options);
        return Status();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        (_sink as IDisposable)?.Dispose();
        _sandbox.Dispose();
    }

    private void Read(CaptureFiles files, int? index, CaptureOptions options)
    {
        using var timeline = Open(files);
        var segments = new SegmentTable();
        var detection = DetectionRun.Create(_configuration, segments, _sandbox);
        detection.Incidents.FindingMade = OnFinding;
        detection.Incidents.AlertRaised = OnAlert;
        var run = new RunView(
            index is { } place ? files.Files[place].Path : "", NamesOf(timeline.Files), segments, () => detection.Incidents.Incidents,
            () => detection.Incidents.Exposures, () => detection.Exposure.All, () => Open(files.Again()));
        _sink.BeginRun(run);
        _case?.BeginRun(run);
        _case?.Watch(detection);
        var engine = new ReplayEngine(timeline, detection, segments, new ReplayOptions { Workers = _arguments.Workers, Checksums = _arguments.Checksums });
        var totals = engine.Run(_ => OnBatch(timeline), _stop.Token);
        _progress?.Clear();
        Warn(timeline.Problems);
        Add(totals);
        _sink.EndRun();
        Flush();
        _case?.EndRun();

        CaptureTimeline Open(CaptureFiles opened) =>
            index is { } one ? CaptureTimeline.OpenOne(opened, one, options) : CaptureTimeline.Open(opened, options);
    }

    /// <summary>Holds on to the names alone: what is told of a world outlives its timeline.</summary>
    private static Func<int, string> NamesOf(IReadOnlyList<CaptureFile> files) => origin => files[origin].Path;

    private void FinishCase(CaptureFiles files, CaptureOptions options)
    {
        if (_case is null)
            return;
        _case.End(Summary(files));
        if (options.Spool?.Fault is { } fault)
            _environment.Error.WriteLine($"sensor: warning: the evidence of standard input is incomplete: {TextPage.Printable(fault)}");
        if (_case.Missing == 0)
            return;
        var missing = SummaryLine.Count(_case.Missing, "frame");
        _environment.Error.WriteLine($"sensor: warning: {missing} of the evidence could not be read a second time");
        _damaged = true;
    }

    private void OnFinding(Incident incident, Finding finding)
    {
        _sink.Found(incident, finding);
        _case?.Found(incident, finding);
        _pending = true;
    }

    private void OnAlert(Alert alert)
    {
        _sink.Alerted(alert);
        _case?.Alerted(alert);
        _worst = _worst > alert.Finding.Severity ? _worst : alert.Finding.Severity;
    }

    /// <summary>Alerts leave the process as soon as their batch is through: the input may be a pipe that never ends.</summary>
    private void OnBatch(CaptureTimeline timeline)
    {
        if (_pending)
            Flush();
        _progress?.Show(timeline.Progress);
    }

    private void Flush()
    {
        _output.Flush();
        _pending = false;
    }

    private void Warn(IReadOnlyList<CaptureProblem> problems)
    {
        foreach (var problem in problems)
        {
            if (_stop.Status is not null && problem.Kind == CaptureProblemKind.CutShort && problem.File == CaptureOptions.StandardInputPath)
                continue;
            _problems.Add(problem.ToString());
            _environment.Error.WriteLine($"sensor: {(problem.IsNotACapture ? "" : "warning: ")}{TextPage.Printable(problem.ToString())}");
            _damaged = true;
            _unread |= problem.IsNotACapture;
        }
        _environment.Error.Flush();
    }

    private void Add(ReplayTotals totals)
    {
        _counters.Add(totals.Counters);
        _frames += totals.Frames;
        _octets += totals.Octets;
        if (totals.Frames == 0)
            return;
        _firstNs = Math.Min(_firstNs, totals.FirstTimestampNs);
        _lastNs = Math.Max(_lastNs, totals.LastTimestampNs);
    }

    private ReplaySummary Summary(CaptureFiles files) => new()
    {
        Files = files.Files.Count,
        Inputs = [.. files.Files.Select(file => file.Path)],
        Frames = _frames,
        Octets = _octets,
        FirstTimestampNs = _firstNs,
        LastTimestampNs = _lastNs,
        Counters = _counters,
        Elapsed = Stopwatch.GetElapsedTime(_startedAt),
        Problems = _problems,
        Interrupted = _stop.Status is not null,
    };

    private int Status()
    {
        if (_stop.Status is { } signalled)
            return signalled;
        if (_arguments.FailOn is { } least && _worst >= least)
            return ExitCode.AlertRaised;
        return _damaged ? ExitCode.Failed : ExitCode.Finished;
    }

    private IReplaySink SinkFor(ReplayArguments arguments)
    {
        var observer = _configuration.Alerts.Observer;
        var toTerminal = _environment.OutputIsTerminal && arguments.OutputPath is null;
        return arguments.Format switch
        {
            OutputFormat.Eve => new EveSink(_output, arguments.All),
            OutputFormat.JsonLines => new IncidentSink(_output, arguments.All),
            OutputFormat.Ecs => new EcsSink(_output, arguments.All, observer),
            OutputFormat.Cef => new CefSink(_output, arguments.All, observer),
            OutputFormat.Leef => new LeefSink(_output, arguments.All, observer),
            OutputFormat.Ocsf => new OcsfSink(_output, arguments.All, observer),
            OutputFormat.Stix => new StixSink(_output, arguments.All, observer),
            _ => new TextSink(
                new TextPage(_output, toTerminal ? _environment.OutputWidth : CommandEnvironment.DefaultWidth, toTerminal && _environment.Colour),
                arguments.All, wrapSummary: toTerminal),
        };
    }
}
