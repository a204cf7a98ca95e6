using System.Security.Cryptography;
using Sensor.Configuration;
using Sensor.Core.Wire;
using Sensor.Detection.Authenticode;
using Sensor.Detection.Certificates;
using Sensor.Output;

namespace Sensor.Commands;

/// <summary>`sensor verify`: the verdict about programs, cabinets, installers, catalogues and certificates, given by hand.</summary>
internal static class VerifyCommand
{
    /// <summary>Longer files are refused: a file is read as a whole, and an array holds no more.</summary>
    private const long MaxOctets = int.MaxValue - 1024;

    /// <summary>
    /// One line a file, with its certificates below when <paramref name="isVerbose"/>. The roots in <paramref name="rootFiles"/> count as known.
    /// </summary>
    public static int Run(CommandEnvironment environment, IReadOnlyList<string> paths, bool isVerbose, IReadOnlyList<string> rootFiles)
    {
        var authorities = Authorities.BuiltIn;
        if (rootFiles.Count > 0)
            authorities = authorities.With(rootFiles.SelectMany(ReadRoots));
        var nowNs = (DateTime.UtcNow - DateTime.UnixEpoch).Ticks * 100;
        var page = new TextPage(environment.Output, environment.OutputWidth, environment.Colour);
        var allValid = true;
        foreach (var path in paths)
        {
            if (!TryRead(environment, path, out var octets))
            {
                allValid = false;
                continue;
            }
            var verdict = FileVerification.Verify(octets, nowNs, authorities);
            allValid &= verdict.Standing == FileStanding.Valid;
            page.Line($"{path}: {verdict.Shown}", InkOf(verdict.Standing));
            if (isVerbose)
                Describe(page, verdict, octets);
        }
        return allValid ? ExitCode.Finished : ExitCode.Failed;
    }

    private static string InkOf(FileStanding standing) => standing switch
    {
        FileStanding.Valid => Ink.Green,
        FileStanding.Invalid or FileStanding.Unsigned => Ink.Red,
        _ => Ink.Yellow,
    };

    private static bool TryRead(CommandEnvironment environment, string path, out byte[] octets)
    {
        octets = [];
        try
        {
            if (Directory.Exists(path))
                return Refuse(environment, path, "is a directory");
            if (new FileInfo(path) is { Exists: true, Length: > MaxOctets })
                return Refuse(environment, path, "is larger than 2 GiB");
            octets = File.ReadAllBytes(path);
            return true;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return Refuse(environment, path, FileFailure.Reason(failure));
        }
    }

    private static bool Refuse(CommandEnvironment environment, string path, string reason)
    {
        environment.Error.WriteLine($"sensor: {TextPage.Printable(path)}: {reason}");
        return false;
    }

    private static IEnumerable<Certificate> ReadRoots(string path)
    {
        byte[] octets;
        try
        {
            octets = File.ReadAllBytes(path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw CommandException.Usage($"--ca {path}: {FileFailure.Reason(failure)}");
        }
        var roots = Certificate.TryRead(octets, out var single) ? [single]
            : Authorities.ReadPem(System.Text.Encoding.Latin1.GetString(octets)).Select(read => read.Certificate).ToList();
        return roots.Count > 0 ? roots : throw CommandException.Usage($"--ca {path}: no certificate in it");
    }

    private static void Describe(TextPage page, FileVerdict verdict, byte[] octets)
    {
        if (verdict.Kind != PayloadKind.None)
            page.Line($"  {verdict.Kind.Shown()}, {octets.Length} octets");
        page.Line($"  SHA-256 {Convert.ToHexStringLower(SHA256.HashData(octets))}");
        foreach (var note in verdict.Notes)
            page.Line($"  note: {note}");
        for (var number = 0; number < verdict.Signatures.Length; number++)
        {
            var signature = verdict.Signatures[number];
            page.Line($"  signature {number + 1} ({signature.Digest.Shown()}): {signature.Shown}");
            if (signature.Chain is { } chain)
                Describe(page, chain);
            if (signature.Timestamp is { } timestamp)
                page.Line($"    {timestamp.Shown}");
            if (signature.Timestamp?.Chain is { } stampChain)
                Describe(page, stampChain);
        }
        if (verdict.Chain is { } own)
            Describe(page, own);
    }

    private static void Describe(TextPage page, ChainVerdict chain)
    {
        foreach (var certificate in chain.Path)
        {
            page.Line($"    {certificate.Subject.Text}");
            page.Line($"      serial {certificate.SerialNumber}, {DerValues.Day(certificate.NotBeforeNs)} to {DerValues.Day(certificate.NotAfterNs)}, "
                + $"{certificate.SignatureAlgorithm.Shown}, {certificate.Key.Bits} bits");
            page.Line($"      SHA-1 {certificate.Sha1}");
        }
        page.Line(chain.Anchor is null ? "    no known root" : $"    known root ({chain.Anchor.Vendor})");
        foreach (var problem in chain.Problems)
            page.Line($"    {(problem.IsDoubt ? "not checked" : "wrong")}: {problem.Text}");
        foreach (var note in chain.Notes)
            page.Line($"    note: {note}");
    }
}
