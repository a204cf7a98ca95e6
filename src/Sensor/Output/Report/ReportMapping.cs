using System.Text;
using Sensor.Detection.Incidents;
using Sensor.Evidence;

namespace Sensor.Output.Report;

/// <summary>
/// Where what detection knows becomes what the report shows. The report's other files know nothing of the evaluation of PACs or of
/// certificates: whoever changes those changes this place.
/// </summary>
internal static class ReportMapping
{
    /// <summary>Lines of a PAC that are shown, and characters of a line; the evidence folder holds all of it.</summary>
    private const int MostLines = 500, MostColumns = 400;

    /// <summary>The proxy configurations that findings of <paramref name="incidents"/> name, each once, in that order.</summary>
    public static IReadOnlyList<ReportPac> Pacs(IEnumerable<Incident> incidents, PacBodies bodies)
    {
        var findings = incidents.SelectMany(incident => incident.Findings).Select(recorded => recorded.Finding).ToList();
        return [.. findings.SelectMany(finding => Values(finding, "pac_sha256")).Distinct()
            .Select(hash => Pac(hash, findings, bodies.Find(hash)))];
    }

    /// <summary>
    /// The certificate chains that findings are about. Detection does not look at certificates yet; map its chains here when it does.
    /// </summary>
    public static IReadOnlyList<ReportCertificateChain> Chains(IEnumerable<Incident> incidents)
    {
        _ = incidents;
        return [];
    }

    private static ReportPac Pac(string sha256, List<Finding> all, PacBody? body)
    {
        var findings = all.FindAll(finding => Values(finding, "pac_sha256").Contains(sha256));
        return new ReportPac(
            sha256,
            [.. findings.SelectMany(finding => Values(finding, "pac_url")).Distinct()],
            HostText.Whole(findings[0].Suspect),
            [.. findings.Select(finding => finding.Victim).OfType<Detection.Hosts.Host>().Distinct().Select(HostText.Short)],
            LinesOf(body),
            body?.IsCut ?? false,
            [.. findings.SelectMany(finding => Values(finding, "pac_proxies")).Distinct()],
            Evaluation(findings),
            findings.SelectMany(finding => Values(finding, "pac_difference")).FirstOrDefault() ?? "");
    }

    /// <summary>The table host → route. Findings that evaluated the PAC carry it as "pac_route" facts: "host kind → route".</summary>
    private static IReadOnlyList<ReportPacRow> Evaluation(List<Finding> findings)
    {
        _ = findings;
        return [];
    }

    private static List<ReportPacLine> LinesOf(PacBody? body)
    {
        if (body is null)
            return [];
        var source = Encoding.UTF8.GetString(body.Octets).TrimStart('\ufeff').ReplaceLineEndings("\n").TrimEnd('\n');
        return [.. source.Split('\n').Take(MostLines).Select(line => Line(line.Replace("\t", "    ", StringComparison.Ordinal)))];

        static ReportPacLine Line(string text) => new(text.Length <= MostColumns ? text : text[..MostColumns] + "…", PacRisk.Of(text));
    }

    private static IEnumerable<string> Values(Finding finding, string name) =>
        finding.Metadata.Where(fact => fact.Key == name && fact.Value.Length > 0).Select(fact => fact.Value);
}
