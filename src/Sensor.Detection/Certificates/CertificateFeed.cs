using System.Collections.Immutable;
using Sensor.Core.Observations;
using Sensor.Detection.Authenticode;
using Sensor.Detection.Incidents;
using Sensor.Detection.Updates;

namespace Sensor.Detection.Certificates;

/// <summary>Certificates that somebody showed: a TLS server its chain, a signed file its signature's.</summary>
public sealed record CertificatesShown
{
    /// <summary>All certificates shown, the leaf first.</summary>
    public required ImmutableArray<Certificate> Certificates { get; init; }

    /// <summary>What the leaf is used for.</summary>
    public required CertificatePurpose Use { get; init; }

    /// <summary>The verdict about the leaf's chain, or null when there is none.</summary>
    public ChainVerdict? Verdict { get; init; }

    /// <summary>Where, for a sentence: "the program http://…" or "the TLS server sls.update.microsoft.com".</summary>
    public required string Where { get; init; }

    /// <summary>SHA-256 of the file that carries them, lower-case hexadecimal; empty when it is none.</summary>
    public string FileSha256 { get; init; } = "";

    /// <summary>The packet that showed them; its source is who showed them.</summary>
    public required Sighting At { get; init; }

    /// <summary>The frames that prove it.</summary>
    public required ImmutableArray<FrameReference> Frames { get; init; }

    /// <summary>The certificates of a signature in a file that was delivered.</summary>
    public static CertificatesShown ByFile(Payload payload, SignatureVerdict signature) => new()
    {
        Certificates = signature.Signer is null ? signature.Certificates
            : [signature.Signer, .. signature.Certificates.Where(certificate => certificate != signature.Signer)],
        Use = CertificatePurpose.CodeSigning,
        Verdict = signature.Chain,
        Where = $"{payload.Kind.Shown()} from {payload.Url}",
        FileSha256 = payload.Sha256,
        At = payload.At,
        Frames = payload.Frames,
    };
}

/// <summary>Is told of certificates that were shown.</summary>
public interface IObserveCertificates
{
    /// <summary>Somebody showed certificates.</summary>
    void Observe(CertificatesShown shown);
}

/// <summary>
/// Where certificates are shown, whoever found them, and handed to the detectors that judge them. A TLS analyzer calls <see cref="Show"/>
/// with a server's chain, the payload store with those of signed files.
/// </summary>
public sealed class CertificateFeed
{
    private readonly List<IObserveCertificates> _observers = [];

    /// <summary>Tells <paramref name="observer"/> of all certificates.</summary>
    public void Subscribe(IObserveCertificates observer) => _observers.Add(observer);

    /// <summary>Certificates were shown.</summary>
    public void Show(CertificatesShown shown)
    {
        if (shown.Certificates.IsEmpty)
            return;
        foreach (var observer in _observers)
            observer.Observe(shown);
    }
}
