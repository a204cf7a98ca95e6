using System.Text;
using Sensor.Core.Wire;
using Sensor.Detection.Certificates;

namespace Sensor.Detection.Authenticode;

/// <summary>Verifies a whole file that lies in memory: the same verdict for what the wire brought and for what is given by hand.</summary>
public static class FileVerification
{
    private const string PemStart = "-----BEGIN ";

    /// <summary>
    /// The verdict about <paramref name="file"/> at <paramref name="timeNs"/> (nanoseconds since 1970; counts where no time stamp is believed) under
    /// <paramref name="authorities"/>.
    /// </summary>
    public static FileVerdict Verify(ReadOnlyMemory<byte> file, long timeNs, Authorities authorities)
    {
        var octets = file.Span;
        var kind = PayloadTraits.Recognize(octets, default, default);
        if (kind == PayloadKind.SignedData)
            return VerifySignedData(octets, timeNs, authorities);
        if (kind is PayloadKind.None && VerifyCertificates(octets, timeNs, authorities) is { } certificates)
            return certificates;
        var parts = kind switch
        {
            PayloadKind.Program => PeImage.Read(file),
            PayloadKind.Cabinet => CabinetFile.Read(file),
            PayloadKind.Compound => InstallerFile.Read(file),
            _ => null,
        };
        if (parts is null)
            return new FileVerdict { Kind = kind, Fault = kind.IsSignable() ? $"{kind.Shown()} whose headers cannot be read" : null };
        var signatures = AuthenticodeSignature.CheckAll(parts, timeNs, authorities);
        return new FileVerdict
        {
            Kind = kind,
            Fault = parts.Problem,
            Signatures = [.. signatures],
            Notes = parts.Note is null ? [] : [parts.Note],
        };
    }

    private static FileVerdict VerifySignedData(ReadOnlySpan<byte> octets, long timeNs, Authorities authorities)
    {
        if (CmsSignedData.Read(octets) is not { } data)
            return new FileVerdict { Kind = PayloadKind.SignedData, Fault = "signed data that cannot be read" };
        if (data.Signers.Count == 0 && data.Certificates.Count > 0)
            return OfChain(data.Certificates, timeNs, authorities);
        return new FileVerdict { Kind = PayloadKind.SignedData, Signatures = [AuthenticodeSignature.CheckAlone(data, timeNs, authorities)] };
    }

    /// <summary>A file of certificates, DER or PEM; null when it is none.</summary>
    private static FileVerdict? VerifyCertificates(ReadOnlySpan<byte> octets, long timeNs, Authorities authorities)
    {
        if (Certificate.TryRead(octets, out var certificate))
            return OfChain([certificate], timeNs, authorities);
        if (octets.Length > CertificateChain.MaxCertificates * Certificate.MaxOctets || octets.IndexOf("-----BEGIN "u8) < 0)
            return null;
        var text = Encoding.Latin1.GetString(octets);
        if (!text.Contains(PemStart + "CERTIFICATE-----", StringComparison.Ordinal))
            return null;
        var all = Authorities.ReadPem(text).Select(read => read.Certificate).Take(CertificateChain.MaxCertificates).ToList();
        return all.Count > 0 ? OfChain(all, timeNs, authorities) : new FileVerdict { Kind = PayloadKind.None, Fault = "a certificate that cannot be read" };
    }

    /// <summary>The leaf is the first that issued none of the others.</summary>
    private static FileVerdict OfChain(IReadOnlyList<Certificate> certificates, long timeNs, Authorities authorities)
    {
        var leaf = certificates.FirstOrDefault(one => !certificates.Any(other => other != one && other.Issuer.Equals(one.Subject))) ?? certificates[0];
        return new FileVerdict
        {
            Kind = PayloadKind.None,
            Chain = CertificateChain.Judge(leaf, certificates, timeNs, new ChainPolicy { Authorities = authorities }),
        };
    }
}
