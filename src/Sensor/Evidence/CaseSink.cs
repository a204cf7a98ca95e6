using Sensor.Detection;
using Sensor.Detection.Incidents;
using Sensor.Output;
using Sensor.Output.Report;

namespace Sensor.Evidence;

/// <summary>
/// What is told beside the main output: after each world its incidents' frames are read a second time and handed to the evidence folder
/// and the report. With
/// <c>all</c> also incidents below the alert threshold.
/// </summary>
internal sealed class CaseSink(EvidenceFolder? folder, TextWriter? page, bool all) : IReplaySink
{
    private readonly EvidenceWriter? _evidence = folder is null ? null : new EvidenceWriter(folder);
    private readonly ReportBuilder? _report = page is null ? null : new ReportBuilder();
    private readonly OrderedIncidents _alerted = new();
    private CaseContents _contents = null!;
    private RunView _run = null!;

    /// <summary>Frames that prove a finding and were not met in the second reading.</summary>
    public long Missing { get; private set; }

    /// <summary>Hears the facts of the world that begins.</summary>
    public void Watch(DetectionEngine detection) => _contents = new CaseContents(detection);

    /// <inheritdoc/>
    public void BeginRun(RunView run)
    {
        _run = run;
        _alerted.Clear();
    }

    /// <inheritdoc/>
    public void Found(Incident incident, Finding finding) => _contents.Name(finding);

    /// <inheritdoc/>
    public void Alerted(Alert alert) => _alerted.Add(alert.Incident);

    /// <inheritdoc/>
    public void EndRun()
    {
        var incidents = all ? [.. _alerted.All, .. _run.Incidents().Where(incident => !_alerted.Contains(incident))] : _alerted.All;
        var found = Collect(incidents);
        foreach (var evidence in found)
        {
            Missing += evidence.Missing;
            _evidence?.Write(_run, evidence, _contents);
        }
        _report?.Add(_run, found, _contents);
    }

    /// <inheritdoc/>
    public void End(ReplaySummary summary)
    {
        _evidence?.Finish(summary.Inputs);
        if (page is not null)
            _report?.Write(page, summary);
    }

    private IReadOnlyList<IncidentEvidence> Collect(IReadOnlyList<Incident> incidents)
    {
        var collector = new EvidenceCollector(incidents, _run.Segments, _contents.Secrets);
        if (incidents.Count == 0 || _run.Reopen is null)
            return collector.Collect(NoFrames.Instance);
        using var timeline = _run.Reopen();
        return collector.Collect(timeline);
    }
}
