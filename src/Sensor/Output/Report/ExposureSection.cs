using System.Globalization;
using Sensor.Detection.Hosts;
using Sensor.Detection.Incidents;

namespace Sensor.Output.Report;

/// <summary>The exposure matrix: which host could be lured by what, and what to switch off.</summary>
internal static class ExposureSection
{
    private const int MostRows = 250, MostInReach = 24;

    private static readonly (ExposureKinds Kind, string Name)[] Columns =
    [
        (ExposureKinds.WpadByDhcp, "wpad DHCP"), (ExposureKinds.WpadByDns, "wpad DNS"), (ExposureKinds.WpadByLlmnr, "wpad LLMNR"),
        (ExposureKinds.WpadByMdns, "wpad mDNS"), (ExposureKinds.WpadByNbns, "wpad NBNS"), (ExposureKinds.Llmnr, "LLMNR"),
        (ExposureKinds.Mdns, "mDNS"), (ExposureKinds.Nbns, "NBNS"), (ExposureKinds.UpdatesDirect, "updates direct"),
        (ExposureKinds.UpdatesByWsus, "updates WSUS"), (ExposureKinds.UpdatesByProxy, "updates proxy"), (ExposureKinds.UpdatesInClear, "updates clear"),
        (ExposureKinds.UpdatesByOldTls, "old TLS"),
    ];

    /// <summary>Writes it; nothing when no host is exposed.</summary>
    public static void Write(Html html, ReportWorld world)
    {
        if (world.Inventory.Count == 0 && world.Exposures.Count == 0)
            return;
        html.Element("h2", null, "Exposure");
        html.Element("p", null,
            "Hosts that look for a proxy configuration by themselves, or ask the link for names, will believe whoever answers first. "
            + "Where the automatic search and these protocols are not needed, switch them off.");
        if (world.Inventory.Count > 0)
            WriteMatrix(html, world.Inventory);
        WriteReach(html, world);
        if (world.Exposures.Count > 0)
            WriteFindings(html, world.Exposures);
    }

    private static void WriteMatrix(Html html, IReadOnlyList<ExposedHost> inventory)
    {
        html.Begin("div", "scroll").Begin("table", "grid matrix").Begin("thead").Begin("tr").Element("th", null, "Host", "scope", "col");
        foreach (var (_, name) in Columns)
            html.Element("th", null, name, "scope", "col");
        html.Element("th", null, "last wpad", "scope", "col").Element("th", null, "last update", "scope", "col")
            .Element("th", null, "polls again by", "scope", "col").EndLine().EndLine().Begin("tbody");
        foreach (var exposed in inventory.Take(MostRows))
        {
            html.Begin("tr").Element("th", "host", HostText.Short(exposed.Host), "scope", "row");
            foreach (var (kind, name) in Columns)
            {
                html.Begin("td");
                if ((exposed.Kinds & kind) != 0)
                    html.Element("span", (kind & ExposureKinds.AnyWpad) != 0 ? "dot strong" : "dot", "●", "title", name, "aria-label",
                        "yes");
                html.EndLine();
            }
            html.Element("td", "small", Clock(exposed.LastWpadNs)).Element("td", "small", Clock(exposed.LastUpdateNs))
                .Element("td", "small", exposed.NextPollNs == 0 ? "–" : $"{PacketTime.Date(exposed.NextPollNs)} {Clock(exposed.NextPollNs)[..5]}").EndLine();
        }
        html.EndLine().EndLine().EndLine();
        if (inventory.Count > MostRows)
            html.Element("p", "small", string.Create(CultureInfo.InvariantCulture, $"and {inventory.Count - MostRows:#,0} more hosts"));
    }

    private static void WriteReach(Html html, ReportWorld world)
    {
        foreach (var incident in world.Incidents.Select(static evidence => evidence.Incident))
        {
            var reach = Reach.Of(incident, world.Inventory);
            if (reach.Count == 0)
                continue;
            html.Begin("p").Begin("strong").Text($"In reach of {HostText.Short(incident.Suspect)}: ").End()
                .Text(string.Join(", ", reach.Take(MostInReach).Select(ExposureText.InReach)));
            if (reach.Count > MostInReach)
                html.Text(string.Create(CultureInfo.InvariantCulture, $" and {reach.Count - MostInReach:#,0} more"));
            html.Text(".").EndLine();
        }
    }

    private static string Clock(long timestampNs) => timestampNs == 0 ? "–" : PacketTime.Clock(timestampNs)[..8];

    private static void WriteFindings(Html html, IReadOnlyList<Incident> exposures)
    {
        html.Begin("ul", "exposures");
        foreach (var (exposure, finding) in exposures.SelectMany(exposure =>
            exposure.Findings.Select(recorded => (exposure, recorded.Finding))).Take(MostRows))
        {
            html.Begin("li").Begin("strong").Text(HostText.Short(exposure.Suspect)).End().Text(" ").Text(finding.Summary).EndLine();
        }
        html.EndLine();
    }
}
