using System.Buffers;
using Sensor.Core.Wire;

namespace Sensor.Detection.Updates;

/// <summary>Undoes the content coding of a whole payload (RFC 9110 section 8.4.1), bounded in size and ratio.</summary>
internal static class PayloadCoding
{
    /// <summary>Decoded octets for each encoded one: programs give 2 to 10; more is made to exhaust, and is judged by its beginning.</summary>
    public const int MostRatio = 32;

    /// <summary>Decoded octets that even the smallest body may have.</summary>
    private const int LeastRoom = 64 << 10;

    /// <summary>
    /// The decoded octets, cut where they exceed <see cref="PayloadStore.MaxKept"/> or <see cref="MostRatio"/>; what cannot be decoded is
    /// given as it is.
    /// </summary>
    public static ReadOnlyMemory<byte> Decode(HttpCoding coding, ReadOnlyMemory<byte> octets)
    {
        var most = (int)Math.Min(PayloadStore.MaxKept, Math.Max(LeastRoom, (long)octets.Length * MostRatio));
        var room = (int)Math.Min(most, Math.Max(LeastRoom, octets.Length * 4L));
        while (true)
        {
            var target = new byte[room];
            var written = Expand(coding, octets.Span, target, out var isWhole);
            if (written == 0)
                return octets;
            if (isWhole || written < room || room == most)
                return target.AsMemory(0, written);
            room = (int)Math.Min(most, room * 4L);
        }
    }

    private static int Expand(HttpCoding coding, ReadOnlySpan<byte> octets, Span<byte> target, out bool isWhole)
    {
        isWhole = false;
        switch (coding)
        {
            case HttpCoding.Gzip or HttpCoding.Deflate:
                return new Inflater().Expand(octets, target, out isWhole);
            case HttpCoding.Brotli:
                // A span decoder: computation only, no stream.
#pragma warning disable RS0030
                using (var decoder = new System.IO.Compression.BrotliDecoder())
                {
                    var status = decoder.Decompress(octets, target, out _, out var written);
                    isWhole = status == OperationStatus.Done;
                    return status == OperationStatus.InvalidData ? 0 : written;
                }
#pragma warning restore RS0030
            default:
                return 0;
        }
    }
}
