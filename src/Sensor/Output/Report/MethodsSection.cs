using System.Globalization;
using Sensor.Detection.Detectors;

namespace Sensor.Output.Report;

/// <summary>How the sensor looked, and what it cannot see: from the detectors' own documentation.</summary>
internal static class MethodsSection
{
    private const int MostInputs = 20, MostProblems = 20;

    /// <summary>Writes it.</summary>
    public static void Write(Html html, ReplaySummary summary)
    {
        html.Begin("section", "methods").Element("h2", null, "Methods and blind spots");
        html.Element("p", null,
            "The sensor reads captures and asks nobody. It sees what the capture point saw: on a mirror port often one direction or no local "
            + "unicast. What is encrypted stays closed; no content but proxy configurations and update payloads is kept, and credentials are masked.");
        WriteInput(html, summary);
        foreach (var info in DetectorCatalog.All.Select(entry => entry.Info).OrderBy(info => info.Sid))
        {
            html.Begin("details", "method").Begin("summary").Begin("span", "mono").Text(info.Id).End().Text(" ").Text(info.Title).EndLine();
            Part(html, "What is seen", info.Seen);
            Part(html, "Benign causes", info.Benign);
            Part(html, "Blind spots", info.Limits);
            html.EndLine();
        }
        html.EndLine();
    }

    private static void WriteInput(Html html, ReplaySummary summary)
    {
        html.Begin("dl", "who");
        html.Element("dt", null, summary.Inputs.Count == 1 ? "Capture" : "Captures");
        foreach (var input in summary.Inputs.Take(MostInputs))
            html.Element("dd", "mono", input);
        if (summary.Inputs.Count > MostInputs)
            html.Element("dd", null, string.Create(CultureInfo.InvariantCulture, $"and {summary.Inputs.Count - MostInputs:#,0} more"));
        if (summary.Problems.Count > 0)
            html.Element("dt", null, "Not read");
        foreach (var problem in summary.Problems.Take(MostProblems))
            html.Element("dd", "problem", problem);
        if (summary.Problems.Count > MostProblems)
            html.Element("dd", null, string.Create(CultureInfo.InvariantCulture, $"and {summary.Problems.Count - MostProblems:#,0} more"));
        html.Element("dt", null, "Not understood").Element("dd", null, string.Create(
            CultureInfo.InvariantCulture,
                $"{summary.Counters.Undecodable:#,0} frames; {SummaryLine.Count(summary.Counters.StreamGaps, "gap")} in watched connections{(summary.Interrupted ? "; reading was interrupted" : "")}"));
        html.EndLine();
    }

    private static void Part(Html html, string title, string text)
    {
        html.Element("h4", null, title);
        foreach (var paragraph in DetectorSections.Paragraphs(text))
            html.Element("p", null, paragraph);
    }
}
