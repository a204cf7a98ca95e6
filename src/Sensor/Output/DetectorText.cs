using System.Globalization;
using Sensor.Detection.Detectors;

namespace Sensor.Output;

/// <summary>Shows the documentation of detectors on a terminal.</summary>
internal static class DetectorText
{
    private const int Indent = 2;

    /// <summary>One line a detector: id, sid, severity, what is seen.</summary>
    public static void WriteList(TextPage page, IReadOnlyList<DetectorInfo> detectors)
    {
        var idWidth = detectors.Count == 0 ? 2 : detectors.Max(info => info.Id.Length);
        var column = idWidth + 17;
        page.Labelled(Row("ID", "SID", "SEVERITY"), column, "WHAT IS SEEN", ink: Ink.Dim, labelInk: Ink.Dim);
        foreach (var info in detectors)
        {
            var sid = info.Sid.ToString(CultureInfo.InvariantCulture);
            page.Labelled(Row(info.Id, sid, Words.Of(info.Severity)), column, info.Title, labelInk: Ink.None);
        }
        page.Blank();
        page.Paragraph("'sensor explain ID' tells more about one.", ink: Ink.Dim);

        string Row(string id, string sid, string severity) => $"{id.PadRight(idWidth)}  {sid,-4}  {severity,-8}";
    }

    /// <summary>All of one detector's documentation.</summary>
    public static void WriteOne(TextPage page, DetectorInfo info)
    {
        page.Line(string.Create(CultureInfo.InvariantCulture, $"{info.Id} ({info.Sid})"), Ink.Bold);
        page.Paragraph(info.Title);
        page.Blank();
        page.Labelled("Severity", 12, Words.Of(info.Severity));
        page.Labelled("Stage", 12, Words.Of(info.Stage));
        page.Labelled("ATT&CK", 12, info.Techniques.IsEmpty ? "none" : string.Join(", ", info.Techniques));
        foreach (var (title, text) in DetectorSections.Of(info))
        {
            page.Blank();
            page.Line(title, Ink.Bold);
            foreach (var paragraph in DetectorSections.Paragraphs(text))
                page.Paragraph(paragraph, Indent);
        }
        page.Blank();
        page.Line("References", Ink.Bold);
        foreach (var reference in info.References)
            page.Paragraph(reference, Indent, Indent + 2);
    }
}
