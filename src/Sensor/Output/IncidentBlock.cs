using System.Globalization;
using Sensor.Detection.Detectors;
using Sensor.Detection.Hosts;
using Sensor.Detection.Incidents;

namespace Sensor.Output;

/// <summary>Tells one incident to a person: what happened, by whom, to whom, when and in which frames, how sure, what to do.</summary>
internal sealed class IncidentBlock(TextPage page, RunView run, bool nameFiles, IReadOnlyList<ExposedHost> inventory)
{
    private const int Column = 14, ClockColumn = 18, DatedColumn = 25, MostVictims = 12, MostRefutations = 3, MostSteps = 6, MostInReach = 8;

    private bool _isDated;

    private int StageColumn => _isDated ? DatedColumn : ClockColumn;

    /// <summary>Writes the block.</summary>
    public void Write(Incident incident)
    {
        _isDated = PacketTime.Date(incident.FirstSeenNs) != PacketTime.Date(incident.LastSeenNs);
        var stages = StagesOf(incident);
        var main = WorstOf(incident.Findings);
        page.Rule($"{Words.Of(incident.Severity).ToUpperInvariant()}  {main.Detector.Id}", InkOf(incident.Severity), $"incident {incident.Id}");
        page.Paragraph(main.Summary, ink: Ink.Bold);
        page.Blank();
        page.Labelled("  Suspect", Column, HostText.Whole(incident.Suspect));
        WriteVictims(incident);
        WriteReach(incident);
        WriteStages(stages, main);
        WriteChecks(incident);
        WriteConfidence(incident, stages);
        WriteSteps(stages);
        page.Blank();
    }

    /// <summary>The finding to speak of: the worst, then the surest, then the first.</summary>
    private static Finding WorstOf(IEnumerable<RecordedFinding> findings) => findings
        .Select(recorded => recorded.Finding)
        .MaxBy(Words.Rank)!;

    private static List<StageLine> StagesOf(Incident incident)
    {
        var lines = new List<StageLine>();
        foreach (var recorded in incident.Findings)
        {
            var line = lines.Find(known => known.Detector.Sid == recorded.Finding.Detector.Sid);
            if (line is null)
                lines.Add(line = new StageLine(recorded.Finding.Detector));
            line.Findings.Add(recorded);
        }
        return [.. lines.OrderBy(line => line.FirstNs).ThenBy(line => line.Detector.Sid)];
    }

    private void WriteVictims(Incident incident)
    {
        if (incident.Victims.Count == 0)
            return;
        var label = incident.Victims.Count == 1 ? "  Victim" : "  Victims";
        foreach (var victim in incident.Victims.Take(MostVictims))
        {
            page.Labelled(label, Column, $"{HostText.Whole(victim.Host)}: as far as {Words.Of(victim.Furthest)}, since {Time(victim.SinceNs)}", Column + 2);
            foreach (var reached in victim.Stages)
            {
                var frames = FrameList.Of(reached.Frames, run, nameFiles);
                page.Paragraph($"{Words.Of(reached.Stage)} {Time(reached.FirstNs)}, {frames}", Column + 2, ink: Ink.Dim);
            }
            label = "";
        }
        if (incident.Victims.Count > MostVictims)
            page.Paragraph($"and {incident.Victims.Count - MostVictims} more", Column);
    }

    private void WriteReach(Incident incident)
    {
        var reach = Reach.Of(incident, inventory);
        var label = "  In reach";
        foreach (var host in reach.Take(MostInReach))
        {
            page.Labelled(label, Column, ExposureText.InReach(host), Column + 2);
            label = "";
        }
        if (reach.Count > MostInReach)
            page.Paragraph($"and {reach.Count - MostInReach} more", Column);
    }

    private void WriteStages(List<StageLine> stages, Finding main)
    {
        page.Labelled("  Evidence", Column, _isDated ? "times in UTC" : $"{PacketTime.Date(stages[0].FirstNs)}, times in UTC");
        foreach (var stage in stages)
        {
            page.Labelled($"    {Time(stage.FirstNs)}", StageColumn, $"{Words.Of(stage.Detector.Stage)}: {stage.Detector.Title} [{stage.Detector.Id}]",
                labelInk: Ink.Cyan);
            if (!ReferenceEquals(stage.Worst, main))
                page.Paragraph(stage.Worst.Summary, StageColumn);
            page.Paragraph(Frames(stage), StageColumn, ink: Ink.Dim);
        }
    }

    private void WriteChecks(Incident incident)
    {
        var label = "  Checked";
        foreach (var check in incident.Checks)
        {
            page.Labelled(label, Column, $"{Time(check.TimestampNs)}: {check.Text}", Column + 2);
            label = "";
        }
    }

    private string Frames(StageLine stage)
    {
        var frames = FrameList.Of(stage.Findings.SelectMany(recorded => recorded.Finding.Frames), run, nameFiles);
        var times = stage.Findings.Sum(recorded => recorded.Count);
        var last = stage.Findings.Max(recorded => recorded.LastSeenNs);
        return times == 1 ? frames : string.Create(CultureInfo.InvariantCulture, $"{frames}; seen {times:#,0} times, last {Time(last)}");
    }

    /// <summary>With the date where the incident goes over midnight.</summary>
    private string Time(long timestampNs) => _isDated ? PacketTime.Whole(timestampNs) : PacketTime.Clock(timestampNs);

    private void WriteConfidence(Incident incident, List<StageLine> stages)
    {
        page.Labelled("  Confidence", Column, Words.Of(incident.Confidence));
        if (incident.Findings.Select(recorded => recorded.Finding.Explanation).FirstOrDefault(known => known is not null) is { } explanation)
            page.Labelled("  Harmless?", Column, explanation);
        var label = "  Not so if";
        foreach (var refutation in Ranked(stages).Select(finding => finding.RefutedBy).Distinct().Take(MostRefutations))
        {
            page.Labelled(label, Column, refutation);
            label = "";
        }
    }

    private void WriteSteps(List<StageLine> stages)
    {
        var label = "  Next";
        var number = 1;
        foreach (var step in Ranked(stages).SelectMany(finding => finding.NextSteps).Distinct().Take(MostSteps))
        {
            page.Labelled(label, Column, $"{number}. {step}", Column + 3);
            label = "";
            number++;
        }
    }

    /// <summary>One finding of each detector, the worst first.</summary>
    private static IEnumerable<Finding> Ranked(List<StageLine> stages) =>
        stages.Select(stage => stage.Worst).OrderByDescending(finding => finding.Severity).ThenByDescending(finding => finding.Confidence);

    private static string InkOf(Severity severity) => severity switch
    {
        Severity.Critical or Severity.High => Ink.Red,
        Severity.Medium => Ink.Yellow,
        _ => Ink.Cyan,
    };

    /// <summary>All findings of one detector in the incident.</summary>
    private sealed record StageLine(DetectorInfo Detector)
    {
        public List<RecordedFinding> Findings { get; } = [];

        public Finding Worst => WorstOf(Findings);

        public long FirstNs => Findings.Min(recorded => recorded.FirstSeenNs);
    }
}
