namespace Sensor.Detection.Certificates;

/// <summary>
/// Judges chains of certificates without the network and without the machine's store (RFC 5280 section 6, as far as a sensor can): names, days
/// at packet time, every signature up the chain, who may sign whom, purposes, withdrawn and interception authorities, vendor pins, collisions.
/// </summary>
public static class CertificateChain
{
    /// <summary>Certificates looked at of one chain, and the longest path: honest ones have five.</summary>
    public const int MaxCertificates = 32, MaxPath = 10;

    /// <summary>
    /// Judges <paramref name="chain"/> as it was sent, DER octets, leaf first, at <paramref name="timeNs"/> (nanoseconds since 1970, packet time).
    /// </summary>
    public static ChainVerdict Judge(IReadOnlyList<byte[]> chain, long timeNs, ChainPolicy policy)
    {
        var certificates = new List<Certificate>();
        var malformed = 0;
        foreach (var octets in chain.Take(MaxCertificates))
        {
            if (Certificate.TryRead(octets, out var certificate))
                certificates.Add(certificate);
            else if (certificates.Count == 0)
                return Nothing("the certificate shown first cannot be read");
            else
                malformed++;
        }
        if (certificates.Count == 0)
            return Nothing("no certificate was shown");
        var verdict = Judge(certificates[0], certificates, timeNs, policy);
        return malformed == 0 ? verdict : verdict with
        {
            Problems = [.. verdict.Problems, new ChainProblem(ChainProblemKind.Malformed, $"{malformed} of the certificates shown cannot be read")],
        };
    }

    /// <summary>Judges the chain from <paramref name="leaf"/> over <paramref name="others"/>, in any order.</summary>
    public static ChainVerdict Judge(Certificate leaf, IReadOnlyList<Certificate> others, long timeNs, ChainPolicy policy)
    {
        var problems = new List<ChainProblem>();
        var path = new List<Certificate> { leaf };
        var anchor = Build(path, others, policy.Authorities, problems);
        var notes = new List<string>();
        for (var place = 0; place < path.Count; place++)
        {
            var isAnchor = anchor is not null && place == path.Count - 1;
            CertificateRules.CheckOne(path, place, isAnchor, timeNs, problems, notes);
            CertificateRules.CheckPurpose(path[place], place, isAnchor, policy, problems);
        }
        if (policy.Host is { } host && !HostNames.Match(leaf, host))
            problems.Add(new ChainProblem(ChainProblemKind.WrongHost, $"it is for {CertificateRules.HostsOf(leaf)}, not for {CertificateRules.Printable(host)}", leaf));
        if (!policy.ExpectedIssuers.IsEmpty && !path.Exists(certificate => CertificateRules.IsExpected(certificate, leaf, policy.ExpectedIssuers)))
            problems.Add(new ChainProblem(
                ChainProblemKind.UnexpectedIssuer, $"its issuer {leaf.Issuer.Shown} is none of the vendor's", leaf));
        return new ChainVerdict
        {
            Path = [.. path],
            Anchor = anchor,
            Problems = [.. problems.OrderBy(problem => problem.IsDoubt)],
            Notes = [.. notes.Distinct()],
        };
    }

    private static ChainVerdict Nothing(string reason) => new() { Path = [], Problems = [new ChainProblem(ChainProblemKind.Malformed, reason)] };

    /// <summary>Extends <paramref name="path"/> issuer by issuer; returns the known root it ends at, or null and says why it ends.</summary>
    private static Authority? Build(List<Certificate> path, IReadOnlyList<Certificate> others, Authorities authorities, List<ChainProblem> problems)
    {
        while (path.Count <= MaxPath)
        {
            var current = path[^1];
            if (authorities.Find(current) is { } itself)
                return itself;
            if (authorities.IssuerOf(current, out var isNamed) is { } root)
            {
                path.Add(root.Certificate);
                return root;
            }
            if (current.IsSelfIssued && current.CheckSignature(current) is var own and not SignatureOutcome.Bad)
            {
                EndAtItself(path, own, problems);
                return null;
            }
            var issuer = FindIssuer(current, path, others, out var outcome);
            if (issuer is null)
            {
                problems.Add(isNamed
                    ? new ChainProblem(ChainProblemKind.BadSignature, $"{current.Subject.Shown} names {current.Issuer.Shown} as its issuer, whose key did not sign it", current)
                    : current.IsSelfIssued
                    ? new ChainProblem(ChainProblemKind.BadSignature, $"the signature of {current.Subject.Shown} is not its own", current)
                    : new ChainProblem(ChainProblemKind.Incomplete, $"the certificate of its issuer {current.Issuer.Shown} was not shown and is not known here", current));
                return null;
            }
            if (outcome != SignatureOutcome.Good)
                problems.Add(outcome == SignatureOutcome.Bad
                    ? new ChainProblem(ChainProblemKind.BadSignature, $"the signature of {current.Subject.Shown} was not made by {issuer.Subject.Shown}", current)
                    : new ChainProblem(ChainProblemKind.Unchecked, $"the signature of {current.Subject.Shown} ({current.SignatureAlgorithm.Shown}) cannot be checked here", current));
            path.Add(issuer);
        }
        problems.Add(new ChainProblem(ChainProblemKind.Malformed, $"the chain is longer than {MaxPath} certificates"));
        return null;
    }

    private static void EndAtItself(List<Certificate> path, SignatureOutcome own, List<ChainProblem> problems)
    {
        var last = path[^1];
        problems.Add(path.Count == 1
            ? new ChainProblem(ChainProblemKind.SelfSigned, $"{last.Subject.Shown} signed itself and is not known here", last)
            : new ChainProblem(ChainProblemKind.UnknownRoot, $"the chain ends at {last.Subject.Shown}, which is not known here", last));
        if (own == SignatureOutcome.Unchecked)
            problems.Add(new ChainProblem(ChainProblemKind.Unchecked, $"the signature of {last.Subject.Shown} ({last.SignatureAlgorithm.Shown}) cannot be checked here", last));
    }

    /// <summary>The issuer among <paramref name="others"/>: one that signed it before one that cannot be checked before one that did not.</summary>
    private static Certificate? FindIssuer(Certificate current, List<Certificate> path, IReadOnlyList<Certificate> others, out SignatureOutcome outcome)
    {
        Certificate? best = null;
        outcome = SignatureOutcome.Bad;
        foreach (var other in others.Take(MaxCertificates))
        {
            if (!other.Subject.Equals(current.Issuer) || path.Exists(known => known.Sha256 == other.Sha256))
                continue;
            var checkedOutcome = current.CheckSignature(other);
            if (checkedOutcome == SignatureOutcome.Good)
            {
                outcome = checkedOutcome;
                return other;
            }
            if (best is null || (checkedOutcome == SignatureOutcome.Unchecked && outcome == SignatureOutcome.Bad))
                (best, outcome) = (other, checkedOutcome);
        }
        return best;
    }
}
