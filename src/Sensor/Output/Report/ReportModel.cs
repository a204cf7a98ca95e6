using Sensor.Detection.Hosts;
using Sensor.Detection.Incidents;
using Sensor.Evidence;

namespace Sensor.Output.Report;

/// <summary>One world of the report: all input together, or one file of --separate.</summary>
/// <param name="Run">What the numbers in findings stand for.</param>
/// <param name="Incidents">Incidents told, the worst first, each with its frames.</param>
/// <param name="Exposures">What was found about hosts that could be attacked.</param>
/// <param name="Inventory">Who looks for a proxy configuration, and how.</param>
/// <param name="Pacs">The proxy configurations that findings are about.</param>
/// <param name="Payloads">The files that findings are about.</param>
/// <param name="Chains">The certificate chains that findings are about.</param>
internal sealed record ReportWorld(
    RunView Run,
    IReadOnlyList<IncidentEvidence> Incidents,
    IReadOnlyList<Incident> Exposures,
    IReadOnlyList<ExposedHost> Inventory,
    IReadOnlyList<ReportPac> Pacs,
    IReadOnlyList<ReportPayload> Payloads,
    IReadOnlyList<ReportCertificateChain> Chains);

/// <summary>A proxy configuration.</summary>
/// <param name="Sha256">SHA-256 of its octets.</param>
/// <param name="Urls">Where it was fetched from.</param>
/// <param name="ServedBy">The host that served it.</param>
/// <param name="Readers">The hosts that fetched it.</param>
/// <param name="Lines">Its source; empty when it was not kept.</param>
/// <param name="IsCut">Whether the source goes on.</param>
/// <param name="Proxies">The proxies it names.</param>
/// <param name="Result">How its evaluation ended, or empty when nothing is known of it.</param>
/// <param name="Risks">What is risky about the whole of it, the worst first.</param>
/// <param name="Evaluation">What it answers for which hosts; empty when it was not evaluated.</param>
/// <param name="Difference">What differs from the version before, line by line, or empty.</param>
/// <param name="ChangedAnswers">For which hosts the version before answered otherwise, or empty.</param>
internal sealed record ReportPac(
    string Sha256,
    IReadOnlyList<string> Urls,
    string ServedBy,
    IReadOnlyList<string> Readers,
    IReadOnlyList<ReportPacLine> Lines,
    bool IsCut,
    IReadOnlyList<string> Proxies,
    string Result,
    IReadOnlyList<ReportPacRisk> Risks,
    IReadOnlyList<ReportPacRow> Evaluation,
    string Difference,
    string ChangedAnswers);

/// <summary>A line of a PAC and why it is risky; empty when it is not.</summary>
internal sealed record ReportPacLine(string Text, string Risk);

/// <summary>What is risky about a PAC, and whether that tells by itself.</summary>
internal sealed record ReportPacRisk(string Text, bool IsStrong);

/// <summary>What a PAC answers.</summary>
/// <param name="Hosts">The hosts of one kind that get this answer.</param>
/// <param name="Kind">Why they were asked for: "update", "bank", "internal", "asked" (by a victim) …</param>
/// <param name="Route">The answer: "DIRECT", "PROXY 10.0.0.66:3128".</param>
/// <param name="IsDiverted">Whether the answer leads through another host.</param>
internal sealed record ReportPacRow(IReadOnlyList<string> Hosts, string Kind, string Route, bool IsDiverted);

/// <summary>A file that was delivered, and what its signature is worth.</summary>
/// <param name="Url">Where it was fetched from.</param>
/// <param name="Kind">What it is: "a Windows program (PE)".</param>
/// <param name="Octets">Its length, or empty when not known.</param>
/// <param name="Sha256">SHA-256, or empty when it was not seen whole.</param>
/// <param name="DeliveredBy">The host that sent it.</param>
/// <param name="Receivers">The hosts that got it.</param>
/// <param name="Verdict">"signed by X, chain Y, invalid: Z".</param>
/// <param name="IsBad">Whether the signature is missing or not good.</param>
internal sealed record ReportPayload(
    string Url, string Kind, string Octets, string Sha256, string DeliveredBy, IReadOnlyList<string> Receivers, string Verdict, bool IsBad);

/// <summary>A certificate chain as a server showed it, or as a file carries it.</summary>
/// <param name="Host">The name it was shown for, or the URL of the file.</param>
/// <param name="ShownBy">The host that showed it.</param>
/// <param name="AtNs">Packet time, nanoseconds.</param>
/// <param name="IsBad">Whether something is wrong with it.</param>
/// <param name="Verdict">What was found, one sentence.</param>
/// <param name="Certificates">From the server's own to the last one shown.</param>
internal sealed record ReportCertificateChain(
    string Host, string ShownBy, long AtNs, bool IsBad, string Verdict, IReadOnlyList<ReportCertificate> Certificates);

/// <summary>One certificate of a chain.</summary>
/// <param name="Subject">Whom it names.</param>
/// <param name="Issuer">Who signed it.</param>
/// <param name="Serial">Its serial number, hexadecimal.</param>
/// <param name="Validity">From when to when.</param>
/// <param name="Signature">How it was signed.</param>
/// <param name="Sha256">Its fingerprint.</param>
/// <param name="Problems">What is wrong with it.</param>
internal sealed record ReportCertificate(
    string Subject, string Issuer, string Serial, string Validity, string Signature, string Sha256, IReadOnlyList<string> Problems);
