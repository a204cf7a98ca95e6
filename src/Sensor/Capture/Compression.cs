namespace Sensor.Capture;

/// <summary>
/// How a file is compressed, told by its first octets, and how many times larger than the file its content may be. Real captures stay far
/// below
/// <see cref="MaxRatio"/> (long zero-filled transfers, recorded with segmentation offload, are the densest); endless runs of one octet,
/// of which bombs are made, exceed it.
/// </summary>
/// <param name="Name">As people call it.</param>
/// <param name="MaxRatio">Expanded octets for each octet on disk, once <see cref="RatioCountsFrom"/> octets have come out.</param>
internal sealed record Compression(string Name, int MaxRatio)
{
    /// <summary>Octets that may come out before the ratio counts: short captures of nothing but zeros harm nobody. 64 MiB.</summary>
    internal const long RatioCountsFrom = 64 << 20;

    /// <summary>Octets of the file needed to tell.</summary>
    internal const int MagicSize = 4;

    /// <summary>RFC 1952. DEFLATE cannot do better than 1032 : 1.</summary>
    internal static readonly Compression Gzip = new("gzip", 900);

    /// <summary>RFC 8878. A run of zeros reaches about 30,000 : 1.</summary>
    internal static readonly Compression Zstandard = new("zstd", 8000);

    /// <summary>LZ4 frame format 1.6. The format cannot do better than 255 : 1.</summary>
    internal static readonly Compression Lz4 = new("lz4", 240);

    // Without it the runtime's gzip reader takes a file that is cut for one that has ended.
    static Compression() => AppContext.SetSwitch("System.IO.Compression.UseStrictValidation", true);

    /// <summary>The compression that <paramref name="magic"/> (the file's first four octets, or fewer) announces; null for none.</summary>
    internal static Compression? Of(ReadOnlySpan<byte> magic) => magic switch
    {
        [0x1F, 0x8B, 0x08, ..] => Gzip,
        [0x28, 0xB5, 0x2F, 0xFD] => Zstandard,
        [0x04, 0x22, 0x4D, 0x18] => Lz4,
        [>= 0x50 and <= 0x5F, 0x2A, 0x4D, 0x18] => Zstandard, // a skippable frame: pzstd and others begin with one
        _ => null,
    };

    /// <summary>A stream of what <paramref name="packed"/> holds.</summary>
    internal Stream Expand(Stream packed)
    {
        if (this == Gzip)
            return new System.IO.Compression.GZipStream(packed, System.IO.Compression.CompressionMode.Decompress);
        if (this == Zstandard)
            return new ZstdSharp.DecompressionStream(packed);
        return new Lz4FramesStream(packed);
    }
}
