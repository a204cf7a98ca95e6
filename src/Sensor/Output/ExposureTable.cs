using Sensor.Detection.Hosts;
using Sensor.Detection.Incidents;

namespace Sensor.Output;

/// <summary>The hosts that could be attacked, and by what: one row a host.</summary>
internal static class ExposureTable
{
    /// <summary>Writes the table of <paramref name="exposures"/>; nothing when there are none.</summary>
    public static void Write(TextPage page, IReadOnlyList<Incident> exposures)
    {
        var rows = RowsOf(exposures);
        if (rows.Count == 0)
            return;
        page.Rule("EXPOSURE  hosts open to such attacks", Ink.Cyan, rows.Count == 1 ? "1 host" : $"{rows.Count} hosts");
        var cells = rows.ConvertAll(row => HostText.Columns(row.Host));
        var addressWidth = Math.Max(7, cells.Max(cell => TextPage.Columns(cell.Address)));
        var nameWidth = Math.Clamp(cells.Max(cell => TextPage.Columns(cell.Name)), 4, 20);
        var column = addressWidth + nameWidth + 4;
        page.Labelled($"{"ADDRESS".PadRight(addressWidth)}  {"NAME".PadRight(nameWidth)}", column, "EXPOSED BY", labelInk: Ink.Dim, ink: Ink.Dim);
        for (var i = 0; i < rows.Count; i++)
        {
            var who = cells[i].Address == "-" ? cells[i].Mac : cells[i].Address;
            var label = $"{TextPage.Printable(who).PadRight(addressWidth)}  {TextPage.Printable(cells[i].Name).PadRight(nameWidth)}";
            page.Labelled(label, column, string.Join("; ", rows[i].Reasons), labelInk: Ink.None);
        }
        page.Blank();
    }

    private static List<(Host Host, List<string> Reasons)> RowsOf(IReadOnlyList<Incident> exposures)
    {
        var rows = new List<(Host Host, List<string> Reasons)>();
        foreach (var exposure in exposures)
            rows.Add((exposure.Suspect, [.. exposure.Findings.Select(recorded => recorded.Finding.Summary).Distinct()]));
        return rows;
    }
}
