using System.Collections.Immutable;
using Sensor.Detection.Collisions;

namespace Sensor.Detection.Certificates;

/// <summary>The rules about one certificate at its place in a path.</summary>
internal static class CertificateRules
{
    /// <summary>
    /// From 2009 on no honest authority signed with MD5: a forged authority certificate was shown in December 2008. Nanoseconds of 2009-01-01.
    /// </summary>
    public const long Md5EndNs = 1_230_768_000_000_000_000;

    private const string AnyPurpose = "2.5.29.37.0";

    /// <summary>Checks what holds for every use: days, who may sign whom, extensions, revocation, interception, hash functions.</summary>
    public static void CheckOne(
        IReadOnlyList<Certificate> path, int place, bool isAnchor, long timeNs, List<ChainProblem> problems, List<string> notes)
    {
        var certificate = path[place];
        var shown = certificate.Subject.Shown;
        void Say(ChainProblemKind kind, string text) => problems.Add(new ChainProblem(kind, text, certificate));

        if (RevocationList.ReasonFor(certificate) is { } reason)
            Say(ChainProblemKind.Revoked, $"{shown} is withdrawn: {reason}");
        CheckHash(certificate, isAnchor, problems, notes);
        if (isAnchor)
            return;
        if (timeNs < certificate.NotBeforeNs)
            Say(ChainProblemKind.OutOfDate, $"{shown} is good only from {DerValues.Day(certificate.NotBeforeNs)} on");
        else if (timeNs > certificate.NotAfterNs)
            Say(ChainProblemKind.OutOfDate, $"{shown} expired on {DerValues.Day(certificate.NotAfterNs)}");
        if (InterceptionAuthorities.Find(certificate.Subject) is { } tool)
            Say(ChainProblemKind.Interception, $"{shown} is an authority of {tool}");
        else if (place == path.Count - 1 && InterceptionAuthorities.Find(certificate.Issuer) is { } unseen)
            Say(ChainProblemKind.Interception, $"its issuer {certificate.Issuer.Shown} is an authority of {unseen}");
        if (certificate.HasTwoAlgorithms)
            Say(ChainProblemKind.Malformed, $"{shown} names two different signature algorithms");
        if (certificate.Extensions.IsMalformed)
            Say(ChainProblemKind.Malformed, $"the extensions of {shown} cannot be read");
        foreach (var oid in certificate.Extensions.UnknownCritical)
            Say(ChainProblemKind.UnknownCritical, $"{shown} has the critical extension {oid}, which is not for this use");
        if (certificate.HasUniqueId)
            notes.Add($"{shown} has a unique identifier field, where collision blocks can be hidden");
        if (place > 0)
            CheckAuthority(certificate, place, problems);
    }

    /// <summary>Checks that the certificate may be used for what the policy asks: its own purposes, and those its issuers are limited to.</summary>
    public static void CheckPurpose(Certificate certificate, int place, bool isAnchor, ChainPolicy policy, List<ChainProblem> problems)
    {
        if (policy.RequiredPurpose is not { } required || isAnchor)
            return;
        var extensions = certificate.Extensions;
        if (extensions.HasPurposes)
        {
            if (!extensions.Purposes.Contains(required) && !extensions.Purposes.Contains(AnyPurpose))
                problems.Add(new ChainProblem(
                    ChainProblemKind.WrongPurpose, $"{certificate.Subject.Shown} is not for {policy.PurposeShown}", certificate));
        }
        else if (place == 0 && policy.Purpose != CertificatePurpose.Server)
        {
            problems.Add(new ChainProblem(
                ChainProblemKind.WrongPurpose, $"{certificate.Subject.Shown} does not say that it is for {policy.PurposeShown}", certificate));
        }
        if (place == 0 && policy.Purpose != CertificatePurpose.Server && extensions.Usage is { } usage
            && (usage & (KeyUsages.DigitalSignature | KeyUsages.NonRepudiation)) == 0)
            problems.Add(new ChainProblem(ChainProblemKind.WrongPurpose, $"the key of {certificate.Subject.Shown} is not for signing", certificate));
    }

    /// <summary>Whether <paramref name="certificate"/>, or the issuer that <paramref name="leaf"/> names, is one of the vendor's.</summary>
    public static bool IsExpected(Certificate certificate, Certificate leaf, ImmutableArray<string> expected)
    {
        foreach (var pin in expected)
        {
            if (pin.Length == 64 && certificate.Sha256.Equals(pin, StringComparison.OrdinalIgnoreCase))
                return true;
            var name = ReferenceEquals(certificate, leaf) ? leaf.Issuer : certificate.Subject;
            if (pin.Length > 0 && (name.CommonName.Contains(pin, StringComparison.OrdinalIgnoreCase)
                || name.Organization.Contains(pin, StringComparison.OrdinalIgnoreCase)))
                return true;
        }
        return false;
    }

    /// <summary>The hosts a certificate is for, at most three.</summary>
    public static string HostsOf(Certificate certificate)
    {
        var names = certificate.Extensions.DnsNames.Concat(certificate.Extensions.Addresses.Select(address => address.ToString())).Take(4).ToList();
        if (names.Count == 0)
            return certificate.Subject.Shown;
        return names.Count > 3 ? $"{string.Join(", ", names.Take(3))}, …" : string.Join(", ", names);
    }

    /// <summary>A host name that came from the wire, for a sentence.</summary>
    public static string Printable(string text) => DerValues.Text(DerTag.Utf8String, System.Text.Encoding.UTF8.GetBytes(text));

    private static void CheckAuthority(Certificate certificate, int place, List<ChainProblem> problems)
    {
        var (shown, extensions) = (certificate.Subject.Shown, certificate.Extensions);
        if (!extensions.IsAuthority)
            problems.Add(new ChainProblem(ChainProblemKind.NoAuthority, $"{shown} signed a certificate but is no authority", certificate));
        else if (extensions.Usage is { } usage && (usage & KeyUsages.CertificateSigning) == 0)
            problems.Add(new ChainProblem(ChainProblemKind.NoAuthority, $"the key of {shown} is not for signing certificates", certificate));
        else if (extensions.PathLength >= 0 && place - 1 > extensions.PathLength)
            problems.Add(new ChainProblem(ChainProblemKind.NoAuthority, $"{shown} may have {extensions.PathLength} authorities below it, not {place - 1}", certificate));
    }

    private static void CheckHash(Certificate certificate, bool isAnchor, List<ChainProblem> problems, List<string> notes)
    {
        var digest = certificate.SignatureAlgorithm.Digest;
        if (digest == DigestKind.Sha1 && !isAnchor)
            notes.Add("signed with SHA-1");
        if (!digest.IsBroken() || isAnchor || certificate.IsSelfSigned)
            return;
        var shown = certificate.Subject.Shown;
        if (CertificateCollision.Find(certificate) is { } trace)
            problems.Add(new ChainProblem(ChainProblemKind.Collision, $"{shown} carries the trace of an MD5 collision ({trace.Shown})", certificate));
        if (certificate.NotBeforeNs >= Md5EndNs)
            problems.Add(new ChainProblem(
                ChainProblemKind.WeakHash, $"{shown} was signed with {digest.Shown()} in {DerValues.Day(certificate.NotBeforeNs)[..4]}", certificate));
        else
            notes.Add($"signed with {digest.Shown()}");
    }
}
