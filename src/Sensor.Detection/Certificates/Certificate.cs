using System.Security.Cryptography;

namespace Sensor.Detection.Certificates;

/// <summary>
/// An X.509 certificate, RFC 5280 section 4.1, read from its DER octets without the platform's store, policy or clock.
/// <code>
/// Certificate ::= SEQUENCE { tbsCertificate, signatureAlgorithm, signatureValue }
/// tbsCertificate ::= SEQUENCE { [0] version, serialNumber, signature, issuer, validity, subject, subjectPublicKeyInfo,
///                               [1] issuerUniqueID, [2] subjectUniqueID, [3] extensions }
/// </code>
/// </summary>
public sealed class Certificate
{
    /// <summary>Octets of the largest certificate that is read: what TLS stacks accept at most by default, times two.</summary>
    public const int MaxOctets = 64 * 1024;

    private Certificate(byte[] octets, byte[] toBeSigned)
    {
        Octets = octets;
        ToBeSigned = toBeSigned;
        Sha1 = Convert.ToHexString(DigestKind.Sha1.Compute(octets));
        Sha256 = Convert.ToHexString(SHA256.HashData(octets));
    }

    /// <summary>The whole certificate.</summary>
    public byte[] Octets { get; }

    /// <summary>What the signature covers: the encoded tbsCertificate.</summary>
    public byte[] ToBeSigned { get; }

    /// <summary>Thumbprint: SHA-1 of the whole, upper-case hexadecimal.</summary>
    public string Sha1 { get; }

    /// <summary>SHA-256 of the whole, upper-case hexadecimal.</summary>
    public string Sha256 { get; }

    /// <summary>Serial number, upper-case hexadecimal without leading zero octets.</summary>
    public string SerialNumber { get; private set; } = "";

    /// <summary>The serial number's contents as encoded, for comparing.</summary>
    public byte[] SerialOctets { get; private set; } = [];

    /// <summary>Who signed it.</summary>
    public DistinguishedName Issuer { get; private set; } = null!;

    /// <summary>Whose it is.</summary>
    public DistinguishedName Subject { get; private set; } = null!;

    /// <summary>First instant of validity, nanoseconds since 1970.</summary>
    public long NotBeforeNs { get; private set; }

    /// <summary>Last instant of validity, nanoseconds since 1970; what never ends is kept as the year 2261.</summary>
    public long NotAfterNs { get; private set; }

    /// <summary>The key.</summary>
    public PublicKey Key { get; private set; } = null!;

    /// <summary>The algorithm of the signature.</summary>
    public AlgorithmIdentifier SignatureAlgorithm { get; private set; } = null!;

    /// <summary>Whether the algorithm inside what is signed is another than the one outside, which no honest issuer writes.</summary>
    public bool HasTwoAlgorithms { get; private set; }

    /// <summary>The signature.</summary>
    public byte[] Signature { get; private set; } = [];

    /// <summary>Whether there is an issuerUniqueID or subjectUniqueID: practically never legitimate, and where collision blocks were hidden.</summary>
    public bool HasUniqueId { get; private set; }

    /// <summary>The extensions.</summary>
    public CertificateExtensions Extensions { get; private set; } = CertificateExtensions.None;

    /// <summary>Whether subject and issuer are one name.</summary>
    public bool IsSelfIssued => Subject.Equals(Issuer);

    /// <summary>Reads a certificate that fills <paramref name="octets"/> from its start; false when it is none.</summary>
    public static bool TryRead(ReadOnlySpan<byte> octets, out Certificate certificate)
    {
        certificate = null!;
        var outer = new DerReader(octets);
        if (!outer.TryRead(DerTag.Sequence, out var whole) || whole.Encoded.Length > MaxOctets)
            return false;
        var parts = whole.Inside;
        if (!parts.TryRead(DerTag.Sequence, out var signed) || !AlgorithmIdentifier.TryRead(ref parts, out var algorithm)
            || !parts.TryRead(DerTag.BitString, out var signature) || signature.Content.IsEmpty)
            return false;
        var read = new Certificate(whole.Encoded.ToArray(), signed.Encoded.ToArray())
        {
            SignatureAlgorithm = algorithm,
            Signature = signature.Content[1..].ToArray(),
        };
        if (!read.TryReadSigned(signed.Inside))
            return false;
        certificate = read;
        return true;
    }

    private bool TryReadSigned(DerReader parts)
    {
        parts.Skip(DerTag.Context0);
        if (!parts.TryRead(DerTag.Integer, out var serial) || !AlgorithmIdentifier.TryRead(ref parts, out var algorithm)
            || !parts.TryRead(out var issuer) || !DistinguishedName.TryRead(in issuer, out var issuerName)
            || !parts.TryRead(DerTag.Sequence, out var validity) || !parts.TryRead(out var subject)
            || !DistinguishedName.TryRead(in subject, out var subjectName) || !parts.TryRead(out var info)
            || !PublicKey.TryRead(in info, out var key))
            return false;
        var times = validity.Inside;
        if (!times.TryRead(out var first) || !times.TryRead(out var last)
            || !DerValues.TryReadTime(in first, out var notBefore) || !DerValues.TryReadTime(in last, out var notAfter))
            return false;
        (SerialNumber, SerialOctets) = (DerValues.Hexadecimal(serial.Content), serial.Content.ToArray());
        (Issuer, Subject, Key) = (issuerName, subjectName, key);
        (NotBeforeNs, NotAfterNs) = (notBefore, notAfter);
        HasTwoAlgorithms = algorithm.Oid != SignatureAlgorithm.Oid;
        while (parts.TryRead(out var optional))
        {
            HasUniqueId |= optional.Tag is 0x81 or 0x82 or 0xA1 or 0xA2;
            if (optional.Tag == DerTag.Context3)
                Extensions = CertificateExtensions.Read(optional.Inside);
        }
        return true;
    }

    /// <summary>Whether its signature was made by <paramref name="issuer"/>'s key.</summary>
    public SignatureOutcome CheckSignature(Certificate issuer) => SignatureCheck.Check(issuer.Key, SignatureAlgorithm, ToBeSigned, Signature);

    /// <summary>Whether it signed itself.</summary>
    public bool IsSelfSigned => IsSelfIssued && CheckSignature(this) != SignatureOutcome.Bad;
}
