using System.Collections.Immutable;
using Sensor.Detection.Certificates;

namespace Sensor.Detection.Authenticode;

/// <summary>What a time stamp is worth.</summary>
/// <param name="TimeNs">The time it states, nanoseconds since 1970.</param>
/// <param name="Chain">The chain of the authority that states it, or null when its signer is not shown.</param>
/// <param name="Fault">Why it is worth nothing, or null.</param>
public sealed record TimestampVerdict(long TimeNs, ChainVerdict? Chain, string? Fault)
{
    /// <summary>Whether the time can be believed.</summary>
    public bool IsBelieved => Fault is null && Chain is { Standing: Standing.Valid };

    /// <summary>In words.</summary>
    public string Shown => IsBelieved ? $"time-stamped {DerValues.Day(TimeNs)} by {Chain!.Leaf!.Subject.Shown}"
        : $"its time stamp is not believed: {Fault ?? Chain?.Shown ?? "no signer"}";
}

/// <summary>The verdict about one signature of a file.</summary>
public sealed record SignatureVerdict
{
    /// <summary>The signer's certificate, null when it is not in the signature.</summary>
    public Certificate? Signer { get; init; }

    /// <summary>The signer's chain, null when there is no signer.</summary>
    public ChainVerdict? Chain { get; init; }

    /// <summary>The time stamp, null when there is none.</summary>
    public TimestampVerdict? Timestamp { get; init; }

    /// <summary>Hash function of the file's digest.</summary>
    public DigestKind Digest { get; init; }

    /// <summary>What is wrong with the signature itself; the chain's problems are with the chain.</summary>
    public ImmutableArray<string> Faults { get; init; } = [];

    /// <summary>All certificates in it, also those that no chain needs.</summary>
    public ImmutableArray<Certificate> Certificates { get; init; } = [];

    /// <summary>The sum of it.</summary>
    public Standing Standing => !Faults.IsEmpty || Chain is null ? Standing.Invalid : Chain.Standing;

    /// <summary>"signed by X, chain Y, valid" or "…, invalid: Z".</summary>
    public string Shown
    {
        get
        {
            var by = Signer is null ? "signed by an unknown signer" : $"signed by {Signer.Subject.Shown}, chain {Chain!.PathShown}";
            var stamp = Timestamp is { IsBelieved: true } ? $", {Timestamp.Shown}" : "";
            var reasons = Faults.IsEmpty ? Chain?.Shown ?? "invalid: the signer's certificate is not there"
                : $"invalid: {string.Join("; ", Faults)}{(Chain is { Standing: Standing.Invalid } ? "; " + Chain.Shown["invalid: ".Length..] : "")}";
            var doubt = Standing != Standing.Valid && Timestamp is { IsBelieved: false } ? $" ({Timestamp.Shown})" : "";
            return $"{by}{stamp}, {reasons}{doubt}";
        }
    }
}
