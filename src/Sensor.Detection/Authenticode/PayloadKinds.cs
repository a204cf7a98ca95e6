using Sensor.Core.Wire;

namespace Sensor.Detection.Authenticode;

/// <summary>What a file says of itself in words, and how it is read.</summary>
public static class PayloadKinds
{
    /// <summary>Whether files of this kind carry an Authenticode signature, or are one.</summary>
    public static bool IsSignable(this PayloadKind kind) =>
        kind is PayloadKind.Program or PayloadKind.Cabinet or PayloadKind.Compound or PayloadKind.SignedData;

    /// <summary>Whether it runs, or makes something run, when it is opened.</summary>
    public static bool IsExecutable(this PayloadKind kind) =>
        kind is PayloadKind.Program or PayloadKind.Compound or PayloadKind.Script or PayloadKind.Elf;

    /// <summary>In words, with an article.</summary>
    public static string Shown(this PayloadKind kind) => kind switch
    {
        PayloadKind.Program => "a Windows program (PE)",
        PayloadKind.Cabinet => "a cabinet (CAB)",
        PayloadKind.Compound => "an installer (MSI)",
        PayloadKind.SignedData => "signed data (PKCS #7)",
        PayloadKind.Script => "a script",
        PayloadKind.Elf => "a Linux program (ELF)",
        PayloadKind.DebianPackage => "a Debian package",
        PayloadKind.RpmPackage => "an RPM package",
        PayloadKind.RepositoryMetadata => "package repository metadata",
        PayloadKind.Range => "a part of a file",
        _ => "a file of unknown kind",
    };
}
