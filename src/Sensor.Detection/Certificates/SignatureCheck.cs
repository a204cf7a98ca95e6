namespace Sensor.Detection.Certificates;

/// <summary>What came out of checking one signature.</summary>
public enum SignatureOutcome : byte
{
    /// <summary>The key made it.</summary>
    Good,

    /// <summary>The key did not make it, or the octets were changed.</summary>
    Bad,

    /// <summary>It could not be checked: an algorithm or a key that is not known here.</summary>
    Unchecked,
}

/// <summary>Checks signatures over octets.</summary>
public static class SignatureCheck
{
    /// <summary>
    /// Checks <paramref name="signature"/> over <paramref name="octets"/>. <paramref name="digest"/> counts where the algorithm names only the key
    /// (CMS, RFC 5652 section 10.1.2).
    /// </summary>
    public static SignatureOutcome Check(
        PublicKey key, AlgorithmIdentifier algorithm, ReadOnlySpan<byte> octets, ReadOnlySpan<byte> signature, DigestKind digest = DigestKind.Unknown)
    {
        if (!key.IsUsable)
            return SignatureOutcome.Unchecked;
        var isRsa = key.Oid.StartsWith("1.2.840.113549.1.1.", StringComparison.Ordinal);
        if (algorithm.Signature == SignatureKind.RsaPss)
            return isRsa ? CheckPss(key, algorithm.Parameters, octets, signature) : SignatureOutcome.Bad;
        var kind = algorithm.Digest != DigestKind.Unknown ? algorithm.Digest : digest;
        if (!kind.IsComputable() || algorithm.Signature == SignatureKind.Unknown)
            return SignatureOutcome.Unchecked;
        if (isRsa != (algorithm.Signature == SignatureKind.RsaPkcs1))
            return SignatureOutcome.Bad;
        var value = kind.Compute(octets);
        return Outcome(isRsa ? key.VerifiesPkcs1(kind, value, signature) : key.VerifiesEcdsa(value, signature));
    }

    /// <summary>Reads RSASSA-PSS-params, RFC 8017 appendix A.2.3; what is left out is SHA-1, MGF1 with SHA-1 and a salt of 20 octets.</summary>
    private static SignatureOutcome CheckPss(PublicKey key, ReadOnlySpan<byte> parameters, ReadOnlySpan<byte> octets, ReadOnlySpan<byte> signature)
    {
        var (kind, mask, salt) = (DigestKind.Sha1, DigestKind.Sha1, 20);
        var outer = new DerReader(parameters);
        if (outer.TryRead(DerTag.Sequence, out var sequence))
        {
            var reader = sequence.Inside;
            if (reader.TryRead(DerTag.Context0, out var hash))
                kind = DigestOf(hash.Inside);
            if (reader.TryRead(DerTag.Context1, out var generator))
                mask = MaskOf(generator.Inside);
            if (reader.TryRead(DerTag.Context2, out var length))
                salt = SaltOf(length.Inside);
        }
        if (!kind.IsComputable() || !mask.IsComputable())
            return SignatureOutcome.Unchecked;
        return Outcome(key.VerifiesPss(kind, mask, salt, kind.Compute(octets), signature));
    }

    private static DigestKind DigestOf(DerReader reader) =>
        AlgorithmIdentifier.TryRead(ref reader, out var algorithm) ? algorithm.Digest : DigestKind.Unknown;

    private static DigestKind MaskOf(DerReader reader) =>
        AlgorithmIdentifier.TryRead(ref reader, out var algorithm) && algorithm.Oid == "1.2.840.113549.1.1.8"
            ? DigestOf(new DerReader(algorithm.Parameters)) : DigestKind.Unknown;

    private static int SaltOf(DerReader reader) => reader.TryRead(DerTag.Integer, out var salt) ? DerValues.SmallInteger(salt.Content) : -1;

    private static SignatureOutcome Outcome(bool isGood) => isGood ? SignatureOutcome.Good : SignatureOutcome.Bad;
}
