using System.IO.Compression;
using K4os.Compression.LZ4.Streams;
using Sensor.Capture;
using static Sensor.Tests.Capture.CaptureFixture;

namespace Sensor.Tests.Capture;

public class CompressionTests
{
    public static TheoryData<string> Kinds => ["gzip", "zstd", "lz4"];

    internal static byte[] Gzip(byte[] octets) => Packed(octets, s => new GZipStream(s, CompressionLevel.SmallestSize, leaveOpen: true));

    internal static byte[] Zstandard(byte[] octets) => Packed(octets, s => new ZstdSharp.CompressionStream(s, leaveOpen: true));

    internal static byte[] Lz4(byte[] octets) => Packed(octets, s => LZ4Stream.Encode(s, leaveOpen: true));

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Compressed_captures_give_the_same_frames(string kind)
    {
        var file = Pcap(Enumerable.Range(0, 5000).Select(i => i * 10L), 100);
        var (frames, problems) = Read(Pack(kind, file));
        Assert.Equal(Read(file).Frames, frames);
        Assert.Empty(problems);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Several_members_one_after_the_other_are_one_capture(string kind)
    {
        var file = Pcap(Enumerable.Range(0, 5000).Select(i => i * 10L), 100);
        byte[] packed = [.. Pack(kind, file[..1000]), .. Pack(kind, file[1000..200_001]), .. Pack(kind, file[200_001..])];
        var (frames, problems) = Read(packed);
        Assert.Equal(Read(file).Frames, frames);
        Assert.Empty(problems);
    }

    [Theory]
    [InlineData("lz4")]
    [InlineData("zstd")]
    public void Skippable_frames_are_skipped(string kind)
    {
        var file = Pcap([1, 2, 3]);
        byte[] skippable = Hex("502A4D18 03000000 010203");
        var (frames, problems) = Read([.. Pack(kind, file[..50]), .. skippable, .. Pack(kind, file[50..])]);
        Assert.Equal(3, frames.Count);
        Assert.Empty(problems);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_compressed_capture_that_is_cut_keeps_its_frames_and_is_reported(string kind)
    {
        var random = new Random(1);
        var file = Pcap(Enumerable.Range(0, 5000).Select(i => i * 10L), 100);
        for (var i = 60; i < file.Length; i += 116)
            random.NextBytes(file.AsSpan(i, 50));
        var packed = Pack(kind, file);
        var (frames, problems) = Read(packed[..(packed.Length / 2)]);
        Assert.InRange(frames.Count, 1, 4999);
        Assert.Single(problems);
    }

    [Theory]
    [InlineData("gzip", 12)]
    [InlineData("zstd", 12)]
    [InlineData("lz4", 12)]
    [InlineData("lz4", 200)]
    public void A_small_compressed_capture_that_is_cut_in_its_first_block_is_said_to_be_cut(string kind, int octets)
    {
        var file = Pcap(Enumerable.Range(0, 20).Select(i => i * 10L), 100);
        new Random(1).NextBytes(file.AsSpan(40));
        var problem = Assert.Single(Read(Pack(kind, file)[..octets]).Problems);
        Assert.Equal($"-: cut short at offset {octets} inside the first {kind} block (0 frames were read)", problem.ToString());
        Assert.False(problem.IsNotACapture);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_compressed_text_is_not_a_capture(string kind)
    {
        var (_, problems) = Read(Pack(kind, "some text that is no capture"u8.ToArray()));
        Assert.Equal($"-: not a capture file: {kind} with neither pcap nor pcapng inside", Assert.Single(problems).ToString());
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_bomb_ends_with_a_clear_line(string kind)
    {
        // A block that may be skipped, of nothing but zeros, as large as a block may be, many times over.
        byte[] block = [.. Hex("0A000000 00000001"), .. new byte[(16 << 20) - 12], .. Hex("00000001")];
        using var packed = new MemoryStream();
        packed.Write(Pack(kind, PcapNgReaderTests.Little));
        var one = Pack(kind, block);
        for (var i = 0; i < 8; i++)
            packed.Write(one);
        var (frames, problems) = Read(packed.ToArray());
        Assert.Single(frames);
        Assert.Contains("which no capture does", Assert.Single(problems).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void What_one_file_expands_to_is_bounded()
    {
        var packed = Gzip(Pcap(Enumerable.Range(0, 5000).Select(i => i * 10L), 100));
        var options = new CaptureOptions { StandardInput = () => new MemoryStream(packed), MaxExpandedOctets = 100_000 };
        var (frames, problems) = Read(["-"], options, 4096);
        Assert.InRange(frames.Count, 1, 1000);
        Assert.Contains("expands to more than the 100000 octets", Assert.Single(problems).ToString(), StringComparison.Ordinal);
    }

    internal static byte[] Pack(string kind, byte[] octets) =>
        kind switch { "gzip" => Gzip(octets), "zstd" => Zstandard(octets), _ => Lz4(octets) };

    private static byte[] Packed(byte[] octets, Func<Stream, Stream> pack)
    {
        using var packed = new MemoryStream();
        using (var stream = pack(packed))
            stream.Write(octets);
        return packed.ToArray();
    }
}
