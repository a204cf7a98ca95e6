using Sensor.Detection.Incidents;
using Sensor.Output;

namespace Sensor.Daemon;

/// <summary>A finding and its incident as the lines that the store keeps: EVE for the one, jsonl for the other. Used by one thread.</summary>
internal sealed class FindingLines : IDisposable
{
    /// <summary>From so many victims on an incident is not written out with each further one: it would be written a thousand times.</summary>
    private const int VictimsOneByOne = 32;

    private readonly StringWriter _output = new() { NewLine = "\n" };
    private readonly EveSink _eve;
    private readonly IncidentSink _incident;

    /// <summary>Lines of a daemon: they name interfaces, not files.</summary>
    public FindingLines()
    {
        _eve = new EveSink(_output, all: true, live: true);
        _incident = new IncidentSink(_output, all: true);
    }

    /// <summary>The finding.</summary>
    public string Finding(RunView run, Incident incident, Finding finding)
    {
        _output.GetStringBuilder().Clear();
        _eve.BeginRun(run);
        _eve.Found(incident, finding);
        return _output.ToString().TrimEnd('\n');
    }

    /// <summary>The incident; null when what is stored of it is good enough.</summary>
    public string? Incident(RunView run, Incident incident, Finding finding, AlertReason? reason)
    {
        var isFirst = incident.Findings.Count == 1;
        if (!isFirst && (reason is null || (reason == AlertReason.NewVictim && incident.Victims.Count > VictimsOneByOne)))
            return null;
        return Incident(run, incident, reason is { } news ? new Alert(incident, finding, news) : null);
    }

    /// <summary>The incident as it stands.</summary>
    public string Incident(RunView run, Incident incident, Alert? alert = null)
    {
        _output.GetStringBuilder().Clear();
        _incident.BeginRun(run with { Incidents = () => [incident], Exposures = () => [], Inventory = null });
        if (alert is not null)
            _incident.Alerted(alert);
        _incident.EndRun();
        return _output.ToString().TrimEnd('\n');
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _eve.Dispose();
        _incident.Dispose();
        _output.Dispose();
    }
}
