namespace Sensor.Detection.Authenticode;

/// <summary>
/// An installer (MSI, MSP: a compound file) as its signature sees it: the contents of all streams in the order of their names' octets, each folder
/// ended by its class id; and, where there is a stream MsiDigitalSignatureEx, first the digest of all names, sizes, times and class ids.
/// </summary>
public static class InstallerFile
{
    private static readonly byte[] SignatureName = Name("\u0005DigitalSignature"), MetadataName = Name("\u0005MsiDigitalSignatureEx");

    /// <summary>Finds the covered parts; null when it is no readable compound file.</summary>
    public static SignedParts? Read(ReadOnlyMemory<byte> file)
    {
        if (CompoundFile.Read(file) is not { } compound)
            return null;
        var parts = new SignedParts();
        if (!TryReadSignature(compound, parts))
            parts.Problem = "its signature streams cannot be read";
        else if (!parts.Signature.IsEmpty && !TryCover(compound, compound.Root, 0, parts))
            parts.Problem = "its streams cannot be read";
        return parts;
    }

    private static bool TryReadSignature(CompoundFile compound, SignedParts parts)
    {
        var children = new List<ReadOnlyMemory<byte>>();
        if (!compound.TryListChildren(compound.Root, children))
            return false;
        foreach (var child in children)
        {
            var isSignature = CompoundFile.NameOf(child).Span.SequenceEqual(SignatureName);
            if (!isSignature && !CompoundFile.NameOf(child).Span.SequenceEqual(MetadataName))
                continue;
            var pieces = new List<ReadOnlyMemory<byte>>();
            if (!compound.TryReadStream(child, pieces))
                return false;
            var octets = Join(pieces);
            if (isSignature)
                parts.Signature = octets;
            else
                parts.MetadataDigest = octets;
        }
        return true;
    }

    private static bool TryCover(CompoundFile compound, ReadOnlyMemory<byte> folder, int depth, SignedParts parts)
    {
        var children = new List<ReadOnlyMemory<byte>>();
        if (CompoundFile.IsTooDeep(depth) || !compound.TryListChildren(folder, children))
            return false;
        children.Sort(static (a, b) => CompoundFile.NameOf(a).Span.SequenceCompareTo(CompoundFile.NameOf(b).Span));
        CoverMetadata(folder, parts);
        foreach (var child in children)
        {
            var name = CompoundFile.NameOf(child).Span;
            if (depth == 0 && (name.SequenceEqual(SignatureName) || name.SequenceEqual(MetadataName)))
                continue;
            if (CompoundFile.KindOf(child) == CompoundFile.EntryKind.Storage && !TryCover(compound, child, depth + 1, parts))
                return false;
            if (CompoundFile.KindOf(child) != CompoundFile.EntryKind.Stream)
                continue;
            CoverMetadata(child, parts);
            var pieces = new List<ReadOnlyMemory<byte>>();
            if (!compound.TryReadStream(child, pieces))
                return false;
            foreach (var piece in pieces)
                parts.Cover(piece);
        }
        parts.Cover(folder.Slice(80, 16));
        return true;
    }

    private static void CoverMetadata(ReadOnlyMemory<byte> entry, SignedParts parts)
    {
        var kind = CompoundFile.KindOf(entry);
        var isRoot = kind == CompoundFile.EntryKind.Root;
        if (!isRoot)
            parts.CoverMetadata(CompoundFile.NameOf(entry));
        parts.CoverMetadata(kind == CompoundFile.EntryKind.Stream ? entry.Slice(120, 4) : entry.Slice(80, 16));
        parts.CoverMetadata(entry.Slice(96, 4));
        if (!isRoot)
            parts.CoverMetadata(entry.Slice(100, 16));
    }

    private static byte[] Join(List<ReadOnlyMemory<byte>> pieces)
    {
        var octets = new byte[pieces.Sum(piece => piece.Length)];
        var at = 0;
        foreach (var piece in pieces)
        {
            piece.CopyTo(octets.AsMemory(at));
            at += piece.Length;
        }
        return octets;
    }

    private static byte[] Name(string text) => System.Text.Encoding.Unicode.GetBytes(text);
}
