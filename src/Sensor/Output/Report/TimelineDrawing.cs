using System.Globalization;
using Sensor.Detection.Hosts;
using Sensor.Detection.Incidents;

namespace Sensor.Output.Report;

/// <summary>
/// Draws an incident's stages over time, a row for each victim. Marks that would cover each other stand side by side, in order; the exact
/// times are in their tips and in the list below.
/// </summary>
internal static class TimelineDrawing
{
    private const int Width = 860, Left = 190, Right = 96, Row = 30, Top = 34, Bottom = 12, MostRows = 24, Ticks = 4;
    private const double Radius = 7, Spacing = 17;

    /// <summary>Writes the drawing.</summary>
    public static void Write(Html html, Incident incident)
    {
        var rows = RowsOf(incident);
        var left = Math.Max(0, rows.Count - MostRows);
        rows.RemoveRange(rows.Count - left, left);
        var height = Top + (rows.Count * Row) + Bottom;
        var from = incident.Findings.Min(recorded => recorded.Finding.At.TimestampNs);
        var to = Math.Max(from + 1, incident.Findings.Max(recorded => recorded.Finding.At.TimestampNs));
        html.Begin("figure", "drawing").Begin("div", "scroll");
        html.Begin("svg", null, "viewBox", $"0 0 {Width} {height}", "width", Html.Number(Width), "height", Html.Number(height), "role",
            "img",
            "aria-label", $"Stages of the attack over time, {SummaryLine.Count(rows.Count, "row")}");
        WriteAxis(html, from, to, height);
        for (var i = 0; i < rows.Count; i++)
            WriteRow(html, rows[i], Top + (i * Row) + (Row / 2.0), from, to);
        html.EndLine().EndLine();
        WriteLegend(html, rows, left);
        html.EndLine();
    }

    private static List<VictimRow> RowsOf(Incident incident)
    {
        var rows = new List<VictimRow>();
        foreach (var victim in incident.Victims)
            rows.Add(new VictimRow(victim.Host, HostText.Short(victim.Host), victim.Furthest, []));
        foreach (var finding in incident.Findings.Select(recorded => recorded.Finding).OrderBy(finding => finding.At.TimestampNs))
        {
            var row = rows.Find(known => known.Host == finding.Victim);
            if (row is null)
                rows.Add(row = new VictimRow(finding.Victim, finding.Victim is null ? "the whole network"
                    : HostText.Short(finding.Victim), finding.Detector.Stage, []));
            row.Findings.Add(finding);
        }
        return rows;
    }

    private static void WriteAxis(Html html, long from, long to, int height)
    {
        for (var i = 0; i <= Ticks; i++)
        {
            var x = Left + ((Width - Left - Right) * (double)i / Ticks);
            html.Empty("line", "grid", "x1", Html.Number(x), "y1", Html.Number(Top - 6), "x2", Html.Number(x), "y2",
                Html.Number(height - Bottom));
            html.Element("text", "tick", Time(from + ((to - from) / Ticks * i), to - from), "x", Html.Number(x), "y", "18",
                "text-anchor", "middle");
        }
    }

    private static string Time(long timestampNs, long spanNs) => spanNs switch
    {
        < 10_000_000_000 => PacketTime.Clock(timestampNs),
        < 20 * 3_600_000_000_000 => PacketTime.Clock(timestampNs)[..8],
        _ => PacketTime.Whole(timestampNs)[5..16],
    };

    private static void WriteRow(Html html, VictimRow row, double y, long from, long to)
    {
        html.Begin("svg", null, "x", "0", "y", Html.Number(y - (Row / 2.0)), "width", Html.Number(Left - 14), "height", Html.Number(Row));
        html.Begin("text", "label", "x", "0", "y", Html.Number((Row / 2.0) + 4)).Element("title", null, row.Name).Text(Cut(row.Name, 27))
            .EndLine().EndLine();
        var places = new List<double>();
        foreach (var finding in row.Findings)
        {
            var x = Left + ((Width - Left - Right) * ((double)(finding.At.TimestampNs - from) / (to - from)));
            places.Add(places.Count == 0 ? x : Math.Max(x, places[^1] + Spacing));
        }
        // Pushed beyond the end by their neighbours: back from there, in order.
        var limit = Width - Right + Spacing;
        for (var i = places.Count - 1; i >= 0 && places[i] > limit; i--, limit -= Spacing)
            places[i] = limit;
        if (places.Count > 0)
            html.Empty("line", "life", "x1", Html.Number(places[0]), "y1", Html.Number(y), "x2", Html.Number(places[^1]), "y2",
                Html.Number(y));
        for (var i = 0; i < places.Count; i++)
            WriteMark(html, row.Findings[i], places[i], y);
        html.Element("text", $"reach text-{Words.Of(row.Furthest)}", StageNames.ShortOf(row.Furthest), "x", Html.Number(Width - 4), "y",
            Html.Number(y + 4), "text-anchor", "end");
    }

    private static void WriteMark(Html html, Finding finding, double x, double y)
    {
        html.Begin("circle", $"mark fill-{Words.Of(finding.Detector.Stage)}", "cx", Html.Number(x), "cy", Html.Number(y), "r",
            Html.Number(Radius));
        html.Element("title", null,
            $"{PacketTime.Clock(finding.At.TimestampNs)} {StageNames.Of(finding.Detector.Stage)}: {finding.Detector.Title}").EndLine();
    }

    private static void WriteLegend(Html html, List<VictimRow> rows, int left)
    {
        html.Begin("figcaption");
        foreach (var stage in rows.SelectMany(row => row.Findings).Select(finding => finding.Detector.Stage).Distinct().Order())
            html.Begin("span", $"stage stage-{Words.Of(stage)}").Text(StageNames.Of(stage)).End().Text(" ");
        html.Text("Times in UTC; the word at the right is the furthest stage.");
        if (left > 0)
            html.Text(string.Create(CultureInfo.InvariantCulture, $" {left:#,0} more hosts are not drawn."));
        html.EndLine();
    }

    /// <summary>Cut in the middle of a name, never of a character.</summary>
    internal static string Cut(string text, int most)
    {
        var shown = TextPage.Printable(text);
        if (shown.Length <= most)
            return shown;
        var end = most - 1;
        return (char.IsHighSurrogate(shown[end - 1]) ? shown[..(end - 1)] : shown[..end]) + "…";
    }

    private sealed record VictimRow(Host? Host, string Name, Stage Furthest, List<Finding> Findings);
}
