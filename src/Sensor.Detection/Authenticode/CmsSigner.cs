using Sensor.Detection.Certificates;

namespace Sensor.Detection.Authenticode;

/// <summary>
/// One signer of signed data, RFC 5652 section 5.3.
/// <code>
/// SignerInfo ::= SEQUENCE { version, sid (issuer and serial number, or [0] key identifier), digestAlgorithm, [0] signedAttrs,
///                           signatureAlgorithm, signature, [1] unsignedAttrs }
/// </code>
/// </summary>
public sealed class CmsSigner
{
    /// <summary>Attributes read of each kind.</summary>
    private const int MaxAttributes = 32;

    private const string ContentTypeOid = "1.2.840.113549.1.9.3", MessageDigestOid = "1.2.840.113549.1.9.4";

    private readonly List<(string Oid, byte[] Value)> _signed = [], _unsigned = [];
    private byte[] _issuer = [], _serial = [], _keyId = [], _signedOctets = [];
    private AlgorithmIdentifier _digest = null!, _algorithm = null!;

    /// <summary>The signature, which time stamps cover.</summary>
    public byte[] Signature { get; private set; } = [];

    /// <summary>The hash function.</summary>
    public DigestKind Digest => _digest.Digest;

    /// <summary>The hash function's name.</summary>
    public string DigestShown => _digest.Shown;

    /// <summary>Values of the attributes that are not signed: time stamps, nested signatures.</summary>
    public IEnumerable<byte[]> Unsigned(string oid) => _unsigned.Where(attribute => attribute.Oid == oid).Select(attribute => attribute.Value);

    /// <summary>The first value of a signed attribute, or null.</summary>
    public byte[]? Signed(string oid) => _signed.Find(attribute => attribute.Oid == oid).Value;

    /// <summary>Reads what is inside a SignerInfo.</summary>
    public static bool TryRead(DerReader parts, out CmsSigner signer)
    {
        signer = new CmsSigner();
        if (!parts.TryRead(DerTag.Integer, out _) || !signer.TryReadIdentifier(ref parts)
            || !AlgorithmIdentifier.TryRead(ref parts, out signer._digest))
            return false;
        if (parts.TryRead(DerTag.Context0, out var signed))
        {
            // What is signed is the SET OF, RFC 5652 section 5.4, not the [0] that stands in its place.
            signer._signedOctets = signed.Encoded.ToArray();
            signer._signedOctets[0] = DerTag.Set;
            ReadAttributes(signed.Inside, signer._signed);
        }
        if (!AlgorithmIdentifier.TryRead(ref parts, out signer._algorithm) || !parts.TryRead(DerTag.OctetString, out var signature))
            return false;
        signer.Signature = signature.Content.ToArray();
        if (parts.TryRead(DerTag.Context1, out var unsigned))
            ReadAttributes(unsigned.Inside, signer._unsigned);
        return true;
    }

    /// <summary>The signer's certificate among <paramref name="certificates"/>, or null.</summary>
    public Certificate? FindCertificate(IReadOnlyList<Certificate> certificates)
    {
        foreach (var certificate in certificates)
        {
            var isNamed = _keyId.Length > 0 ? certificate.Extensions.SubjectKey == Convert.ToHexString(_keyId)
                : certificate.Issuer.Octets.AsSpan().SequenceEqual(_issuer) && certificate.SerialOctets.AsSpan().SequenceEqual(_serial);
            if (isNamed)
                return certificate;
        }
        return null;
    }

    /// <summary>
    /// Why the signature over <paramref name="content"/> by <paramref name="certificate"/>'s key is not good, or null when it is.
    /// <paramref name="contentType"/> is null for counter-signatures, which need not name one.
    /// </summary>
    public string? Check(Certificate certificate, string? contentType, ReadOnlySpan<byte> content)
    {
        if (!Digest.IsComputable())
            return $"its hash function {_digest.Shown} is not known here";
        ReadOnlySpan<byte> signed = content;
        if (_signedOctets.Length > 0)
        {
            if (ReadMessageDigest() is not { } digest)
                return "its signed attributes have no message digest";
            if (!Digest.Compute(content).AsSpan().SequenceEqual(digest))
                return "the message digest is not that of the content";
            if (contentType is not null && ReadContentType() != contentType)
                return "its signed attributes are for another kind of content";
            signed = _signedOctets;
        }
        return SignatureCheck.Check(certificate.Key, _algorithm, signed, Signature, Digest) switch
        {
            SignatureOutcome.Good => null,
            SignatureOutcome.Bad => "the signature was not made by the signer's key",
            _ => $"its algorithm {_algorithm.Shown} is not known here",
        };
    }

    private byte[]? ReadMessageDigest()
    {
        var reader = new DerReader(Signed(MessageDigestOid));
        return reader.TryRead(DerTag.OctetString, out var digest) ? digest.Content.ToArray() : null;
    }

    private string ReadContentType()
    {
        var reader = new DerReader(Signed(ContentTypeOid));
        return reader.TryRead(DerTag.ObjectIdentifier, out var type) ? DerValues.ObjectIdentifier(type.Content) : "";
    }

    private bool TryReadIdentifier(ref DerReader parts)
    {
        if (parts.TryRead(DerTag.Primitive0, out var key))
        {
            _keyId = key.Content.ToArray();
            return _keyId.Length > 0;
        }
        if (!parts.TryRead(DerTag.Sequence, out var named))
            return false;
        var inside = named.Inside;
        if (!inside.TryRead(DerTag.Sequence, out var issuer) || !inside.TryRead(DerTag.Integer, out var serial))
            return false;
        (_issuer, _serial) = (issuer.Encoded.ToArray(), serial.Content.ToArray());
        return true;
    }

    private static void ReadAttributes(DerReader reader, List<(string, byte[])> attributes)
    {
        while (attributes.Count < MaxAttributes && reader.TryRead(DerTag.Sequence, out var attribute))
        {
            var parts = attribute.Inside;
            if (!parts.TryRead(DerTag.ObjectIdentifier, out var type) || !parts.TryRead(DerTag.Set, out var values))
                return;
            var oid = DerValues.ObjectIdentifier(type.Content);
            var inside = values.Inside;
            while (attributes.Count < MaxAttributes && inside.TryRead(out var value))
                attributes.Add((oid, value.Encoded.ToArray()));
        }
    }
}
