using System.Security.Cryptography;
using System.Text;

namespace Sensor.Output.Report;

/// <summary>
/// The report: one page that opens from disk and asks nobody for anything. No script is in it, and its policy allows none, nor any
/// request; the style is allowed by its hash. Nothing of the clock or the machine is in it, so the same input gives the same page.
/// </summary>
internal static class ReportPage
{
    /// <summary>Writes the page.</summary>
    public static void Write(TextWriter output, IReadOnlyList<ReportWorld> worlds, ReplaySummary summary)
    {
        var style = ReportStyle.Sheet;
        var hash = Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(style)));
        var html = new Html(output);
        html.Constant("<!DOCTYPE html>\n").Begin("html", null, "lang", "en").Begin("head");
        html.Empty("meta", null, "charset", "utf-8");
        html.Empty("meta", null, "http-equiv", "Content-Security-Policy", "content",
            $"default-src 'none'; style-src 'sha256-{hash}'; base-uri 'none'; form-action 'none'");
        html.Empty("meta", null, "name", "viewport", "content", "width=device-width, initial-scale=1");
        html.Empty("meta", null, "name", "color-scheme", "content", "light dark");
        html.Empty("meta", null, "name", "referrer", "content", "no-referrer");
        html.Element("title", null, "Sensor report");
        html.Constant("<style>").Constant(style).Constant("</style>\n").EndLine();
        html.Begin("body").Begin("main");
        SummarySection.Write(html, worlds, summary);
        for (var i = 0; i < worlds.Count; i++)
            WriteWorld(html, worlds[i], i);
        MethodsSection.Write(html, summary);
        html.Element("footer", null,
            $"sensor {Commands.SensorCli.Version}. All times are packet times in UTC. Frame numbers are those of the capture files.");
        html.EndLine().EndLine().EndLine();
    }

    private static void WriteWorld(Html html, ReportWorld world, int index)
    {
        if (world.Run.Name.Length > 0)
            html.Element("h2", "world", world.Run.Name, "id", $"world-{index}");
        if (world.Incidents.Count > 0)
        {
            LureDrawing.Write(html, world);
            html.Element("h2", null, "Incidents");
            foreach (var incident in world.Incidents)
                IncidentSection.Write(html, world, incident, $"i{index}-{incident.Incident.Id}");
        }
        PacSection.Write(html, world.Pacs);
        PayloadSection.Write(html, world.Payloads);
        CertificateSection.Write(html, world.Chains, world.Incidents.Count > 0);
        ExposureSection.Write(html, world);
    }
}
