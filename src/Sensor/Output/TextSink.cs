using Sensor.Detection.Incidents;

namespace Sensor.Output;

/// <summary>For people: when all is read, the incidents by severity, one block each; with <c>all</c> also what stayed below the threshold, and exposure.</summary>
internal sealed class TextSink(TextPage page, bool all, bool wrapSummary) : IReplaySink
{
    private readonly OrderedIncidents _alerted = new();
    private RunView _run = null!;
    private readonly int[] _bySeverity = new int[Words.Severities.Length];
    private readonly HashSet<Detection.Hosts.Host> _victims = [];
    private int _incidents, _recorded;

    /// <inheritdoc/>
    public void BeginRun(RunView run)
    {
        _run = run;
        _alerted.Clear();
    }

    /// <inheritdoc/>
    public void Found(Incident incident, Finding finding)
    {
    }

    /// <inheritdoc/>
    public void Alerted(Alert alert) => _alerted.Add(alert.Incident);

    /// <inheritdoc/>
    public void EndRun()
    {
        var incidents = _run.Incidents();
        var attacks = Ranked(_alerted.All);
        var others = Ranked(incidents.Where(incident => !_alerted.Contains(incident)));
        _incidents += attacks.Count;
        _recorded += others.Concat(_run.Exposures()).Sum(incident => incident.Findings.Count);
        if (_run.Name.Length > 0)
            page.Line(attacks.Count == 0 ? $"{_run.Name}: no alerts." : $"{_run.Name}: {SummaryLine.Count(attacks.Count, "incident")}", Ink.Bold);
        var inventory = all || attacks.Count > 0 ? _run.Inventory?.Invoke() ?? [] : [];
        var block = new IncidentBlock(page, _run, nameFiles: HasSeveralFiles(incidents), inventory);
        foreach (var incident in attacks)
        {
            block.Write(incident);
            _bySeverity[(int)incident.Severity]++;
            _victims.UnionWith(incident.Victims.Select(victim => victim.Host));
        }
        if (!all)
            return;
        foreach (var incident in others)
            block.Write(incident);
        ExposureTable.Write(page, _run.Exposures(), inventory);
    }

    /// <inheritdoc/>
    public void End(ReplaySummary summary)
    {
        if (_incidents == 0)
            page.Line(all || _recorded == 0 ? "No alerts." : $"No alerts. {Below()}", Ink.Green);
        else if (!all && _recorded > 0)
            page.Line(Below(), Ink.Dim);
        if (_incidents > 1)
            page.Line(Total(), Ink.Bold);
        var line = SummaryLine.Of(summary);
        if (wrapSummary)
            page.Paragraph(line, ink: Ink.Dim);
        else
            page.Line(line);
    }

    /// <summary>
    /// The last thing on the screen, for whoever has not scrolled up yet: "3 incidents (2 critical, 1 high), 6 hosts attacked".
    /// </summary>
    private string Total()
    {
        var parts = Enumerable.Range(0, _bySeverity.Length).Reverse().Where(severity => _bySeverity[severity] > 0)
            .Select(severity => $"{_bySeverity[severity]} {Words.Severities[severity]}");
        var victims = _victims.Count == 0 ? "" : $", {SummaryLine.Count(_victims.Count, "host")} attacked";
        return $"{SummaryLine.Count(_incidents, "incident")} ({string.Join(", ", parts)}){victims}";
    }

    private string Below() => $"{SummaryLine.Count(_recorded, "finding")} below the alert threshold: see them with --all.";

    private static bool HasSeveralFiles(IReadOnlyList<Incident> incidents) =>
        incidents.SelectMany(incident => incident.Findings).SelectMany(recorded => recorded.Finding.Frames).Select(frame => frame.Origin).Distinct().Take(2).Count() > 1;

    private static List<Incident> Ranked(IEnumerable<Incident> incidents) =>
        [.. incidents.OrderByDescending(incident => incident.Severity).ThenByDescending(incident => incident.Confidence)];
}
