using System.Buffers.Binary;

namespace Sensor.Detection.Authenticode;

/// <summary>
/// A Windows program (Portable Executable) as its signature sees it: everything is covered but the checksum, the directory entry of the certificate
/// table, and the table itself. The entry holds an offset in the file, not an address; the table holds one or more WIN_CERTIFICATE.
/// <code>
/// 0x3C: offset of "PE\0\0" | file header (20) | optional header: magic, …, +64 checksum, …, directory 4 at +128 (PE32) or +144 (PE32+)
/// WIN_CERTIFICATE: length (4), revision (2), type (2: PKCS #7), the signature; each begins on a multiple of 8
/// </code>
/// </summary>
public static class PeImage
{
    private const int HeaderOffsetAt = 0x3C, FileHeader = 20, ChecksumAt = 64, Checksum = 4, Entry = 8, CertificateHeader = 8;
    private const int Pe32 = 0x10B, Pe32Plus = 0x20B, CertificateEntry = 4;

    /// <summary>Certificates looked at in the table.</summary>
    private const int MaxCertificates = 16;

    /// <summary>Whether octets begin a PE file, as far as they go.</summary>
    public static bool IsPe(ReadOnlySpan<byte> file) => file.StartsWith("MZ"u8) && TryReadHeader(file, out _, out _, out _);

    /// <summary>Finds the covered parts; null when it is no PE file.</summary>
    public static SignedParts? Read(ReadOnlyMemory<byte> file)
    {
        var octets = file.Span;
        if (!octets.StartsWith("MZ"u8) || !TryReadHeader(octets, out var checksum, out var entry, out var hasEntry))
            return null;
        var parts = new SignedParts();
        if (!hasEntry)
            return parts;
        var table = BinaryPrimitives.ReadUInt32LittleEndian(octets[entry..]);
        var size = BinaryPrimitives.ReadUInt32LittleEndian(octets[(entry + 4)..]);
        if (table == 0 || size == 0)
            return parts;
        if (table < entry + Entry || (ulong)table + size > (ulong)file.Length || size < CertificateHeader)
        {
            parts.Problem = "its certificate table lies outside the file";
            return parts;
        }
        parts.Cover(file[..checksum]);
        parts.Cover(file[(checksum + Checksum)..entry]);
        parts.Cover(file[(entry + Entry)..(int)table]);
        parts.Cover(file[(int)(table + size)..]);
        ReadTable(file.Slice((int)table, (int)size), parts);
        return parts;
    }

    private static void ReadTable(ReadOnlyMemory<byte> table, SignedParts parts)
    {
        for (var count = 0; count < MaxCertificates && table.Length >= CertificateHeader; count++)
        {
            var length = BinaryPrimitives.ReadUInt32LittleEndian(table.Span);
            var kind = BinaryPrimitives.ReadUInt16LittleEndian(table.Span[6..]);
            if (length < CertificateHeader || length > table.Length)
                break;
            if (kind == 2 && parts.Signature.IsEmpty)
                parts.Signature = table[CertificateHeader..(int)length];
            table = table[(int)Math.Min(table.Length, (length + 7L) & ~7L)..];
        }
        if (parts.Signature.IsEmpty)
            parts.Problem = "its certificate table holds no signature";
    }

    private static bool TryReadHeader(ReadOnlySpan<byte> file, out int checksum, out int entry, out bool hasEntry)
    {
        (checksum, entry, hasEntry) = (0, 0, false);
        if (file.Length < HeaderOffsetAt + 4)
            return false;
        var at = BinaryPrimitives.ReadUInt32LittleEndian(file[HeaderOffsetAt..]);
        if (at > file.Length - 4 - FileHeader - 2 - ChecksumAt - Checksum || !file[(int)at..].StartsWith("PE\0\0"u8))
            return false;
        var optional = (int)at + 4 + FileHeader;
        var magic = BinaryPrimitives.ReadUInt16LittleEndian(file[optional..]);
        if (magic is not (Pe32 or Pe32Plus))
            return false;
        checksum = optional + ChecksumAt;
        var directories = optional + (magic == Pe32 ? 96 : 112);
        entry = directories + (CertificateEntry * Entry);
        hasEntry = file.Length >= entry + Entry && BinaryPrimitives.ReadUInt32LittleEndian(file[(directories - 4)..]) > CertificateEntry;
        return true;
    }
}
