namespace Sensor.Detection.Certificates;

/// <summary>Hash functions that certificates and signatures use.</summary>
public enum DigestKind : byte
{
    /// <summary>One that is not known here.</summary>
    Unknown,

    /// <summary>MD2, RFC 1319: never computed.</summary>
    Md2,

    /// <summary>MD5, RFC 1321.</summary>
    Md5,

    /// <summary>SHA-1.</summary>
    Sha1,

    /// <summary>SHA-256.</summary>
    Sha256,

    /// <summary>SHA-384.</summary>
    Sha384,

    /// <summary>SHA-512.</summary>
    Sha512,
}

/// <summary>How a signature is made.</summary>
public enum SignatureKind : byte
{
    /// <summary>A way that is not known here.</summary>
    Unknown,

    /// <summary>RSASSA-PKCS1-v1_5, RFC 8017 section 8.2.</summary>
    RsaPkcs1,

    /// <summary>RSASSA-PSS, RFC 8017 section 8.1.</summary>
    RsaPss,

    /// <summary>ECDSA, RFC 5758 section 3.2.</summary>
    Ecdsa,
}

/// <summary>An AlgorithmIdentifier (RFC 5280 section 4.1.1.2): what is called by its object identifier, and its parameters.</summary>
public sealed class AlgorithmIdentifier
{
    private AlgorithmIdentifier(string oid, byte[] parameters)
    {
        Oid = oid;
        Parameters = parameters;
    }

    /// <summary>Object identifier.</summary>
    public string Oid { get; }

    /// <summary>The encoded parameters, or none.</summary>
    public byte[] Parameters { get; }

    /// <summary>The hash function of a digest algorithm, or of a signature algorithm that names one.</summary>
    public DigestKind Digest => Oid switch
    {
        "1.2.840.113549.2.2" or "1.2.840.113549.1.1.2" => DigestKind.Md2,
        // The OIW identifier of 1991 for "MD5 with RSA" is what the forged licensing certificates of 2010 carry.
        "1.2.840.113549.2.5" or "1.2.840.113549.1.1.4" or "1.3.14.3.2.3" or "1.3.14.3.2.25" => DigestKind.Md5,
        "1.3.14.3.2.26" or "1.2.840.113549.1.1.5" or "1.3.14.3.2.29" or "1.3.14.3.2.15" or "1.2.840.10045.4.1" => DigestKind.Sha1,
        "2.16.840.1.101.3.4.2.1" or "1.2.840.113549.1.1.11" or "1.2.840.10045.4.3.2" => DigestKind.Sha256,
        "2.16.840.1.101.3.4.2.2" or "1.2.840.113549.1.1.12" or "1.2.840.10045.4.3.3" => DigestKind.Sha384,
        "2.16.840.1.101.3.4.2.3" or "1.2.840.113549.1.1.13" or "1.2.840.10045.4.3.4" => DigestKind.Sha512,
        _ => DigestKind.Unknown,
    };

    /// <summary>How the signature is made; keys' own identifiers (rsaEncryption, id-ecPublicKey) count too, as CMS allows.</summary>
    public SignatureKind Signature => Oid switch
    {
        "1.2.840.113549.1.1.10" => SignatureKind.RsaPss,
        "1.3.14.3.2.3" or "1.3.14.3.2.25" or "1.3.14.3.2.29" or "1.3.14.3.2.15" => SignatureKind.RsaPkcs1,
        _ when Oid.StartsWith("1.2.840.113549.1.1.", StringComparison.Ordinal) => SignatureKind.RsaPkcs1,
        "1.2.840.10045.2.1" => SignatureKind.Ecdsa,
        _ when Oid.StartsWith("1.2.840.10045.4.", StringComparison.Ordinal) => SignatureKind.Ecdsa,
        _ => SignatureKind.Unknown,
    };

    /// <summary>How it is called in a sentence.</summary>
    public string Shown => Oid switch
    {
        "1.2.840.113549.1.1.1" => "RSA",
        "1.2.840.113549.1.1.4" => "MD5 with RSA",
        "1.3.14.3.2.3" => "MD5 with RSA (OIW)",
        "1.2.840.113549.1.1.10" => "RSASSA-PSS",
        _ when Digest != DigestKind.Unknown && Signature == SignatureKind.RsaPkcs1 => $"{Digest.Shown()} with RSA",
        _ when Digest != DigestKind.Unknown && Signature == SignatureKind.Ecdsa => $"{Digest.Shown()} with ECDSA",
        _ when Digest != DigestKind.Unknown => Digest.Shown(),
        _ => Oid,
    };

    /// <summary>Reads one; false when its structure is not one.</summary>
    public static bool TryRead(ref DerReader reader, out AlgorithmIdentifier algorithm)
    {
        algorithm = null!;
        if (!reader.TryRead(DerTag.Sequence, out var sequence))
            return false;
        var inside = sequence.Inside;
        if (!inside.TryRead(DerTag.ObjectIdentifier, out var oid))
            return false;
        algorithm = new AlgorithmIdentifier(DerValues.ObjectIdentifier(oid.Content), inside.Rest.ToArray());
        return true;
    }
}
