using Sensor.Core.Observations;
using Sensor.Detection.Certificates;
using Sensor.Detection.Incidents;

namespace Sensor.Detection.Detectors;

/// <summary>A certificate on the built-in revocation list was shown.</summary>
public sealed class RevokedCertificate : ICatalogedDetector, IObserveCertificates
{
    private readonly DetectionContext _context;

    private RevokedCertificate(DetectionContext context) => _context = context;

    /// <inheritdoc/>
    public static DetectorInfo Info { get; } = new()
    {
        Id = "revoked-certificate",
        Sid = 1504,
        Severity = Severity.Critical,
        Stage = Stage.Payload,
        Techniques = ["T1553.002"],
        Title = "A certificate that was withdrawn because it was forged or misused",
        Attack = "The rogue updates of 2012 were signed under Microsoft's terminal-server licensing authorities, which every Windows "
            + "trusted. The "
            + "authorities were withdrawn (KB2718704); what still shows up under them is an attack, or an old sample of it.",
        Seen = "Any certificate of a TLS server's chain or of a file's signature whose SHA-1 thumbprint, or serial number and issuer, "
            + "is on the "
            + "built-in list, or that names a withdrawn authority as its issuer.",
        Benign = "Researchers move samples around: only the fetch of such a file is seen, not why. Old licensing certificates are never "
            + "used for "
            + "TLS servers or programs.",
        Limits = "The list is short and built in: it is no replacement for CRLs and OCSP. Certificates inside TLS 1.3 are not visible.",
        Verify = "Export the file and run 'sensor verify -v': the chain shows thumbprints and serial numbers.",
        Stop = "Take both hosts off the network; the client may already run the program. Install KB2718704 (it moves the three "
            + "authorities to the "
            + "untrusted store), and disallow MD5 signatures.",
        References = ["MITRE ATT&CK T1553.002", "KB2718704", "Flame malware collision attack explained (MSRC, 2012)"],
    };

    /// <inheritdoc/>
    public static IDetector Create(DetectionContext context) => new RevokedCertificate(context);

    /// <inheritdoc/>
    public void Subscribe(ObservationBus bus) => _context.Certificates.Subscribe(this);

    /// <inheritdoc/>
    public void Observe(CertificatesShown shown)
    {
        foreach (var certificate in shown.Certificates)
        {
            if (RevocationList.ReasonFor(certificate) is { } reason)
                CertificateFindings.Raise(_context, Info, shown, certificate, new(Severity.Critical, Confidence.Certain,
                    $"the certificate of {certificate.Subject.Shown} is withdrawn: {reason}",
                    "The file is a known sample that a researcher moved on purpose."));
        }
    }
}
