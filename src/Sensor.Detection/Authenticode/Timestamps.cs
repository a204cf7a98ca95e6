using Sensor.Detection.Certificates;

namespace Sensor.Detection.Authenticode;

/// <summary>
/// Time stamps in a signer's unsigned attributes: RFC 3161 tokens, and the counter-signatures of older Authenticode (PKCS #9 section 6). Both cover
/// the signature, so they prove that it existed at that time.
/// </summary>
internal static class Timestamps
{
    private const string TokenOid = "1.3.6.1.4.1.311.3.3.1", CounterSignatureOid = "1.2.840.113549.1.9.6";
    private const string TokenInfoOid = "1.2.840.113549.1.9.16.1.4", SigningTimeOid = "1.2.840.113549.1.9.5";

    /// <summary>The time stamp of <paramref name="signer"/>, null when it has none; one that is believed before one that is not.</summary>
    public static TimestampVerdict? Find(CmsSigner signer, IReadOnlyList<Certificate> certificates, Authorities authorities)
    {
        TimestampVerdict? first = null;
        foreach (var value in signer.Unsigned(TokenOid))
        {
            var verdict = CheckToken(value, signer.Signature, certificates, authorities);
            if (verdict.IsBelieved)
                return verdict;
            first ??= verdict;
        }
        foreach (var value in signer.Unsigned(CounterSignatureOid))
        {
            var verdict = CheckCounterSignature(value, signer.Signature, certificates, authorities);
            if (verdict.IsBelieved)
                return verdict;
            first ??= verdict;
        }
        return first;
    }

    private static TimestampVerdict CheckToken(
        ReadOnlySpan<byte> octets, ReadOnlySpan<byte> signature, IReadOnlyList<Certificate> certificates, Authorities authorities)
    {
        if (CmsSignedData.Read(octets) is not { Signers.Count: 1 } token || token.ContentType != TokenInfoOid)
            return new TimestampVerdict(0, null, "it cannot be read");
        if (!TryReadInfo(token.Content, out var digest, out var imprint, out var time))
            return new TimestampVerdict(0, null, "its content cannot be read");
        if (!digest.IsComputable() || !digest.Compute(signature).AsSpan().SequenceEqual(imprint))
            return new TimestampVerdict(time, null, "it is of another signature");
        IReadOnlyList<Certificate> known = [.. token.Certificates, .. certificates];
        var authority = token.Signers[0].FindCertificate(known);
        if (authority is null)
            return new TimestampVerdict(time, null, "its signer's certificate is not there");
        return new TimestampVerdict(time, Judge(authority, known, time, authorities), token.Signers[0].Check(authority, TokenInfoOid, token.Content));
    }

    private static TimestampVerdict CheckCounterSignature(
        ReadOnlySpan<byte> octets, ReadOnlySpan<byte> signature, IReadOnlyList<Certificate> certificates, Authorities authorities)
    {
        var outer = new DerReader(octets);
        if (!outer.TryRead(DerTag.Sequence, out var info) || !CmsSigner.TryRead(info.Inside, out var counter))
            return new TimestampVerdict(0, null, "it cannot be read");
        var reader = new DerReader(counter.Signed(SigningTimeOid));
        if (!reader.TryRead(out var value) || !DerValues.TryReadTime(in value, out var time))
            return new TimestampVerdict(0, null, "it states no time");
        if (counter.FindCertificate(certificates) is not { } authority)
            return new TimestampVerdict(time, null, "its signer's certificate is not there");
        return new TimestampVerdict(time, Judge(authority, certificates, time, authorities), counter.Check(authority, null, signature));
    }

    private static ChainVerdict Judge(Certificate leaf, IReadOnlyList<Certificate> others, long time, Authorities authorities) =>
        CertificateChain.Judge(leaf, others, time, new ChainPolicy { Purpose = CertificatePurpose.TimeStamping, Authorities = authorities });

    /// <summary>TSTInfo, RFC 3161 section 2.4.2. The content is that of its OCTET STRING.</summary>
    private static bool TryReadInfo(ReadOnlySpan<byte> content, out DigestKind digest, out byte[] imprint, out long time)
    {
        (digest, imprint, time) = (DigestKind.Unknown, [], 0);
        var outer = new DerReader(content);
        if (!outer.TryRead(DerTag.Sequence, out var info))
            return false;
        var parts = info.Inside;
        if (!parts.TryRead(DerTag.Integer, out _) || !parts.TryRead(DerTag.ObjectIdentifier, out _) || !parts.TryRead(DerTag.Sequence, out var message))
            return false;
        var inside = message.Inside;
        if (!AlgorithmIdentifier.TryRead(ref inside, out var algorithm) || !inside.TryRead(DerTag.OctetString, out var value))
            return false;
        (digest, imprint) = (algorithm.Digest, value.Content.ToArray());
        return parts.TryRead(DerTag.Integer, out _) && parts.TryRead(DerTag.GeneralizedTime, out var stated) && DerValues.TryReadTime(in stated, out time);
    }
}
