using Sensor.Detection.Certificates;
using Sensor.Detection.Incidents;

namespace Sensor.Detection.Detectors;

/// <summary>What is wrong with a certificate that was shown.</summary>
/// <param name="Severity">How bad.</param>
/// <param name="Confidence">How sure.</param>
/// <param name="Reason">Why, as the end of a sentence.</param>
/// <param name="RefutedBy">What would show that it is harmless.</param>
internal readonly record struct CertificateFault(Severity Severity, Confidence Confidence, string Reason, string RefutedBy);

/// <summary>How findings about certificates are told: all alike, whoever showed them.</summary>
internal static class CertificateFindings
{
    /// <summary>Tells <paramref name="fault"/> about <paramref name="certificate"/>; a repeat is counted.</summary>
    public static void Raise(
        DetectionContext context, DetectorInfo detector, CertificatesShown shown, Certificate certificate, in CertificateFault fault)
    {
        var server = context.Hosts.SenderOf(shown.At);
        var victim = context.Hosts.ReceiverOf(shown.At);
        var subject = Wording.Subject(certificate.Sha256);
        if (context.Incidents.CountRepeat(new(detector.Sid, server.Id, victim?.Id ?? 0, subject), fault.Severity, fault.Confidence,
            shown.At))
            return;
        context.Incidents.Raise(new Finding
        {
            Detector = detector,
            Severity = fault.Severity,
            Confidence = fault.Confidence,
            Suspect = server,
            Victim = victim,
            Subject = subject,
            At = shown.At,
            Frames = Judgement.InOrder([.. shown.Frames]),
            Summary = $"{Wording.Pair(shown.At.Source, shown.At.SourceMac)} showed {shown.At.Destination} {shown.Where}: {fault.Reason}.",
            RefutedBy = fault.RefutedBy,
            NextSteps =
            [
                $"Find out what {shown.At.Destination} did with it: a program may have run, a connection may have been read.",
                $"Look at why {shown.At.Destination} came to {shown.At.Source}: a proxy, a name answer, a route.",
                "Keep the certificate (its thumbprint is in the metadata) and search for it elsewhere.",
            ],
            Metadata =
            [
                new("certificate_subject", certificate.Subject.Text),
                new("certificate_issuer", certificate.Issuer.Text),
                new("certificate_serial", certificate.SerialNumber.Length > 128 ? certificate.SerialNumber[..128]
                    : certificate.SerialNumber),
                new("certificate_sha1", certificate.Sha1),
                new("certificate_sha256", certificate.Sha256),
                new("certificate_validity", $"{DerValues.Day(certificate.NotBeforeNs)} to {DerValues.Day(certificate.NotAfterNs)}"),
                new("certificate_signature", certificate.SignatureAlgorithm.Shown),
                .. shown.Verdict is { } verdict
                    ? [new KeyValuePair<string, string>("certificate_chain", $"{verdict.PathShown}: {verdict.Shown}")]
                    : Array.Empty<KeyValuePair<string, string>>(),
                .. shown.FileSha256.Length > 0
                    ? [new KeyValuePair<string, string>("payload_sha256", shown.FileSha256)]
                    : Array.Empty<KeyValuePair<string, string>>(),
            ],
        });
    }
}
