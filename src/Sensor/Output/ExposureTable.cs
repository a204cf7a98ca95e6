using Sensor.Detection.Hosts;
using Sensor.Detection.Incidents;

namespace Sensor.Output;

/// <summary>The hosts that could be attacked, and by what: one row a host.</summary>
internal static class ExposureTable
{
    /// <summary>More hosts than a person reads are counted, not listed.</summary>
    private const int MostRows = 40;

    /// <summary>A name may be as long as its host likes; the column is not.</summary>
    private const int WidestName = 20;

    /// <summary>Writes one row for each host of the inventory and of <paramref name="exposures"/>; nothing when there are none.</summary>
    public static void Write(TextPage page, IReadOnlyList<Incident> exposures, IReadOnlyList<ExposedHost> inventory)
    {
        var rows = RowsOf(exposures, inventory);
        if (rows.Count == 0)
            return;
        page.Rule("EXPOSURE  hosts open to such attacks", Ink.Cyan, rows.Count == 1 ? "1 host" : $"{rows.Count} hosts");
        var left = Math.Max(0, rows.Count - MostRows);
        rows.RemoveRange(rows.Count - left, left);
        var cells = rows.ConvertAll(row => HostText.Columns(row.Host));
        var addressWidth = Math.Max(7, cells.Max(cell => TextPage.Columns(cell.Address)));
        var nameWidth = Math.Clamp(cells.Max(cell => TextPage.Columns(cell.Name)), 4, WidestName);
        var column = addressWidth + nameWidth + 4;
        page.Labelled($"{"ADDRESS".PadRight(addressWidth)}  {"NAME".PadRight(nameWidth)}", column, "EXPOSED BY", labelInk: Ink.Dim, ink: Ink.Dim);
        for (var i = 0; i < rows.Count; i++)
        {
            var who = cells[i].Address == "-" ? cells[i].Mac : cells[i].Address;
            var label = $"{TextPage.Printable(who).PadRight(addressWidth)}  {Cut(TextPage.Printable(cells[i].Name)).PadRight(nameWidth)}";
            page.Labelled(label, column, string.Join("; ", rows[i].Reasons), labelInk: Ink.None);
        }
        if (left > 0)
            page.Line($"and {SummaryLine.Count(left, "host")} more", Ink.Dim);
        page.Blank();
    }

    private static string Cut(string name) =>
        TextPage.Columns(name) <= WidestName ? name
            : string.Concat(name.EnumerateRunes().Take(WidestName - 1).Select(rune => rune.ToString())) + "…";

    private static List<(Host Host, List<string> Reasons)> RowsOf(IReadOnlyList<Incident> exposures, IReadOnlyList<ExposedHost> inventory)
    {
        var rows = new List<(Host Host, List<string> Reasons)>();
        foreach (var exposed in inventory)
            rows.Add((exposed.Host, ReasonsOf(exposed)));
        foreach (var exposure in exposures)
        {
            var row = rows.Find(row => row.Host == exposure.Suspect);
            if (row.Host is null)
                rows.Add(row = (exposure.Suspect, []));
            row.Reasons.AddRange(exposure.Findings.Select(recorded => recorded.Finding.Summary).Distinct());
        }
        return rows;
    }

    private static List<string> ReasonsOf(ExposedHost exposed)
    {
        var reasons = new List<string>();
        if ((exposed.Kinds & ExposureKinds.AnyWpad) != 0)
            reasons.Add(ExposureText.Wpad(exposed));
        if ((exposed.Kinds & ExposureKinds.AnyLinkName) != 0)
            reasons.Add($"asks the link for names by {ExposureText.LinkNames(exposed.Kinds)}");
        if ((exposed.Kinds & ExposureKinds.AnyUpdates) != 0)
            reasons.Add(ExposureText.Updates(exposed));
        return reasons;
    }
}
