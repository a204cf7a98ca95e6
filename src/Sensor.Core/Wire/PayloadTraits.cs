using System.Buffers.Binary;
using System.Text;

namespace Sensor.Core.Wire;

/// <summary>Tells by the first octets of a file, and for text by its path or type, what kind of payload it is.</summary>
public static class PayloadTraits
{
    /// <summary>Octets that are enough to tell: a program's second header begins beyond the 64 of its first.</summary>
    public const int SniffedOctets = 64;

    private static readonly byte[][] ScriptEndings =
        [[.. ".ps1"u8], [.. ".psm1"u8], [.. ".vbs"u8], [.. ".vbe"u8], [.. ".bat"u8], [.. ".cmd"u8], [.. ".wsf"u8], [.. ".hta"u8], [.. ".sh"u8]];

    private static readonly byte[][] ScriptTypes = [[.. "text/x-powershell"u8], [.. "text/vbscript"u8], [.. "application/hta"u8], [.. "application/x-sh"u8]];

    private static readonly byte[][] MetadataNames = [[.. "InRelease"u8], [.. "Release"u8], [.. "repomd.xml"u8]];

    private static readonly byte[][] ProgramEndings =
    [
        [.. ".exe"u8], [.. ".dll"u8], [.. ".sys"u8], [.. ".msi"u8], [.. ".msp"u8], [.. ".cab"u8], [.. ".msu"u8], [.. ".cat"u8], [.. ".psf"u8],
        [.. ".esd"u8], [.. ".msix"u8], [.. ".appx"u8],
    ];

    private static readonly byte[][] ProgramTypes =
    [
        [.. "application/x-msdownload"u8], [.. "application/x-msdos-program"u8], [.. "application/vnd.microsoft.portable-executable"u8],
        [.. "application/vnd.ms-cab-compressed"u8], [.. "application/x-msi"u8],
    ];

    /// <summary>
    /// The kind of a file that begins with <paramref name="start"/> (all of it, or at least <see cref="SniffedOctets"/>), fetched as
    /// <paramref name="target"/> and declared as <paramref name="type"/>.
    /// </summary>
    public static PayloadKind Recognize(ReadOnlySpan<byte> start, ReadOnlySpan<byte> target, ReadOnlySpan<byte> type)
    {
        if (start.Length < 4)
            return PayloadKind.None;
        switch (start[0])
        {
            case (byte)'M':
                return start.StartsWith("MZ"u8) && IsProgram(start) ? PayloadKind.Program : start.StartsWith("MSCF"u8) ? PayloadKind.Cabinet : PayloadKind.None;
            case 0xD0:
                return start.StartsWith((ReadOnlySpan<byte>)[0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1]) ? PayloadKind.Compound : PayloadKind.None;
            case 0x30:
                return IsSignedData(start) ? PayloadKind.SignedData : PayloadKind.None;
            case 0x7F:
                return start.StartsWith("\u007FELF"u8) ? PayloadKind.Elf : PayloadKind.None;
            case 0xED:
                return start.StartsWith((ReadOnlySpan<byte>)[0xED, 0xAB, 0xEE, 0xDB]) ? PayloadKind.RpmPackage : PayloadKind.None;
            case (byte)'!' when start.StartsWith("!<arch>\ndebian-binary"u8):
                return PayloadKind.DebianPackage;
            case (byte)'#' when start[1] == '!':
                return PayloadKind.Script;
        }
        return IsText(start) ? RecognizeText(PathOf(target), type) : PayloadKind.None;
    }

    /// <summary>Whether a range from the middle of a file is probably of a program, by its path or type.</summary>
    public static bool MayBeProgramRange(ReadOnlySpan<byte> target, ReadOnlySpan<byte> type) =>
        EndsWithAny(PathOf(target), ProgramEndings) || StartsWithAny(type, ProgramTypes);

    private static PayloadKind RecognizeText(ReadOnlySpan<byte> path, ReadOnlySpan<byte> type)
    {
        if (EndsWithAny(path, ScriptEndings) || StartsWithAny(type, ScriptTypes))
            return PayloadKind.Script;
        var name = path[(path.LastIndexOf((byte)'/') + 1)..];
        foreach (var known in MetadataNames)
        {
            if (name.SequenceEqual(known))
                return PayloadKind.RepositoryMetadata;
        }
        return PayloadKind.None;
    }

    /// <summary>The offset of the second header must be a plausible one: text may begin with "MZ" too.</summary>
    private static bool IsProgram(ReadOnlySpan<byte> start) =>
        start.Length >= 64 && BinaryPrimitives.ReadUInt32LittleEndian(start[60..]) is >= 4 and < 1 << 24;

    private static bool IsSignedData(ReadOnlySpan<byte> start)
    {
        var head = (start[1] & 0x80) == 0 ? 2 : 2 + (start[1] & 0x7F);
        return head < 7 && start.Length >= head && start[head..].StartsWith((ReadOnlySpan<byte>)[0x06, 0x09, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x07, 0x02]);
    }

    private static bool IsText(ReadOnlySpan<byte> start)
    {
        foreach (var octet in start)
        {
            if (octet < ' ' && octet is not (>= 9 and <= 13))
                return false;
        }
        return true;
    }

    private static ReadOnlySpan<byte> PathOf(ReadOnlySpan<byte> target)
    {
        var end = target.IndexOfAny((byte)'?', (byte)'#');
        return end < 0 ? target : target[..end];
    }

    private static bool EndsWithAny(ReadOnlySpan<byte> path, byte[][] endings)
    {
        foreach (var ending in endings)
        {
            if (path.Length > ending.Length && Ascii.EqualsIgnoreCase(path[^ending.Length..], ending))
                return true;
        }
        return false;
    }

    private static bool StartsWithAny(ReadOnlySpan<byte> type, byte[][] known)
    {
        foreach (var one in known)
        {
            if (type.Length >= one.Length && Ascii.EqualsIgnoreCase(type[..one.Length], one))
                return true;
        }
        return false;
    }
}
