using Sensor.Detection.Certificates;

namespace Sensor.Detection.Authenticode;

/// <summary>
/// Checks an Authenticode signature: the digest over the file's own octets, the signature over that digest, the time stamp, the chain at that time
/// and for signing code, and signatures nested in it (which carry stronger hash functions for newer systems).
/// </summary>
internal static class AuthenticodeSignature
{
    /// <summary>Nested signatures looked at.</summary>
    private const int MaxNested = 8;

    private const string IndirectDataOid = "1.3.6.1.4.1.311.2.1.4", NestedOid = "1.3.6.1.4.1.311.2.4.1", TrustListOid = "1.3.6.1.4.1.311.10.1";
    private const string LifetimeOid = "1.3.6.1.4.1.311.10.3.13";

    /// <summary>Purposes under which trust lists and catalogues are signed beside that for code.</summary>
    private static readonly string[] ListPurposes = ["1.3.6.1.4.1.311.10.3.1", "1.3.6.1.4.1.311.10.3.6", "1.3.6.1.4.1.311.10.3.9", "1.3.6.1.4.1.311.10.3.30"];

    /// <summary>
    /// Checks the signature of <paramref name="parts"/> and those nested in it; empty when there is none. <paramref name="timeNs"/> counts where no
    /// time stamp can be believed.
    /// </summary>
    public static IEnumerable<SignatureVerdict> CheckAll(SignedParts parts, long timeNs, Authorities authorities)
    {
        if (parts.Signature.IsEmpty)
            yield break;
        if (CmsSignedData.Read(parts.Signature.Span) is not { } data)
        {
            yield return new SignatureVerdict { Faults = ["its signature cannot be read"] };
            yield break;
        }
        yield return Check(data, parts, timeNs, authorities);
        if (data.Signers.Count == 0)
            yield break;
        foreach (var nested in data.Signers[0].Unsigned(NestedOid).Take(MaxNested))
        {
            yield return CmsSignedData.Read(nested) is { } inner
                ? Check(inner, parts, timeNs, authorities)
                : new SignatureVerdict { Faults = ["a nested signature cannot be read"] };
        }
    }

    /// <summary>Checks signed data that stands alone, a catalogue or a trust list: there is no file to compare a digest with.</summary>
    public static SignatureVerdict CheckAlone(CmsSignedData data, long timeNs, Authorities authorities) => Check(data, null, timeNs, authorities);

    private static SignatureVerdict Check(CmsSignedData data, SignedParts? parts, long timeNs, Authorities authorities)
    {
        if (data.Signers.Count == 0)
            return new SignatureVerdict { Faults = ["it holds no signature"], Certificates = [.. data.Certificates] };
        var signer = data.Signers[0];
        var faults = new List<string>();
        var digest = parts is null ? signer.Digest : CompareDigest(data, parts, faults);
        if (!data.HasContent)
            faults.Add("what it signs is not in it");
        var timestamp = Timestamps.Find(signer, data.Certificates, authorities);
        var certificate = signer.FindCertificate(data.Certificates);
        ChainVerdict? chain = null;
        if (certificate is not null)
        {
            if (data.HasContent && signer.Check(certificate, data.ContentType, data.Content) is { } fault)
                faults.Add(fault);
            var isLifetime = certificate.Extensions.Purposes.Contains(LifetimeOid);
            var time = timestamp is { IsBelieved: true } && !isLifetime ? timestamp.TimeNs : timeNs;
            chain = CertificateChain.Judge(certificate, data.Certificates, time, new ChainPolicy
            {
                Purpose = IsListSigner(data, certificate) ? CertificatePurpose.Any : CertificatePurpose.CodeSigning,
                Authorities = authorities,
            });
        }
        return new SignatureVerdict
        {
            Signer = certificate,
            Chain = chain,
            Timestamp = timestamp,
            Digest = digest,
            Faults = [.. faults],
            Certificates = [.. data.Certificates],
        };
    }

    private static bool IsListSigner(CmsSignedData data, Certificate signer) =>
        data.ContentType == TrustListOid && signer.Extensions.Purposes.Any(ListPurposes.Contains);

    /// <summary>
    /// SpcIndirectDataContent ::= SEQUENCE { what is signed (page hashes may be in it), DigestInfo }: its digest must be the file's.
    /// </summary>
    private static DigestKind CompareDigest(CmsSignedData data, SignedParts parts, List<string> faults)
    {
        var reader = new DerReader(data.Content);
        if (data.ContentType != IndirectDataOid || !reader.TryRead(DerTag.Sequence, out _) || !reader.TryRead(DerTag.Sequence, out var info))
        {
            faults.Add("it is no signature of a file");
            return DigestKind.Unknown;
        }
        var inside = info.Inside;
        if (!AlgorithmIdentifier.TryRead(ref inside, out var algorithm) || !inside.TryRead(DerTag.OctetString, out var digest))
        {
            faults.Add("its digest cannot be read");
            return DigestKind.Unknown;
        }
        if (!algorithm.Digest.IsComputable())
            faults.Add($"its hash function {algorithm.Shown} is not known here");
        else if (!parts.MetadataAgree(algorithm.Digest) || !parts.Digest(algorithm.Digest).AsSpan().SequenceEqual(digest.Content))
            faults.Add("the digest does not match");
        return algorithm.Digest;
    }
}
