using System.Buffers.Binary;
using System.Text;

namespace Sensor.Detection.Authenticode;

/// <summary>
/// A cabinet ([MS-CAB]; MSU files are cabinets too) as its signature sees it. A signed one has 20 reserved octets in its header, which say where
/// behind the data the signature lies. Left out are what signing changes: the first reserved field, the cabinet's number and the reserve itself.
/// <code>
/// 0 "MSCF" | 4 reserved | 8 size | 12 reserved | 16 first file | 20 reserved | 24 version | 26 folders | 28 files | 30 flags | 32 set | 34 number
/// 36 reserve sizes (2, 1, 1) | 40 reserve: 4 octets, signature offset (4), signature size (4), 8 octets | names, folders, files, data
/// </code>
/// </summary>
public static class CabinetFile
{
    private const int Header = 36, FlagsAt = 30, ReserveAt = 36, SignatureAt = 44, SignedReserve = 20, CoveredFrom = 56, SignedHeader = 60;
    private const int HasReserve = 4;

    /// <summary>Files whose names are listed.</summary>
    private const int MaxFiles = 64;

    /// <summary>Whether octets begin a cabinet.</summary>
    public static bool IsCabinet(ReadOnlySpan<byte> file) => file.StartsWith("MSCF"u8) && (file.Length < 8 || !file[4..8].ContainsAnyExcept((byte)0));

    /// <summary>Finds the covered parts; null when it is no cabinet.</summary>
    public static SignedParts? Read(ReadOnlyMemory<byte> file)
    {
        var octets = file.Span;
        if (!octets.StartsWith("MSCF"u8) || octets.Length < Header)
            return null;
        var parts = new SignedParts();
        var hasReserve = (BinaryPrimitives.ReadUInt16LittleEndian(octets[FlagsAt..]) & HasReserve) != 0;
        if (!hasReserve || octets.Length < SignedHeader || BinaryPrimitives.ReadUInt16LittleEndian(octets[ReserveAt..]) != SignedReserve)
            return parts;
        var offset = BinaryPrimitives.ReadUInt32LittleEndian(octets[SignatureAt..]);
        var size = BinaryPrimitives.ReadUInt32LittleEndian(octets[(SignatureAt + 4)..]);
        if (offset == 0 || size == 0)
            return parts;
        if (offset < SignedHeader || (ulong)offset + size > (ulong)file.Length)
        {
            parts.Problem = "its signature lies outside the file";
            return parts;
        }
        parts.Cover(file[..4]);
        parts.Cover(file[8..(Header - 2)]);
        parts.Cover(file[CoveredFrom..(int)offset]);
        parts.Signature = file.Slice((int)offset, (int)size);
        if (file.Length > offset + size)
            parts.Note = $"{file.Length - offset - size} octets after the signature are not covered";
        return parts;
    }

    /// <summary>The names of the files inside, at most 64; empty when the list cannot be read.</summary>
    public static IReadOnlyList<string> FileNames(ReadOnlySpan<byte> file)
    {
        var names = new List<string>();
        if (!file.StartsWith("MSCF"u8) || file.Length < Header)
            return names;
        var at = (long)BinaryPrimitives.ReadUInt32LittleEndian(file[16..]);
        var count = BinaryPrimitives.ReadUInt16LittleEndian(file[28..]);
        for (var number = 0; number < Math.Min((int)count, MaxFiles) && at + 16 < file.Length; number++)
        {
            var name = file[(int)(at + 16)..];
            var end = name.IndexOf((byte)0);
            if (end is < 1 or > 256)
                break;
            names.Add(Encoding.Latin1.GetString(name[..end]));
            at += 16 + end + 1;
        }
        return names;
    }
}
