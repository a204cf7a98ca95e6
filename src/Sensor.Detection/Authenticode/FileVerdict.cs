using System.Collections.Immutable;
using Sensor.Core.Wire;
using Sensor.Detection.Certificates;
using ChainStanding = Sensor.Detection.Certificates.Standing;

namespace Sensor.Detection.Authenticode;

/// <summary>How a file stands.</summary>
public enum FileStanding : byte
{
    /// <summary>Signed, everything could be checked, and all is good.</summary>
    Valid,

    /// <summary>Signed and nothing is wrong, but not everything could be checked.</summary>
    Unverified,

    /// <summary>Signed, and something is wrong.</summary>
    Invalid,

    /// <summary>Of a kind that can be signed, and is not.</summary>
    Unsigned,

    /// <summary>Of a kind whose signature, if any, lies elsewhere.</summary>
    NotSignable,
}

/// <summary>The verdict about a whole file.</summary>
public sealed record FileVerdict
{
    /// <summary>Its kind, told by its content.</summary>
    public required PayloadKind Kind { get; init; }

    /// <summary>Its signatures, the first one first; nested ones after it.</summary>
    public ImmutableArray<SignatureVerdict> Signatures { get; init; } = [];

    /// <summary>The chain of a file that is nothing but certificates, else null.</summary>
    public ChainVerdict? Chain { get; init; }

    /// <summary>What the structure of the file makes impossible, or null.</summary>
    public string? Fault { get; init; }

    /// <summary>What is worth knowing but no fault.</summary>
    public ImmutableArray<string> Notes { get; init; } = [];

    /// <summary>The sum of it: every signature must stand.</summary>
    public FileStanding Standing
    {
        get
        {
            if (Fault is not null)
                return FileStanding.Invalid;
            if (Chain is not null)
                return Of(Chain.Standing);
            if (Signatures.IsEmpty)
                return Kind.IsSignable() ? FileStanding.Unsigned : FileStanding.NotSignable;
            return Of(Signatures.Max(signature => signature.Standing));
        }
    }

    /// <summary>Whether every signature is good and the first is vouched for by a root of <paramref name="vendor"/>.</summary>
    public bool IsVouchedBy(string vendor) =>
        Standing == FileStanding.Valid && !Signatures.IsEmpty && Signatures[0].Chain!.IsVouchedBy(vendor);

    /// <summary>All certificates in it.</summary>
    public IEnumerable<Certificate> Certificates =>
        Signatures.SelectMany(signature => signature.Certificates).Concat(Chain?.Path ?? []).DistinctBy(certificate => certificate.Sha256);

    /// <summary>One line: "signed by X, chain Y, valid", "unsigned", "invalid: …".</summary>
    public string Shown
    {
        get
        {
            if (Fault is not null)
                return $"invalid: {Fault}";
            if (Chain is not null)
                return $"{(Chain.Leaf is null ? "no certificate" : $"certificate of {Chain.Leaf.Subject.Shown}, chain {Chain.PathShown}")}, {Chain.Shown}";
            if (Signatures.IsEmpty)
                return Kind.IsSignable() ? "unsigned" : $"{Kind.Shown()}, which carries no signature of its own";
            var worst = Signatures.MaxBy(signature => signature.Standing)!;
            var which = ReferenceEquals(worst, Signatures[0]) ? "" : $"signature {Signatures.IndexOf(worst) + 1}: ";
            var more = Signatures.Length > 1 && which.Length == 0 ? $" (and {Signatures.Length - 1} nested)" : "";
            return which + worst.Shown + more;
        }
    }

    private static FileStanding Of(ChainStanding standing) => standing switch
    {
        ChainStanding.Valid => FileStanding.Valid,
        ChainStanding.Unverified => FileStanding.Unverified,
        _ => FileStanding.Invalid,
    };
}
