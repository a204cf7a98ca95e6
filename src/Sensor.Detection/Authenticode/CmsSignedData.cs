using Sensor.Detection.Certificates;

namespace Sensor.Detection.Authenticode;

/// <summary>
/// Signed data, RFC 5652 section 5 and its forerunner PKCS #7 1.5, where the content needs not be an OCTET STRING.
/// <code>
/// ContentInfo ::= SEQUENCE { signedData, [0] SEQUENCE { version, digestAlgorithms, encapContentInfo, [0] certificates, [1] crls, signerInfos } }
/// </code>
/// </summary>
public sealed class CmsSignedData
{
    /// <summary>Signers read: Authenticode has one, catalogues have few.</summary>
    private const int MaxSigners = 8;

    private const string SignedDataOid = "1.2.840.113549.1.7.2";

    private readonly List<Certificate> _certificates = [];
    private readonly List<CmsSigner> _signers = [];

    /// <summary>Object identifier of the content.</summary>
    public string ContentType { get; private set; } = "";

    /// <summary>What the signatures cover: the contents of the content's value. Empty when it lies elsewhere (detached).</summary>
    public byte[] Content { get; private set; } = [];

    /// <summary>Whether the content is in it.</summary>
    public bool HasContent { get; private set; }

    /// <summary>The certificates in it.</summary>
    public IReadOnlyList<Certificate> Certificates => _certificates;

    /// <summary>Certificates in it that cannot be read.</summary>
    public int MalformedCertificates { get; private set; }

    /// <summary>The signers.</summary>
    public IReadOnlyList<CmsSigner> Signers => _signers;

    /// <summary>Octets behind it that are not padding.</summary>
    public int TrailingOctets { get; private set; }

    /// <summary>Whether octets begin signed data.</summary>
    public static bool IsSignedData(ReadOnlySpan<byte> octets)
    {
        if (octets.Length < 16 || octets[0] != DerTag.Sequence)
            return false;
        var head = (octets[1] & 0x80) == 0 ? 2 : 2 + (octets[1] & 0x7F);
        return head <= 6 && octets[head..].StartsWith((ReadOnlySpan<byte>)[0x06, 0x09, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x07, 0x02]);
    }

    /// <summary>Reads signed data that begins <paramref name="octets"/>; null when it is none.</summary>
    public static CmsSignedData? Read(ReadOnlySpan<byte> octets)
    {
        var outer = new DerReader(octets);
        if (!outer.TryRead(DerTag.Sequence, out var info))
            return null;
        var parts = info.Inside;
        if (!parts.TryRead(DerTag.ObjectIdentifier, out var type) || DerValues.ObjectIdentifier(type.Content) != SignedDataOid
            || !parts.TryRead(DerTag.Context0, out var wrapped))
            return null;
        var inside = wrapped.Inside;
        var data = new CmsSignedData { TrailingOctets = outer.Rest.TrimEnd((byte)0).Length };
        return inside.TryRead(DerTag.Sequence, out var signed) && data.TryReadSigned(signed.Inside) ? data : null;
    }

    private bool TryReadSigned(DerReader parts)
    {
        if (!parts.TryRead(DerTag.Integer, out _) || !parts.TryRead(DerTag.Set, out _) || !parts.TryRead(DerTag.Sequence, out var content)
            || !TryReadContent(content.Inside))
            return false;
        if (parts.TryRead(DerTag.Context0, out var certificates))
            ReadCertificates(certificates.Inside);
        parts.Skip(DerTag.Context1);
        if (!parts.TryRead(DerTag.Set, out var signers))
            return false;
        var reader = signers.Inside;
        while (!reader.IsAtEnd && _signers.Count < MaxSigners)
        {
            if (!reader.TryRead(DerTag.Sequence, out var info) || !CmsSigner.TryRead(info.Inside, out var signer))
                return false;
            _signers.Add(signer);
        }
        return true;
    }

    private bool TryReadContent(DerReader parts)
    {
        if (!parts.TryRead(DerTag.ObjectIdentifier, out var type))
            return false;
        ContentType = DerValues.ObjectIdentifier(type.Content);
        if (!parts.TryRead(DerTag.Context0, out var wrapped))
            return parts.IsAtEnd;
        var inside = wrapped.Inside;
        if (!inside.TryRead(out var value))
            return false;
        HasContent = true;
        Content = value.Content.ToArray();
        return true;
    }

    private void ReadCertificates(DerReader reader)
    {
        while (_certificates.Count < CertificateChain.MaxCertificates && reader.TryRead(out var value))
        {
            if (Certificate.TryRead(value.Encoded, out var certificate))
                _certificates.Add(certificate);
            else
                MalformedCertificates++;
        }
    }
}
