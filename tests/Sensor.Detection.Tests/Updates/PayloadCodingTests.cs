using System.IO.Compression;
using Sensor.Core.Wire;
using Sensor.Detection.Updates;

namespace Sensor.Detection.Tests.Updates;

public sealed class PayloadCodingTests
{
    [Theory]
    [InlineData(HttpCoding.Gzip)]
    [InlineData(HttpCoding.Deflate)]
    [InlineData(HttpCoding.Brotli)]
    public void Gives_back_what_was_packed(HttpCoding coding)
    {
        var file = new byte[300_000];
        new Random(5).NextBytes(file.AsSpan(0, 200_000));
        Assert.Equal(file, PayloadCoding.Decode(coding, Pack(coding, file)).ToArray());
    }

    [Theory]
    [InlineData(HttpCoding.Gzip)]
    [InlineData(HttpCoding.Brotli)]
    public void A_bomb_is_cut_at_the_ratio(HttpCoding coding)
    {
        var packed = Pack(coding, new byte[50_000_000]);
        var most = Math.Max(64 << 10, packed.Length * PayloadCoding.MostRatio);
        Assert.InRange(PayloadCoding.Decode(coding, packed).Length, 1, most);
    }

    [Fact]
    public void What_cannot_be_decoded_stays_as_it_is()
    {
        byte[] junk = [0xFF, 0xFF, 1, 2, 3];
        foreach (var coding in Enum.GetValues<HttpCoding>())
            Assert.Equal(junk, PayloadCoding.Decode(coding, junk).ToArray());
    }

    private static byte[] Pack(HttpCoding coding, byte[] file)
    {
        var packed = new MemoryStream();
        using (Stream stream = coding switch
        {
            HttpCoding.Gzip => new GZipStream(packed, CompressionLevel.Optimal),
            HttpCoding.Deflate => new ZLibStream(packed, CompressionLevel.Optimal),
            _ => new BrotliStream(packed, CompressionLevel.Fastest),
        })
            stream.Write(file);
        return packed.ToArray();
    }
}
