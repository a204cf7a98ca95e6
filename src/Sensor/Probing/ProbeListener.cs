using Sensor.Capture.Live;
using Sensor.Commands;
using Sensor.Configuration;
using Sensor.Core.Frames;
using Sensor.Detection;
using Sensor.Detection.Incidents;
using Sensor.PacSandbox;
using Sensor.Pipeline;

namespace Sensor.Probing;

/// <summary>Reads the answers off the wire through the whole of detection, on a thread of its own, while `sensor probe` asks.</summary>
internal sealed class ProbeListener : IDisposable
{
    private readonly LiveSource _source;
    private readonly SandboxedEvaluator _sandbox = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly Thread _thread;
    private readonly Lock _gate = new();
    private readonly List<Finding> _alerts = [];
    private readonly List<string> _names = [];
    private Exception? _failure;

    /// <summary>Begins to listen on <paramref name="interfaceName"/>; throws <see cref="LiveCaptureException"/> when it cannot.</summary>
    public ProbeListener(SensorConfiguration configuration, string interfaceName, ProbeAnswers answers, WireAnswers wire, CanaryLedger canaries)
    {
        _source = new LiveSource(new LiveOptions { Interfaces = [interfaceName], Promiscuous = true });
        var segments = new SegmentTable();
        var detection = DetectionRun.Create(configuration, segments, _sandbox, canaries);
        detection.Incidents.AlertRaised = OnAlert;
        answers.Subscribe(detection.Bus);
        wire.Subscribe(detection.Bus);
        var engine = new LiveEngine(_source, detection, segments, new ReplayOptions());
        _thread = new Thread(() => Listen(engine, detection)) { Name = "probe listener", IsBackground = true };
        _thread.Start();
    }

    /// <summary>Takes what was alerted since the last call.</summary>
    public IReadOnlyList<Finding> TakeAlerts()
    {
        lock (_gate)
        {
            Finding[] taken = [.. _alerts];
            _alerts.Clear();
            return taken;
        }
    }

    /// <summary>Names of hosts that were seen since the last call: models for canaries.</summary>
    public IReadOnlyList<string> TakeNames()
    {
        lock (_gate)
        {
            string[] taken = [.. _names];
            _names.Clear();
            return taken;
        }
    }

    /// <summary>Stops listening; throws what ended the thread before its time.</summary>
    public void Stop()
    {
        _stop.Cancel();
        _thread.Join();
        if (_failure is { } failure)
            throw new CommandException(ExitCode.Failed, $"listening ended: {failure.Message}");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _stop.Cancel();
        _thread.Join();
        _source.Dispose();
        _sandbox.Dispose();
        _stop.Dispose();
    }

    private void Listen(LiveEngine engine, DetectionEngine detection)
    {
        var told = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        try
        {
            engine.Run(_ => Note(detection, told), _stop.Token);
        }
        catch (Exception failure)
        {
            _failure = failure;
        }
    }

    private void Note(DetectionEngine detection, HashSet<string> told)
    {
        if (told.Count >= CanaryNames.MaxModels)
            return;
        foreach (var host in detection.Hosts.All)
        {
            foreach (var name in host.Names)
            {
                if (!told.Add(name))
                    continue;
                lock (_gate)
                    _names.Add(name);
            }
        }
    }

    private void OnAlert(Alert alert)
    {
        lock (_gate)
            _alerts.Add(alert.Finding);
    }
}
