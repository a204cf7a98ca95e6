using Sensor.Core.Observations;
using Sensor.Detection.Certificates;
using Sensor.Detection.Collisions;
using Sensor.Detection.Incidents;

namespace Sensor.Detection.Detectors;

/// <summary>
/// A certificate that carries the trace of an MD5 collision, or was signed with MD5 when no honest authority did so any more.
/// </summary>
public sealed class CollisionCertificate : ICatalogedDetector, IObserveCertificates
{
    private readonly DetectionContext _context;

    private CollisionCertificate(DetectionContext context) => _context = context;

    /// <inheritdoc/>
    public static DetectorInfo Info { get; } = new()
    {
        Id = "collision-certificate",
        Sid = 1506,
        Severity = Severity.Critical,
        Stage = Stage.Payload,
        Techniques = ["T1553"],
        Title = "A certificate forged by an MD5 collision, or signed with MD5 after 2009",
        Attack = "Two certificates with the same MD5 hash share one signature: an authority signs the harmless one, the attacker "
            + "carries the "
            + "signature over to the other. So Flame turned a licensing certificate into one that signs code for every Windows.",
        Seen = "The to-be-signed octets of every MD5-signed certificate in a TLS chain or a file's signature are searched for "
            + "near-collision "
            + "blocks (counter-cryptanalysis): for every block and every difference that published attacks use, the missing sibling is "
            + "computed "
            + "from the middle of the block; if both end in the same value, the certificate is one half of a collision, without any doubt. "
            + "Cheaper: an MD5 signature of 2009 or later that is not the certificate's own.",
        Benign = "Old self-signed MD5 roots and certificates from before 2009 are quiet: their signatures are never relied on, or were "
            + "made when "
            + "that was usual. MD5 certificates of old appliances' private authorities in TLS are recorded as possible.",
        Limits = "Finds the attacks whose message differences are in its table (docs/COLLISIONS.md lists them, and what was proven). SHA-1 "
            + "collisions are not searched for. Certificates inside TLS 1.3 are not visible.",
        Verify = "'sensor verify -v' on the exported file names the block and the difference. openssl x509 -text shows the signature "
            + "algorithm "
            + "and the odd field that hides the blocks (often issuerUniqueID).",
        Stop = "Treat whatever it signs as hostile; withdraw the authority that still signs with MD5. Windows: KB2661254 and KB2862973 "
            + "refuse "
            + "MD5 in code-signing chains.",
        References = ["Stevens: Counter-cryptanalysis, CRYPTO 2013",
            "Fillinger, Stevens: Reverse-engineering of the cryptanalytic attack used in the Flame super-malware, ASIACRYPT 2015",
            "MITRE ATT&CK T1553"],
    };

    /// <inheritdoc/>
    public static IDetector Create(DetectionContext context) => new CollisionCertificate(context);

    /// <inheritdoc/>
    public void Subscribe(ObservationBus bus) => _context.Certificates.Subscribe(this);

    /// <inheritdoc/>
    public void Observe(CertificatesShown shown)
    {
        foreach (var certificate in shown.Certificates)
        {
            var digest = certificate.SignatureAlgorithm.Digest;
            if (!digest.IsBroken())
                continue;
            if (CertificateCollision.Find(certificate) is { } trace)
            {
                Raise(shown, certificate, Severity.Critical, Confidence.Certain,
                    $"the certificate of {certificate.Subject.Shown} carries the trace of an MD5 collision ({trace.Shown})");
            }
            else if (certificate.NotBeforeNs >= CertificateRules.Md5EndNs && !certificate.IsSelfSigned)
            {
                var isServer = shown.Use == CertificatePurpose.Server;
                Raise(shown, certificate, isServer ? Severity.Medium : Severity.Critical, isServer ? Confidence.Possible
                    : Confidence.Likely,
                    $"the certificate of {certificate.Subject.Shown} was signed with {digest.Shown()} in "
                    + DerValues.Day(certificate.NotBeforeNs)[..4]);
            }
        }
    }

    private void Raise(CertificatesShown shown, Certificate certificate, Severity severity, Confidence confidence, string reason) =>
        CertificateFindings.Raise(_context, Info, shown, certificate, new(severity, confidence, reason,
            "A private authority of yours still signs with MD5, and this certificate is known to it."));
}
