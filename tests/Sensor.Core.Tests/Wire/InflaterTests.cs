using System.IO.Compression;
using CsCheck;
using Sensor.Core.Wire;

namespace Sensor.Core.Tests.Wire;

public class InflaterTests
{
    // Never empty: the platform's streams write nothing at all, not even a head, when nothing was written to them.
    private static readonly Gen<byte[]> Contents = Gen.OneOf(
        Gen.Byte.Array[1, 5000],
        Gen.Byte[97, 100].Array[1, 20_000],
        Gen.Select(Gen.Byte.Array[1, 40], Gen.Int[1, 2000], static (part, times) => Enumerable.Repeat(part, times).SelectMany(static p => p).ToArray()));

    [Theory]
    [InlineData(CompressionLevel.NoCompression)]
    [InlineData(CompressionLevel.Fastest)]
    [InlineData(CompressionLevel.SmallestSize)]
    public void Expands_what_the_platform_packed(CompressionLevel level) => Contents.Sample(
        content =>
        {
            var inflater = new Inflater();
            foreach (var packed in (byte[][])[Pack(content, s => new GZipStream(s, level, true)), Pack(content, s => new ZLibStream(s, level, true)),
                Pack(content, s => new DeflateStream(s, level, true))])
            {
                var target = new byte[content.Length + 1];
                Assert.Equal(content.Length, inflater.Expand(packed, target, out var isWhole));
                Assert.True(isWhole);
                Assert.True(content.AsSpan().SequenceEqual(target.AsSpan(0, content.Length)));
                var part = content.Length / 2;
                Assert.Equal(part, inflater.Expand(packed, target.AsSpan(0, part), out _));
                Assert.True(content.AsSpan(0, part).SequenceEqual(target.AsSpan(0, part)));
            }
        }, iter: 150);

    [Fact]
    public void Passes_over_all_of_a_gzip_head()
    {
        // ID, deflate, flags FEXTRA|FNAME|FCOMMENT|FHCRC, time, XFL, OS; extra field of 2; name; comment; head CRC; then "hi" by fixed codes.
        byte[] packed = [0x1F, 0x8B, 8, 0x1E, 0, 0, 0, 0, 0, 3, 2, 0, 9, 9, (byte)'n', 0, (byte)'c', 0, 1, 2, 0xCB, 0xC8, 0x04, 0x00];
        var target = new byte[10];
        Assert.Equal(2, new Inflater().Expand(packed, target, out var isWhole));
        Assert.True(isWhole);
        Assert.Equal("hi"u8.ToArray(), target[..2]);
    }

    [Fact]
    public void Survives_every_prefix_and_every_mutation()
    {
        var content = Enumerable.Range(0, 600).Select(static i => (byte)(i * i % 31)).ToArray();
        var packed = Pack(content, static s => new GZipStream(s, CompressionLevel.Optimal, true));
        var inflater = new Inflater();
        var target = new byte[2000];
        for (var length = 0; length < packed.Length; length++)
        {
            var written = inflater.Expand(packed.AsSpan(0, length), target, out _);
            Assert.True(content.AsSpan().StartsWith(target.AsSpan(0, Math.Min(written, content.Length))) || length < 12);
        }
        for (var at = 0; at < packed.Length; at++)
        {
            var was = packed[at];
            for (var value = 0; value < 256; value++)
            {
                packed[at] = (byte)value;
                Assert.InRange(inflater.Expand(packed, target, out _), 0, target.Length);
            }
            packed[at] = was;
        }
    }

    [Fact]
    public void Allocates_nothing()
    {
        var packed = Pack(new byte[5000], static s => new GZipStream(s, CompressionLevel.Optimal, true));
        var inflater = new Inflater();
        var target = new byte[5000];
        Assert.Equal(0, Allocations.Least(() => inflater.Expand(packed, target, out _)));
    }

    private static byte[] Pack(byte[] content, Func<Stream, Stream> wrap)
    {
        using var packed = new MemoryStream();
        using (var stream = wrap(packed))
            stream.Write(content);
        return packed.ToArray();
    }
}
