namespace Sensor.Core.Wire;

/// <summary>Kinds of files that bring programs or say which to install, told by their content.</summary>
public enum PayloadKind : byte
{
    /// <summary>Nothing of interest.</summary>
    None,

    /// <summary>A range of a file whose beginning was not in it.</summary>
    Range,

    /// <summary>A Windows program: Portable Executable.</summary>
    Program,

    /// <summary>A cabinet: CAB, MSU.</summary>
    Cabinet,

    /// <summary>A compound file: MSI, MSP, and old Office documents.</summary>
    Compound,

    /// <summary>Signed data (PKCS #7): catalogues, trust lists, certificates.</summary>
    SignedData,

    /// <summary>A script that a system runs: shell, PowerShell, batch, VBScript.</summary>
    Script,

    /// <summary>A Linux program: ELF.</summary>
    Elf,

    /// <summary>A Debian package.</summary>
    DebianPackage,

    /// <summary>An RPM package.</summary>
    RpmPackage,

    /// <summary>Release and Packages files of Debian, repomd.xml of RPM repositories.</summary>
    RepositoryMetadata,
}
