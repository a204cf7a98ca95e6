using Sensor.Detection.Incidents;
using Sensor.Output.Formats;

namespace Sensor.Output.Delivery.Bodies;

/// <summary>
/// Findings in one format, each as a string: the octets that `sensor replay --format` writes, without the line's end (EVE names an interface
/// instead of a file, and the finding's id). Used by one thread.
/// </summary>
internal sealed class BodyRenderer : IDisposable
{
    private readonly StringWriter _output = new() { NewLine = "\n" };
    private readonly IReplaySink? _sink;
    private readonly bool _all;

    /// <summary>A renderer; <paramref name="all"/> when every finding is told, so that not every record is an alert.</summary>
    public BodyRenderer(BodyFormat format, bool all, string observer)
    {
        _all = all;
        _sink = format switch
        {
            BodyFormat.Cef => new CefSink(_output, all, observer),
            BodyFormat.Leef => new LeefSink(_output, all, observer),
            BodyFormat.Eve => new EveSink(_output, all, live: true),
            BodyFormat.Ecs => new EcsSink(_output, all, observer),
            BodyFormat.Ocsf => new OcsfSink(_output, all, observer),
            BodyFormat.Stix => new StixSink(_output, all, observer),
            _ => null,
        };
    }

    /// <summary>The body that tells of <paramref name="finding"/>.</summary>
    public string Render(RunView run, Incident incident, Finding finding, AlertReason reason)
    {
        if (_sink is null)
            return TextBody.Of(new FindingRecord(run, incident, finding));
        _output.GetStringBuilder().Clear();
        _sink.BeginRun(run);
        if (_all)
            _sink.Found(incident, finding);
        else
            _sink.Alerted(new Alert(incident, finding, reason));
        return _output.ToString().TrimEnd('\n');
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        (_sink as IDisposable)?.Dispose();
        _output.Dispose();
    }
}
