using Sensor.Core.Observations;
using Sensor.Detection.Certificates;
using Sensor.Detection.Incidents;

namespace Sensor.Detection.Detectors;

/// <summary>A certificate is used for what it was not issued for.</summary>
public sealed class CertificateMisused : ICatalogedDetector, IObserveCertificates
{
    private readonly DetectionContext _context;

    private CertificateMisused(DetectionContext context) => _context = context;

    /// <inheritdoc/>
    public static DetectorInfo Info { get; } = new()
    {
        Id = "certificate-misused",
        Sid = 1505,
        Severity = Severity.High,
        Stage = Stage.Payload,
        Techniques = ["T1553.002"],
        Title = "A certificate used for what it was not issued for",
        Attack = "A certificate that was given out for something harmless - a terminal-server licence, a client, a mail box - is used "
            + "to sign "
            + "programs, or to sign further certificates. Old systems looked only at the chain, not at the purpose.",
        Seen = "A file's signature whose leaf has Microsoft's licensing extension (1.3.6.1.4.1.311.18, critical in the certificates of "
            + "2012), has "
            + "an extended key usage without code signing, or names no purpose at all; a critical extension that is not understood; a "
            + "certificate "
            + "that signed another although it is no authority. For TLS servers the same with the purpose of servers.",
        Benign = "Old private tools are signed with home-made certificates that name no purpose: possible only, unless the name is "
            + "Microsoft's or "
            + "the file is for an update host.",
        Limits = "Purposes are read from the certificate; what its authority promised besides is not known.",
        Verify = "'sensor verify -v' on the exported file; openssl x509 -text shows key usage and extended key usage.",
        Stop = "Treat the program as hostile. Withdraw the certificate if it is yours; remove the authority from the stores of clients "
            + "if it "
            + "should never have signed code.",
        References = ["MITRE ATT&CK T1553.002", "RFC 5280 section 4.2", "KB2718704"],
    };

    /// <inheritdoc/>
    public static IDetector Create(DetectionContext context) => new CertificateMisused(context);

    /// <inheritdoc/>
    public void Subscribe(ObservationBus bus) => _context.Certificates.Subscribe(this);

    /// <inheritdoc/>
    public void Observe(CertificatesShown shown)
    {
        var leaf = shown.Certificates[0];
        if (shown.Use == CertificatePurpose.CodeSigning && leaf.Extensions.HasLicensing)
        {
            Raise(shown, leaf, Severity.High, Confidence.Certain, $"the licensing certificate of {leaf.Subject.Shown} signs a program");
            return;
        }
        foreach (var problem in shown.Verdict?.Problems ?? [])
        {
            var certificate = problem.Certificate ?? leaf;
            var isServer = shown.Use == CertificatePurpose.Server;
            // Servers inside a house show home-made chains, whose roots often do not say that they are authorities; an issued certificate
            // that issues another is no such neglect.
            if (problem.Kind == ChainProblemKind.NoAuthority)
                Raise(shown, certificate, isServer && certificate.IsSelfSigned ? Severity.Low : Severity.High,
                    !isServer ? Confidence.Certain : certificate.IsSelfSigned ? Confidence.Possible : Confidence.Likely, problem.Text);
            else if (problem.Kind == ChainProblemKind.UnknownCritical)
                Raise(shown, certificate, isServer ? Severity.Medium : Severity.High, isServer ? Confidence.Possible : Confidence.Likely, problem.Text);
            else if (problem.Kind == ChainProblemKind.WrongPurpose)
                Raise(shown, certificate, SeverityOf(shown, certificate), ConfidenceOf(shown, certificate), problem.Text);
            else
                continue;
            return;
        }
    }

    private static bool NamesMicrosoft(Certificate certificate) =>
        certificate.Issuer.Text.Contains("Microsoft", StringComparison.OrdinalIgnoreCase)
        || certificate.Subject.Text.Contains("Microsoft", StringComparison.OrdinalIgnoreCase);

    private static Severity SeverityOf(CertificatesShown shown, Certificate certificate) =>
        shown.Use == CertificatePurpose.Server ? Severity.Low
        : certificate.Extensions.HasPurposes || NamesMicrosoft(certificate) ? Severity.High : Severity.Medium;

    /// <summary>A purpose that excludes the use is a clear word; none at all is what home-made certificates have.</summary>
    private static Confidence ConfidenceOf(CertificatesShown shown, Certificate certificate) =>
        shown.Use == CertificatePurpose.Server ? Confidence.Possible
        : NamesMicrosoft(certificate) ? Confidence.Certain
        : certificate.Extensions.HasPurposes ? Confidence.Likely : Confidence.Possible;

    private void Raise(CertificatesShown shown, Certificate certificate, Severity severity, Confidence confidence, string reason) =>
        CertificateFindings.Raise(_context, Info, shown, certificate, new(severity, confidence, reason,
            "The program is one of your own, signed with a home-made certificate."));
}
