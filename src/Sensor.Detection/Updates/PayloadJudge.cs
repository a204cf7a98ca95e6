using Sensor.Core.Wire;
using Sensor.Detection.Authenticode;
using Sensor.Detection.Certificates;
using Sensor.Detection.Incidents;

namespace Sensor.Detection.Updates;

/// <summary>What speaks against a payload.</summary>
/// <param name="Severity">How bad.</param>
/// <param name="Confidence">How sure.</param>
/// <param name="Reason">Why, as the end of a sentence.</param>
internal readonly record struct PayloadFault(Severity Severity, Confidence Confidence, string Reason);

/// <summary>Judges what an update host delivered: by its signature, by what was asked for, and by who delivered it.</summary>
internal static class PayloadJudge
{
    private static readonly string[] DataEndings = [".txt", ".xml", ".json", ".html", ".crl", ".crt", ".stl", ".cat", ".cab", ".psf",
        ".png"];
    private static readonly string[] ListEndings = [".stl", ".crl", ".crt", ".cer", ".sst", ".txt", ".xml", ".cat", ".inf"];

    /// <summary>
    /// What speaks against <paramref name="payload"/>, null when nothing does. <paramref name="isLured"/>: it came from a host that is
    /// already suspected. <paramref name="product"/>: whose updates the host serves, when the catalogue knows.
    /// </summary>
    public static PayloadFault? Judge(Payload payload, UpdateProduct? product, bool isLured)
    {
        var isMicrosoft = UpdateSource.IsMicrosoft(payload.Host);
        if (payload.Verdict is not { } verdict)
            return isLured && payload.Kind.IsExecutable()
                ? new(Severity.High, Confidence.Likely, $"a host already suspected delivered {payload.Kind.Shown()}, {payload.Judged}")
                    : null;
        if (payload.Kind == PayloadKind.Program && DataEndings.Any(ending => payload.Path.EndsWith(ending,
            StringComparison.OrdinalIgnoreCase)))
            return new(Severity.Critical, verdict.Standing == FileStanding.Valid ? Confidence.Likely : Confidence.Certain,
                $"it is {payload.Kind.Shown()}, which is not what was asked for ({verdict.Shown})");
        return verdict.Standing switch
        {
            FileStanding.Valid => JudgeValid(verdict, isMicrosoft, isLured),
            FileStanding.Invalid => JudgeInvalid(verdict, isLured),
            FileStanding.Unverified => JudgeUnverified(payload, verdict, isMicrosoft, isLured),
            FileStanding.Unsigned => JudgeUnsigned(payload, product, isMicrosoft, isLured),
            _ => JudgeUnsignable(payload, isLured),
        };
    }

    private static PayloadFault? JudgeValid(FileVerdict verdict, bool isMicrosoft, bool isLured)
    {
        if (verdict.IsVouchedBy(Authorities.Microsoft) || (!isMicrosoft && !isLured))
            return null;
        return new(isLured ? Severity.High : Severity.Medium, isLured ? Confidence.Likely : Confidence.Possible,
            $"it is not signed under a root of Microsoft: {verdict.Shown}");
    }

    /// <summary>A certificate that ran out is neglect; everything else that is wrong with a signature is not.</summary>
    private static PayloadFault JudgeInvalid(FileVerdict verdict, bool isLured)
    {
        var onlyExpired = verdict.Fault is null && verdict.Signatures.All(signature => signature.Faults.IsEmpty
            && signature.Chain is { } chain
            && chain.Problems.All(problem => problem.IsDoubt || problem.Kind == ChainProblemKind.OutOfDate));
        return onlyExpired && !isLured
            ? new(Severity.Medium, Confidence.Possible, $"its signature is out of date: {verdict.Shown}")
            : new(Severity.Critical, Confidence.Certain, verdict.Shown);
    }

    private static PayloadFault JudgeUnverified(Payload payload, FileVerdict verdict, bool isMicrosoft, bool isLured)
    {
        // Trust lists and catalogues are signed by authorities of their own; a program of Microsoft's never is.
        if (payload.Kind == PayloadKind.SignedData && !isLured)
            return new(Severity.Low, Confidence.Possible, verdict.Shown);
        return isMicrosoft || isLured
            ? new(Severity.Critical, Confidence.Certain, $"no root of Microsoft's vouches for it: {verdict.Shown}")
            : new(Severity.Medium, Confidence.Possible, verdict.Shown);
    }

    private static PayloadFault? JudgeUnsigned(Payload payload, UpdateProduct? product, bool isMicrosoft, bool isLured)
    {
        if (payload.Kind == PayloadKind.Cabinet)
        {
            var isListOnly = !payload.Inside.IsEmpty
                && payload.Inside.All(name => ListEndings.Any(ending => name.EndsWith(ending, StringComparison.OrdinalIgnoreCase)));
            if (isListOnly && !isLured)
                return null;
            var programs = payload.Inside.Where(IsProgramName).Take(3).ToList();
            return programs.Count > 0
                ? new(Severity.Critical, isMicrosoft || isLured ? Confidence.Certain : Confidence.Likely,
                    $"it is {payload.Kind.Shown()} without a signature that brings {string.Join(", ", programs)}")
                : new(isLured ? Severity.High : Severity.Medium, isLured ? Confidence.Likely : Confidence.Possible,
                    $"it is {payload.Kind.Shown()} without a signature");
        }
        return product is { IsSelfChecked: true } && !isLured
            ? new(Severity.Medium, Confidence.Possible,
                $"it is {payload.Kind.Shown()} without Authenticode; this vendor signs in a way of its own")
            : new(Severity.Critical, isMicrosoft || isLured ? Confidence.Certain : Confidence.Likely,
                $"it is {payload.Kind.Shown()} without a signature");
    }

    /// <summary>Packages and their lists are signed elsewhere and checked by their own tools; scripts are not.</summary>
    private static PayloadFault? JudgeUnsignable(Payload payload, bool isLured) => payload.Kind switch
    {
        PayloadKind.Script => new(isLured ? Severity.Critical : Severity.High, Confidence.Likely,
            "it is a script, which no signature protects"),
        PayloadKind.Elf when isLured => new(Severity.Critical, Confidence.Likely, "it is a Linux program from a host already suspected"),
        PayloadKind.DebianPackage or PayloadKind.RpmPackage when isLured => new(Severity.High, Confidence.Likely,
            $"it is {payload.Kind.Shown()} from a host already suspected"),
        _ => null,
    };

    private static bool IsProgramName(string name) =>
        name.EndsWith(".exe", StringComparison.OrdinalIgnoreCase) || name.EndsWith(".dll", StringComparison.OrdinalIgnoreCase)
        || name.EndsWith(".sys", StringComparison.OrdinalIgnoreCase) || name.EndsWith(".msi", StringComparison.OrdinalIgnoreCase)
        || name.EndsWith(".ocx", StringComparison.OrdinalIgnoreCase) || name.EndsWith(".ps1", StringComparison.OrdinalIgnoreCase);
}
