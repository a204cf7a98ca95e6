using System.Globalization;
using Sensor.Detection.Incidents;
using Sensor.Evidence;

namespace Sensor.Output.Report;

/// <summary>One incident: what happened, by whom, to whom, when, how sure, what to do, and every frame that proves it.</summary>
internal static class IncidentSection
{
    private const int MostVictims = 24, MostSteps = 8, MostFrames = 24;

    /// <summary>Writes it.</summary>
    public static void Write(Html html, ReportWorld world, IncidentEvidence evidence, string anchor)
    {
        var incident = evidence.Incident;
        var worst = IncidentText.Worst(incident);
        html.Begin("article", $"incident edge-{Words.Of(incident.Severity)}", "id", anchor);
        html.Begin("p", "eyebrow");
        html.Begin("span", $"chip sev-{Words.Of(incident.Severity)}").Text(Words.Of(incident.Severity)).End();
        html.Text($" {Words.Of(incident.Confidence)} · incident {incident.Id}").EndLine();
        html.Element("h3", null, worst.Detector.Title);
        html.Element("p", "lede", worst.Summary);
        WriteWho(html, incident);
        TimelineDrawing.Write(html, incident);
        WriteFindings(html, evidence, anchor);
        WriteLists(html, incident);
        FrameSection.Write(html, world.Run, evidence, anchor);
        html.EndLine();
    }

    private static void WriteWho(Html html, Incident incident)
    {
        html.Begin("dl", "who");
        html.Element("dt", null, "Suspect").Element("dd", "host", HostText.Whole(incident.Suspect));
        if (incident.Victims.Count > 0)
            html.Element("dt", null, incident.Victims.Count == 1 ? "Victim" : "Victims");
        foreach (var victim in incident.Victims.Take(MostVictims))
        {
            html.Begin("dd", "host").Text(HostText.Whole(victim.Host)).Text(" ");
            html.Begin("span", $"stage stage-{Words.Of(victim.Furthest)}").Text($"as far as {StageNames.ShortOf(victim.Furthest)}").End()
                .EndLine();
        }
        if (incident.Victims.Count > MostVictims)
            html.Element("dd", null, string.Create(CultureInfo.InvariantCulture,
                $"and {incident.Victims.Count - MostVictims + incident.VictimsNotListed:#,0} more"));
        html.EndLine();
    }

    private static void WriteFindings(Html html, IncidentEvidence evidence, string anchor)
    {
        var shown = FrameSection.Shown(evidence).Select(frame => (frame.Record.Origin, frame.Record.Number)).ToHashSet();
        html.Begin("ol", "findings");
        foreach (var group in evidence.Incident.Findings.GroupBy(recorded => recorded.Finding.Detector.Sid)
            .OrderBy(group => group.Min(recorded => recorded.Finding.At.TimestampNs)))
        {
            var worst = group.MaxBy(recorded => Words.Rank(recorded.Finding))!.Finding;
            var first = group.Min(recorded => recorded.Finding.At.TimestampNs);
            var times = group.Sum(recorded => recorded.Count);
            html.Begin("li").Begin("p", "what");
            html.Element("time", null, PacketTime.Clock(first), "datetime", PacketTime.IsoMilliseconds(first));
            html.Begin("span", $"stage stage-{Words.Of(worst.Detector.Stage)}").Text(StageNames.ShortOf(worst.Detector.Stage)).End()
                .Text(" ");
            html.Begin("strong").Text(worst.Detector.Title).EndLine().EndLine();
            html.Element("p", null, worst.Summary);
            var seen = times == 1 ? "" : string.Create(CultureInfo.InvariantCulture,
                $"; seen {times:#,0} times, last {PacketTime.Clock(group.Max(recorded => recorded.LastSeenNs))}");
            html.Begin("p", "small").Text($"{worst.Detector.Id} · {Words.Of(worst.Severity)}, {Words.Of(worst.Confidence)} · ");
            WriteFrames(html, [.. group.SelectMany(recorded => recorded.Finding.Frames)
                .DistinctBy(frame => (frame.Origin, frame.Number))], shown, anchor);
            html.Text(seen);
            if (!worst.Detector.Techniques.IsDefaultOrEmpty)
                html.Text($" · ATT&CK {string.Join(", ", worst.Detector.Techniques)}");
            html.EndLine().EndLine();
        }
        html.EndLine();
    }

    /// <summary>The numbers of the frames, each leading to the frame where it is shown.</summary>
    private static void WriteFrames(Html html, List<FrameReference> frames, HashSet<(ushort, long)> shown, string anchor)
    {
        html.Text(frames.Count == 1 ? "frame" : "frames");
        foreach (var frame in frames.OrderBy(frame => frame.Origin).ThenBy(frame => frame.Number).Take(MostFrames))
        {
            var number = frame.Number.ToString(CultureInfo.InvariantCulture);
            html.Text(" ");
            if (shown.Contains((frame.Origin, frame.Number)))
                html.Begin("a", null, "href", "#" + FrameSection.AnchorOf(anchor, frame.Origin, frame.Number)).Text(number).End();
            else
                html.Text(number);
        }
        if (frames.Count > MostFrames)
            html.Text(string.Create(CultureInfo.InvariantCulture, $" and {frames.Count - MostFrames:#,0} more"));
    }

    private static void WriteLists(Html html, Incident incident)
    {
        html.Begin("div", "columns");
        html.Begin("section").Element("h4", null, "What to do").Begin("ol");
        foreach (var step in IncidentText.Steps(incident).Take(MostSteps))
            html.Element("li", null, step);
        html.EndLine().EndLine();
        html.Begin("section").Element("h4", null, "It is harmless if").Begin("ul");
        foreach (var refutation in IncidentText.Refutations(incident))
            html.Element("li", null, refutation);
        html.EndLine().EndLine().EndLine();
    }
}
