using System.Collections.Immutable;
using Sensor.Detection.Authenticode;
using Sensor.Detection.Certificates;
using Sensor.Detection.Names;

namespace Sensor.Detection.Updates;

/// <summary>A whole file, its hashes in lower-case hexadecimal (empty when not known) and its verdict (null when it was too large to keep).</summary>
internal sealed record VerifiedFile(ReadOnlyMemory<byte> Octets, string Sha256, string Sha1, FileVerdict? Verdict, long TimeNs)
{
    /// <summary>Names of the files in it, where it is a cabinet, safe to show: read once, as the signature is.</summary>
    public ImmutableArray<string> FilesInside => field.IsDefault ? field = [.. CabinetFile.FileNames(Octets.Span).Select(WireText.Printable)] : field;

    /// <summary>Whether it has just these octets at their place.</summary>
    public bool Has(long offset, ReadOnlySpan<byte> octets) =>
        offset + octets.Length <= Octets.Length && Octets.Span.Slice((int)offset, octets.Length).SequenceEqual(octets);

    /// <summary>Whether the verdict would be the same at <paramref name="timeNs"/>: time only decides which certificates are out of date.</summary>
    public bool HoldsAt(long timeNs) => timeNs == TimeNs || Verdict is null || (HoldsAt(Verdict.Chain, timeNs)
        && Verdict.Signatures.All(signature => HoldsAt(signature.Chain, timeNs)));

    private bool HoldsAt(ChainVerdict? chain, long timeNs) => chain is null || chain.Path.All(certificate =>
        timeNs < certificate.NotBeforeNs == TimeNs < certificate.NotBeforeNs && timeNs > certificate.NotAfterNs == TimeNs > certificate.NotAfterNs);
}

/// <summary>
/// The files verified lately, octet by octet: what many clients fetch is hashed and verified once, comparing costs a hundredth of that. (A quick hash
/// in place of the comparison could be forged, and the verdict about another file would be told.)
/// </summary>
internal sealed class VerifiedFiles
{
    /// <summary>Files kept, and their octets: the programs of a patch day. The one used least lately makes room; it is then verified again.</summary>
    public const int Capacity = 16, MaxOctets = 32 << 20;

    private readonly LinkedList<VerifiedFile> _byUse = new();
    private long _octets;

    /// <summary>Files kept now.</summary>
    public int Count => _byUse.Count;

    /// <summary>The file with just these octets, if its verdict holds at <paramref name="timeNs"/>; else null.</summary>
    public VerifiedFile? Find(ReadOnlySpan<byte> octets, long timeNs)
    {
        for (var node = _byUse.Last; node is not null; node = node.Previous)
        {
            if (!node.Value.Octets.Span.SequenceEqual(octets) || !node.Value.HoldsAt(timeNs))
                continue;
            _byUse.Remove(node);
            _byUse.AddLast(node);
            return node.Value;
        }
        return null;
    }

    /// <summary>A file of <paramref name="length"/> octets that has these at their place, the one used last; null when there is none.</summary>
    public VerifiedFile? FindWith(long length, long offset, ReadOnlySpan<byte> octets)
    {
        for (var node = _byUse.Last; node is not null; node = node.Previous)
        {
            if (node.Value.Octets.Length == length && node.Value.Has(offset, octets))
                return node.Value;
        }
        return null;
    }

    /// <summary>Whether <paramref name="file"/> is kept.</summary>
    public bool Holds(VerifiedFile file)
    {
        for (var node = _byUse.First; node is not null; node = node.Next)
        {
            if (ReferenceEquals(node.Value, file))
                return true;
        }
        return false;
    }

    /// <summary>
    /// Keeps a file that <see cref="Find"/> did not know, with its octets, which must not change any more. True when others had to make room.
    /// </summary>
    public bool Keep(VerifiedFile file)
    {
        if (file.Octets.Length > MaxOctets)
            return false;
        var before = _byUse.Count;
        _byUse.AddLast(file);
        _octets += file.Octets.Length;
        while (_byUse.Count > Capacity || _octets > MaxOctets)
        {
            _octets -= _byUse.First!.Value.Octets.Length;
            _byUse.RemoveFirst();
        }
        return _byUse.Count <= before;
    }
}
