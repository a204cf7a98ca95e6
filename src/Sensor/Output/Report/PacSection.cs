using System.Globalization;

namespace Sensor.Output.Report;

/// <summary>The proxy configurations: where from, for whom, what they answer, and their source with the lines that matter marked.</summary>
internal static class PacSection
{
    private const int MostRows = 64, MostRisks = 12, MostHosts = 24;

    /// <summary>Writes them; nothing when there are none.</summary>
    public static void Write(Html html, IReadOnlyList<ReportPac> pacs)
    {
        if (pacs.Count == 0)
            return;
        html.Element("h2", null, pacs.Count == 1 ? "The proxy configuration" : "The proxy configurations");
        foreach (var pac in pacs)
            WriteOne(html, pac);
    }

    private static void WriteOne(Html html, ReportPac pac)
    {
        html.Begin("article", "pac");
        html.Element("h3", "mono", pac.Urls.Count == 0 ? "without a known URL" : string.Join(", ", pac.Urls));
        html.Begin("dl", "who");
        html.Element("dt", null, "Served by").Element("dd", "host", pac.ServedBy);
        if (pac.Readers.Count > 0)
            html.Element("dt", null, "Fetched by").Element("dd", "host", string.Join(", ", pac.Readers));
        if (pac.Proxies.Count > 0)
            html.Element("dt", null, "Names").Element("dd", "mono", string.Join(", ", pac.Proxies));
        html.Element("dt", null, "SHA-256").Element("dd", "mono", pac.Sha256).EndLine();
        WriteRisks(html, pac.Risks);
        WriteSource(html, pac);
        WriteEvaluation(html, pac);
        if (pac.Difference.Length > 0)
            html.Element("h4", null, "Difference to the version before").Lines("pre", "scroll", pac.Difference);
        if (pac.ChangedAnswers.Length > 0)
            html.Element("p", null, $"Hosts that are sent elsewhere now: {pac.ChangedAnswers}");
        html.EndLine();
    }

    private static void WriteRisks(Html html, IReadOnlyList<ReportPacRisk> risks)
    {
        if (risks.Count == 0)
            return;
        html.Element("h4", null, "What is risky about it").Begin("ul", "risks");
        foreach (var risk in risks.Take(MostRisks))
            html.Element("li", risk.IsStrong ? "strong" : null, risk.Text);
        html.EndLine();
    }

    private static void WriteSource(Html html, ReportPac pac)
    {
        html.Element("h4", null, "Source");
        if (pac.Lines.Count == 0)
        {
            html.Element("p", "small", "Its text was not kept.");
            return;
        }
        html.Begin("div", "scroll code").Begin("table");
        for (var i = 0; i < pac.Lines.Count; i++)
        {
            var line = pac.Lines[i];
            html.Begin("tr", line.Risk.Length > 0 ? "risky" : null);
            html.Element("th", null, (i + 1).ToString(CultureInfo.InvariantCulture), "scope", "row");
            html.Begin("td").Element("code", null, line.Text);
            if (line.Risk.Length > 0)
                html.Element("span", "why", line.Risk);
            html.EndLine().EndLine();
        }
        html.EndLine().EndLine();
        if (pac.IsCut)
            html.Element("p", "small", "The file goes on; its first MiB was kept.");
    }

    private static void WriteEvaluation(Html html, ReportPac pac)
    {
        var rows = pac.Evaluation;
        html.Element("h4", null, "What it answers");
        if (rows.Count == 0)
        {
            html.Element("p", "small", pac.Result.Length > 0 ? $"It {pac.Result}." : "It was not evaluated.");
            return;
        }
        html.Element("p", "small", $"It {pac.Result}. Hosts of one kind that get the same answer share a line.");
        html.Begin("div", "scroll").Begin("table", "grid");
        html.Constant("<thead><tr><th>Kind</th><th>Answer</th><th>Hosts</th></tr></thead>").Begin("tbody");
        foreach (var row in rows.Take(MostRows))
        {
            html.Begin("tr", row.IsDiverted ? "risky" : null);
            html.Element("td", null, row.Kind).Element("td", "mono", row.Route).Element("td", "mono", HostsOf(row)).EndLine();
        }
        html.EndLine().EndLine().EndLine();
        if (rows.Count > MostRows)
            html.Element("p", "small", string.Create(CultureInfo.InvariantCulture, $"and {rows.Count - MostRows:#,0} more"));
    }

    private static string HostsOf(ReportPacRow row) => string.Join(", ", row.Hosts.Take(MostHosts))
        + (row.Hosts.Count > MostHosts ? string.Create(CultureInfo.InvariantCulture, $" and {row.Hosts.Count - MostHosts:#,0} more") : "");
}
