using System.Globalization;
using System.Text;
using Sensor.Detection.Hosts;
using Sensor.Detection.Incidents;
using Sensor.Detection.Names;
using Sensor.Detection.Pac;
using Sensor.Evidence;

namespace Sensor.Output.Report;

/// <summary>
/// Where what detection knows of proxy configurations and files becomes what the report shows. The report's other files know nothing of how
/// these are evaluated and judged: whoever changes that changes this place and <see cref="ChainMapping"/>.
/// </summary>
internal static class ReportMapping
{
    /// <summary>Lines of a PAC that are shown, and characters of a line; the evidence folder holds all of it.</summary>
    private const int MostLines = 500, MostColumns = 400;

    /// <summary>Files shown; a flood of files tells no more than the first ones.</summary>
    private const int MostPayloads = 64;

    /// <summary>The proxy configurations that findings of <paramref name="incidents"/> name, each once, in that order.</summary>
    public static IReadOnlyList<ReportPac> Pacs(IEnumerable<Incident> incidents, CaseContents contents)
    {
        var findings = Findings(incidents);
        return [.. findings.SelectMany(finding => Values(finding, "pac_sha256")).Distinct()
            .Select(hash => Pac(hash, findings, contents.Pacs.Find(hash), contents.Pac(hash)))];
    }

    /// <summary>The files that findings of <paramref name="incidents"/> name, each once, in that order.</summary>
    public static IReadOnlyList<ReportPayload> Payloads(IEnumerable<Incident> incidents) =>
    [
        .. Findings(incidents).Where(finding => Values(finding, "payload_verdict").Any())
            .GroupBy(finding => (First(finding, "payload_url"), First(finding, "payload_sha256"))).Take(MostPayloads)
            .Select(group => Payload([.. group])),
    ];

    /// <summary>The chains that findings of <paramref name="incidents"/> are about.</summary>
    public static IReadOnlyList<ReportCertificateChain> Chains(IEnumerable<Incident> incidents, CaseContents contents) =>
        ChainMapping.Of(Findings(incidents), contents);

    /// <summary>The first value of a fact, or empty.</summary>
    internal static string First(Finding finding, string name) => Values(finding, name).FirstOrDefault() ?? "";

    private static List<Finding> Findings(IEnumerable<Incident> incidents) =>
        [.. incidents.SelectMany(incident => incident.Findings).Select(recorded => recorded.Finding)];

    private static ReportPac Pac(string sha256, List<Finding> all, PacBody? body, PacFile? file)
    {
        var findings = all.FindAll(finding => Values(finding, "pac_sha256").Contains(sha256));
        var evaluation = file is { Studies: [var study, ..] } ? study.Evaluation : PacEvaluation.Unknown;
        var table = new PacTable(evaluation, static _ => false);
        return new ReportPac(
            sha256,
            [.. findings.SelectMany(finding => Values(finding, "pac_url")).Distinct()],
            HostText.Whole(findings[0].Suspect),
            [.. findings.Select(finding => finding.Victim).OfType<Host>().Distinct().Select(HostText.Short)],
            LinesOf(body, evaluation),
            body?.IsCut ?? false,
            [.. findings.SelectMany(finding => Values(finding, "pac_proxies")).Distinct()],
            evaluation.Outcome == PacOutcome.Unavailable ? "" : PacRisks.Describe(evaluation),
            [.. evaluation.Outcome == PacOutcome.Unavailable ? []
                : PacRisks.Of(file!.Length, evaluation, table).Select(risk => new ReportPacRisk(risk.Text, risk.IsStrong))],
            Evaluation(evaluation, table),
            string.Join('\n', findings.SelectMany(finding => Values(finding, "pac_difference")).Take(1)
                .SelectMany(difference => difference.Split(" | "))),
            findings.SelectMany(finding => Values(finding, "pac_decisions")).FirstOrDefault() ?? "");
    }

    /// <summary>What was asked for and what is worth most first; hosts of a kind with the same answer together.</summary>
    private static IReadOnlyList<ReportPacRow> Evaluation(PacEvaluation evaluation, PacTable table) =>
    [
        .. evaluation.Decisions.GroupBy(decision => (decision.Probe.Kind, Route: PacPage.Spelled(decision)))
            .OrderBy(group => PacPage.Rank(group.Key.Kind)).ThenBy(group => group.Key.Route == PacAnswer.Direct)
            .ThenByDescending(group => group.Count())
            .Select(group => new ReportPacRow(
                [.. group.Select(decision => WireText.Printable(decision.Probe.Host)).Distinct()], PacSignText.Of(group.Key.Kind),
                group.Key.Route, group.Any(decision => table.Diverts(decision) is not null))),
    ];

    private static List<ReportPacLine> LinesOf(PacBody? body, PacEvaluation evaluation)
    {
        if (body is null)
            return [];
        var signs = evaluation.Reading.Signs.ToLookup(sign => sign.Line, sign => PacSignText.Of(sign.Kind));
        var source = Encoding.UTF8.GetString(body.Octets).TrimStart('\ufeff').ReplaceLineEndings("\n").TrimEnd('\n');
        return [.. source.Split('\n').Take(MostLines).Select((line, index) =>
            Line(line.Replace("\t", "    ", StringComparison.Ordinal), signs[index + 1]))];

        static ReportPacLine Line(string text, IEnumerable<string> signs) =>
            new(text.Length <= MostColumns ? text : text[..MostColumns] + "…", string.Join("; ", signs.Distinct().Concat(Ways(text))));
    }

    /// <summary>Where a line sends its readers.</summary>
    private static IEnumerable<string> Ways(string line)
    {
        var proxies = PacProxies.In(Encoding.UTF8.GetBytes(line)).Where(static proxy => proxy.Host.Length > 0)
            .Select(static proxy => WireText.Printable(proxy.Host)).Distinct().Take(4).ToList();
        return proxies.Count == 0 ? [] : [$"sends traffic through {string.Join(", ", proxies)}"];
    }

    private static ReportPayload Payload(List<Finding> findings)
    {
        var first = findings[0];
        var verdict = First(first, "payload_verdict");
        var octets = long.TryParse(First(first, "payload_octets"), NumberStyles.None, CultureInfo.InvariantCulture, out var length)
            ? length.ToString("#,0", CultureInfo.InvariantCulture) : "";
        return new ReportPayload(
            First(first, "payload_url"), First(first, "payload_kind"), octets, First(first, "payload_sha256"),
            HostText.Whole(first.Suspect), [.. findings.Select(finding => finding.Victim).OfType<Host>().Distinct().Select(HostText.Short)],
            verdict, !verdict.EndsWith(", valid", StringComparison.Ordinal));
    }

    private static IEnumerable<string> Values(Finding finding, string name) =>
        finding.Metadata.Where(fact => fact.Key == name && fact.Value.Length > 0).Select(fact => fact.Value);
}
