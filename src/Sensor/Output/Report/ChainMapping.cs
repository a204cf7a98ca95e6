using System.Text;
using Sensor.Detection.Certificates;
using Sensor.Detection.Incidents;
using Sensor.Evidence;

namespace Sensor.Output.Report;

/// <summary>The certificate chains behind findings: of the TLS servers and of the signatures in files that they name.</summary>
internal static class ChainMapping
{
    /// <summary>Chains shown.</summary>
    private const int MostChains = 64;

    /// <summary>The chains, each once, in the order of the findings.</summary>
    public static IReadOnlyList<ReportCertificateChain> Of(IEnumerable<Finding> findings, CaseContents contents) =>
    [
        .. findings.SelectMany(finding => OfServer(finding, contents).Concat(OfFiles(finding, contents)))
            .DistinctBy(chain => (chain.Host, chain.ShownBy, chain.Certificates is [var leaf, ..] ? leaf.Sha256 : "")).Take(MostChains),
    ];

    private static IEnumerable<ReportCertificateChain> OfServer(Finding finding, CaseContents contents)
    {
        if (contents.Chains.Find(ReportMapping.First(finding, "certificate_sha256")) is not { } shown)
            return [];
        var product = contents.Updates.Catalog.FindJudged(Encoding.Latin1.GetBytes(shown.ServerName));
        var verdict = CertificateChain.Judge(shown.Certificates, shown.At.TimestampNs, new ChainPolicy
        {
            Purpose = CertificatePurpose.Server,
            Host = shown.ServerName.Length > 0 ? shown.ServerName : null,
            ExpectedIssuers = product?.Issuers ?? [],
        });
        var host = shown.ServerName.Length > 0 ? shown.ServerName : shown.At.Source.ToString();
        return [Chain(host, HostText.Whole(finding.Suspect), shown.At.TimestampNs, verdict, verdict.Shown)];
    }

    private static IEnumerable<ReportCertificateChain> OfFiles(Finding finding, CaseContents contents) =>
        PayloadBodies.HashesIn(finding).Select(contents.Payloads.Find).OfType<PayloadBody>()
            .SelectMany(body => body.Payload.Verdict?.Signatures ?? [], (body, signature) => (body.Payload, Signature: signature))
            .Where(signed => signed.Signature.Chain is not null)
            .Select(signed => Chain(
                signed.Payload.Url, HostText.Whole(finding.Suspect), signed.Payload.At.TimestampNs, signed.Signature.Chain!,
                signed.Signature.Shown));

    private static ReportCertificateChain Chain(string host, string shownBy, long atNs, ChainVerdict verdict, string shown) => new(
        host, shownBy, atNs, verdict.Standing == Standing.Invalid || shown.Contains("invalid: ", StringComparison.Ordinal), shown,
        [.. verdict.Path.Select((certificate, place) => Certificate(certificate, verdict, place == verdict.Path.Length - 1))]);

    private static ReportCertificate Certificate(Certificate certificate, ChainVerdict verdict, bool isLast) => new(
        certificate.Subject.Text, certificate.Issuer.Text, certificate.SerialNumber,
        $"{DerValues.Day(certificate.NotBeforeNs)} to {DerValues.Day(certificate.NotAfterNs)}", certificate.SignatureAlgorithm.Shown,
        certificate.Sha256.ToLowerInvariant(),
        [
            .. verdict.Problems.Where(problem => ReferenceEquals(problem.Certificate, certificate) || (isLast && problem.Certificate is null))
                .Select(problem => problem.Text),
        ]);
}
