using System.Collections.Immutable;

namespace Sensor.Detection.Certificates;

/// <summary>What can be wrong with a chain.</summary>
public enum ChainProblemKind : byte
{
    /// <summary>Octets that are no certificate, or a certificate at odds with itself.</summary>
    Malformed,

    /// <summary>A signature that the named issuer's key did not make.</summary>
    BadSignature,

    /// <summary>Before or after the days it is good for.</summary>
    OutOfDate,

    /// <summary>It names other hosts than the one asked for.</summary>
    WrongHost,

    /// <summary>An issuer that is no authority: basic constraints, key usage or path length.</summary>
    NoAuthority,

    /// <summary>Used for what it was not issued for.</summary>
    WrongPurpose,

    /// <summary>A critical extension that nobody knows.</summary>
    UnknownCritical,

    /// <summary>On the built-in revocation list.</summary>
    Revoked,

    /// <summary>From an authority of an interception tool or product.</summary>
    Interception,

    /// <summary>Signed with a hash function that can be collided, at a time when everybody knew.</summary>
    WeakHash,

    /// <summary>Its octets carry the trace of a collision.</summary>
    Collision,

    /// <summary>Not from an issuer of the vendor.</summary>
    UnexpectedIssuer,

    /// <summary>A signature algorithm or a key that is not known here: could not be checked.</summary>
    Unchecked,

    /// <summary>The next issuer's certificate is not there: could not be checked.</summary>
    Incomplete,

    /// <summary>The chain is sound in itself, but ends at a root that is not known here: could not be checked.</summary>
    UnknownRoot,

    /// <summary>A certificate that signed itself and is no known root: could not be checked.</summary>
    SelfSigned,
}

/// <summary>One thing that is wrong, or could not be checked.</summary>
/// <param name="Kind">What.</param>
/// <param name="Text">The reason in words, as the end of "invalid because …".</param>
/// <param name="Certificate">The certificate it is about.</param>
public sealed record ChainProblem(ChainProblemKind Kind, string Text, Certificate? Certificate = null)
{
    /// <summary>Whether it only says that something could not be checked.</summary>
    public bool IsDoubt => Kind >= ChainProblemKind.Unchecked;
}

/// <summary>How a chain stands.</summary>
public enum Standing : byte
{
    /// <summary>Good up to a known root.</summary>
    Valid,

    /// <summary>Nothing is wrong, but not everything could be checked.</summary>
    Unverified,

    /// <summary>Something is wrong.</summary>
    Invalid,
}

/// <summary>The verdict about a chain: the path that was found, what is wrong, and what is worth knowing.</summary>
public sealed record ChainVerdict
{
    /// <summary>The path, leaf first, a known root last if there is one.</summary>
    public required ImmutableArray<Certificate> Path { get; init; }

    /// <summary>The known root it ends at, or null.</summary>
    public Authority? Anchor { get; init; }

    /// <summary>What is wrong or could not be checked, worst first.</summary>
    public required ImmutableArray<ChainProblem> Problems { get; init; }

    /// <summary>What is no fault but worth knowing, such as SHA-1 signatures.</summary>
    public ImmutableArray<string> Notes { get; init; } = [];

    /// <summary>The leaf, or null when there is none.</summary>
    public Certificate? Leaf => Path.IsEmpty ? null : Path[0];

    /// <summary>The sum of it.</summary>
    public Standing Standing =>
        Problems.Any(problem => !problem.IsDoubt) ? Standing.Invalid : Problems.IsEmpty ? Standing.Valid : Standing.Unverified;

    /// <summary>Whether a root of <paramref name="vendor"/> vouches for it and nothing is wrong.</summary>
    public bool IsVouchedBy(string vendor) => Standing == Standing.Valid && Anchor?.Vendor == vendor;

    /// <summary>Whether there is a problem of this kind.</summary>
    public bool Has(ChainProblemKind kind) => Problems.Any(problem => problem.Kind == kind);

    /// <summary>Whether one of <paramref name="issuers"/> signed it: part of a common name or organization, or the SHA-256 of a certificate.</summary>
    public bool IsFrom(ImmutableArray<string> issuers) =>
        Leaf is { } leaf && Path.Any(one => CertificateRules.IsExpected(one, leaf, issuers));

    /// <summary>The names of the path from leaf to root: "A &lt; B &lt; C".</summary>
    public string PathShown => string.Join(" < ", Path.Select(certificate => certificate.Subject.Shown));

    /// <summary>The reasons: "valid" or "invalid: …" or "unverified: …".</summary>
    public string Shown => Standing switch
    {
        Standing.Valid => "valid",
        Standing.Invalid => $"invalid: {string.Join("; ", Problems.Where(problem => !problem.IsDoubt).Select(problem => problem.Text))}",
        _ => $"unverified: {string.Join("; ", Problems.Select(problem => problem.Text))}",
    };
}
