using Sensor.Detection.Certificates;

namespace Sensor.Detection.Authenticode;

/// <summary>The parts of a file that its signature covers, and the signature. Borrows the file.</summary>
public sealed class SignedParts
{
    private readonly List<ReadOnlyMemory<byte>> _covered = [], _metadata = [];

    /// <summary>The signature (CMS SignedData); empty when there is none.</summary>
    public ReadOnlyMemory<byte> Signature { get; set; }

    /// <summary>What the file's structure makes of the signature impossible, as the end of "invalid: …"; null when nothing.</summary>
    public string? Problem { get; set; }

    /// <summary>What is worth knowing, but no fault.</summary>
    public string? Note { get; set; }

    /// <summary>The digest of the metadata as the file carries it (MsiDigitalSignatureEx), or empty.</summary>
    public ReadOnlyMemory<byte> MetadataDigest { get; set; }

    /// <summary>Adds covered octets, in order.</summary>
    public void Cover(ReadOnlyMemory<byte> octets) => _covered.Add(octets);

    /// <summary>Adds octets of metadata, whose digest is covered before all else.</summary>
    public void CoverMetadata(ReadOnlyMemory<byte> octets) => _metadata.Add(octets);

    /// <summary>The digest over all covered parts; empty when it cannot be computed.</summary>
    public byte[] Digest(DigestKind kind)
    {
        using var running = kind.Begin();
        if (running is null)
            return [];
        if (!MetadataDigest.IsEmpty)
            running.AppendData(DigestOfMetadata(kind));
        foreach (var part in _covered)
            running.AppendData(part.Span);
        return running.GetHashAndReset();
    }

    /// <summary>Whether the metadata are as the file says; true where it says nothing.</summary>
    public bool MetadataAgree(DigestKind kind) => MetadataDigest.IsEmpty || DigestOfMetadata(kind).AsSpan().SequenceEqual(MetadataDigest.Span);

    private byte[] DigestOfMetadata(DigestKind kind)
    {
        using var running = kind.Begin();
        foreach (var part in _metadata)
            running?.AppendData(part.Span);
        return running?.GetHashAndReset() ?? [];
    }
}
