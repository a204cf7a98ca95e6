using System.Text;

namespace Sensor.Detection.Certificates;

/// <summary>A root certificate that is known here, and whose it is.</summary>
/// <param name="Certificate">The root.</param>
/// <param name="Vendor">"Microsoft" for the roots of Microsoft's own products and updates, "Public" for those of public authorities.</param>
public sealed record Authority(Certificate Certificate, string Vendor);

/// <summary>
/// The roots that are built in (authorities.pem): Microsoft's own, which sign Windows and its updates, and the public ones under which most
/// software is signed and time-stamped. The machine's store is never asked, so that every sensor gives the same verdict.
/// </summary>
public sealed class Authorities
{
    /// <summary>The vendor of Microsoft's own roots.</summary>
    public const string Microsoft = "Microsoft";

    private const string Resource = "authorities.pem", Begin = "-----BEGIN CERTIFICATE-----", End = "-----END CERTIFICATE-----";
    private static readonly Lazy<Authorities> Known = new(ReadBuiltIn);

    private readonly List<Authority> _all = [];

    private Authorities(IEnumerable<Authority> all) => _all.AddRange(all);

    /// <summary>Those that are built in.</summary>
    public static Authorities BuiltIn => Known.Value;

    /// <summary>All.</summary>
    public IReadOnlyList<Authority> All => _all;

    /// <summary>These and <paramref name="more"/>, which the operator trusts.</summary>
    public Authorities With(IEnumerable<Certificate> more) => new([.. _all, .. more.Select(root => new Authority(root, "your own"))]);

    /// <summary>The authority that is this very certificate, or null.</summary>
    public Authority? Find(Certificate certificate) => _all.Find(known => known.Certificate.Sha256 == certificate.Sha256);

    /// <summary>
    /// The authority whose key made the signature of <paramref name="certificate"/>, or null; <paramref name="isNamed"/> says whether one bears the
    /// issuer's name at all.
    /// </summary>
    public Authority? IssuerOf(Certificate certificate, out bool isNamed)
    {
        isNamed = false;
        foreach (var known in _all)
        {
            if (!known.Certificate.Subject.Equals(certificate.Issuer))
                continue;
            isNamed = true;
            if (certificate.CheckSignature(known.Certificate) == SignatureOutcome.Good)
                return known;
        }
        return null;
    }

    /// <summary>Reads certificates in PEM; a line "# Vendor: name" before one says whose it is. Blocks that hold none are passed over.</summary>
    public static IEnumerable<Authority> ReadPem(string text)
    {
        var vendor = "";
        StringBuilder? block = null;
        foreach (var line in text.Split('\n'))
        {
            var trimmed = line.Trim();
            if (trimmed == Begin)
            {
                block = new StringBuilder();
            }
            else if (trimmed == End && block is not null)
            {
                if (TryDecode(block.ToString(), out var certificate))
                    yield return new Authority(certificate, vendor);
                block = null;
            }
            else if (block is not null)
            {
                block.Append(trimmed);
            }
            else if (trimmed.StartsWith("# ", StringComparison.Ordinal) && trimmed.IndexOf(':', StringComparison.Ordinal) is > 0 and var colon)
            {
                vendor = trimmed[2..colon];
            }
        }
    }

    private static bool TryDecode(string base64, out Certificate certificate)
    {
        certificate = null!;
        var octets = new byte[base64.Length];
        return Convert.TryFromBase64String(base64, octets, out var used) && Certificate.TryRead(octets.AsSpan(0, used), out certificate);
    }

    private static Authorities ReadBuiltIn()
    {
        using var stream = typeof(Authorities).Assembly.GetManifestResourceStream(Resource)!;
        using var reader = new StreamReader(stream, Encoding.ASCII);
        return new Authorities(ReadPem(reader.ReadToEnd()));
    }
}
