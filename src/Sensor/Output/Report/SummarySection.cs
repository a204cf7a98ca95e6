using System.Globalization;
using Sensor.Detection.Incidents;

namespace Sensor.Output.Report;

/// <summary>The first screen: what happened, how bad it is, what to do first. For somebody who reads nothing else.</summary>
internal static class SummarySection
{
    private const int MostSteps = 4;

    /// <summary>Writes it.</summary>
    public static void Write(Html html, IReadOnlyList<ReportWorld> worlds, ReplaySummary summary)
    {
        var incidents = worlds.SelectMany(world => world.Incidents.Select(evidence => (World: world, Evidence: evidence))).ToList();
        html.Begin("header", "top");
        html.Element("p", "eyebrow", "Sensor report");
        html.Element("h1", null, Verdict(incidents.ConvertAll(incident => incident.Evidence.Incident)));
        if (incidents.Count > 0)
            html.Element("p", "lede", IncidentText.Worst(incidents[0].Evidence.Incident).Summary);
        else
            html.Element("p", "lede",
                "Nothing in these captures answers falsely for names, addresses or proxy configuration as far as the sensor can see. "
                + "What it cannot see is told at the end.");
        if (summary.Problems.Count > 0 || summary.Interrupted)
            html.Element("p", "problem", "Not all of the input could be read: what is missing stands at the end.");
        WriteFigures(html, worlds, incidents.ConvertAll(incident => incident.Evidence.Incident), summary);
        html.EndLine();
        if (incidents.Count > 0)
            WriteFirstSteps(html, incidents.ConvertAll(incident => incident.Evidence.Incident));
        if (incidents.Count > 1)
            WriteContents(html, worlds);
    }

    private static string Verdict(List<Incident> incidents)
    {
        if (incidents.Count == 0)
            return "No attack was found";
        var victims = incidents.SelectMany(incident => incident.Victims).Select(victim => victim.Host).Distinct().Count();
        var suspects = incidents.Count == 1 ? "1 host attacks" : $"{Count(incidents.Count)} hosts attack";
        return victims == 0 ? $"{suspects} this network" : $"{suspects} {(victims == 1 ? "1 other" : $"{Count(victims)} others")}";
    }

    private static void WriteFigures(Html html, IReadOnlyList<ReportWorld> worlds, List<Incident> incidents, ReplaySummary summary)
    {
        html.Begin("dl", "figures");
        if (incidents.Count > 0)
        {
            var worst = incidents.Max(incident => incident.Severity);
            Figure(html, "Severity", Words.Of(worst), $"sev-{Words.Of(worst)}",
                string.Join(", ", incidents.GroupBy(incident => incident.Severity)
                .OrderByDescending(group => group.Key).Select(group => $"{Count(group.Count())} {Words.Of(group.Key)}")));
            Figure(html, "Furthest stage", StageNames.Of(incidents.SelectMany(Furthest).DefaultIfEmpty(Stage.Lure).Max()), null,
                "of lure, PAC, proxy, update, payload");
        }
        var exposed = worlds.Sum(world => world.Inventory.Count(host => (host.Kinds & Detection.Hosts.ExposureKinds.AnyWpad) != 0));
        Figure(html, "Look for a proxy by themselves", exposed == 1 ? "1 host" : $"{Count(exposed)} hosts", null, "and so can be lured");
        Figure(html, "Captured", Period(summary), null,
            $"{Start(summary)}{SummaryLine.Count(summary.Files, "file")}, {SummaryLine.Count(summary.Frames, "packet")}, "
            + SummaryLine.Bytes(summary.Octets));
        html.EndLine();
    }

    private static IEnumerable<Stage> Furthest(Incident incident) =>
        incident.Findings.Select(recorded => recorded.Finding.Detector.Stage)
            .Where(stage => stage is > Stage.Exposure and < Stage.Credentials);

    private static void Figure(Html html, string label, string value, string? style, string note)
    {
        html.Begin("div").Element("dt", null, label).Element("dd", style is null ? "value" : $"value {style}", value);
        html.Element("dd", "note", note).EndLine();
    }

    private static void WriteFirstSteps(Html html, List<Incident> incidents)
    {
        html.Begin("section", "first").Element("h2", null, "Do this first").Begin("ol");
        foreach (var step in incidents.Select(IncidentText.FirstStep).Distinct().Take(MostSteps))
            html.Element("li", null, step);
        html.EndLine().EndLine();
    }

    private static void WriteContents(Html html, IReadOnlyList<ReportWorld> worlds)
    {
        html.Begin("nav").Element("h2", null, "Incidents, the worst first").Begin("ol", "contents");
        for (var i = 0; i < worlds.Count; i++)
        {
            foreach (var incident in worlds[i].Incidents.Select(evidence => evidence.Incident))
            {
                html.Begin("li").Begin("a", null, "href", $"#i{i}-{incident.Id}");
                html.Begin("span", $"chip sev-{Words.Of(incident.Severity)}").Text(Words.Of(incident.Severity)).End().Text(" ");
                html.Begin("strong").Text(HostText.Short(incident.Suspect)).End();
                html.Text($" {IncidentText.Worst(incident).Detector.Title}").End().EndLine();
            }
        }
        html.EndLine().EndLine();
    }

    private static string Period(ReplaySummary summary) =>
        summary.Frames == 0 ? "nothing" : PacketTime.Span(TimeSpan.FromTicks((summary.LastTimestampNs - summary.FirstTimestampNs) / 100));

    private static string Start(ReplaySummary summary) => summary.Frames == 0 ? ""
        : $"from {PacketTime.Whole(summary.FirstTimestampNs)} UTC; ";

    private static string Count(int count) => count.ToString("#,0", CultureInfo.InvariantCulture);
}
