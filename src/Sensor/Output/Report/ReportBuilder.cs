using Sensor.Detection.Incidents;
using Sensor.Evidence;

namespace Sensor.Output.Report;

/// <summary>Gathers the worlds while they are read, and writes the page when all are.</summary>
internal sealed class ReportBuilder
{
    private readonly List<ReportWorld> _worlds = [];

    /// <summary>Adds a world that has been read, with the incidents that are told.</summary>
    public void Add(RunView run, IReadOnlyList<IncidentEvidence> evidence, CaseContents contents)
    {
        var ranked = evidence.OrderByDescending(incident => incident.Incident.Severity)
            .ThenByDescending(incident => incident.Incident.Confidence).ToList();
        var incidents = ranked.ConvertAll(incident => incident.Incident);
        _worlds.Add(new ReportWorld(
            run.Kept(), ranked, run.Exposures(), run.Inventory?.Invoke() ?? [], ReportMapping.Pacs(incidents, contents),
            ReportMapping.Payloads(incidents), ReportMapping.Chains(incidents, contents)));
    }

    /// <summary>Writes the page.</summary>
    public void Write(TextWriter output, ReplaySummary summary)
    {
        ReportPage.Write(output, [.. _worlds.OrderByDescending(WorstOf)], summary);
        output.Flush();
    }

    /// <summary>The summary speaks of the first incident of the first world: the worst of all.</summary>
    private static int WorstOf(ReportWorld world) => world.Incidents is [var first, ..] ? RankOf(first.Incident) : -1;

    private static int RankOf(Incident incident) => ((int)incident.Severity * 4) + (int)incident.Confidence;
}
