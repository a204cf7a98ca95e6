using Sensor.Capture;
using static Sensor.Tests.Capture.CaptureFixture;

namespace Sensor.Tests.Capture;

/// <summary>No prefix and no changed octet of a good file throws, hangs, or takes memory without a bound.</summary>
public class HostileCaptureTests
{
    private const long MemoryForOne = 4 << 20;

    public static TheoryData<string> Samples => ["pcap", "pcapng", "gzip", "zstd", "lz4"];

    [Theory]
    [MemberData(nameof(Samples))]
    public void Every_prefix_is_read_or_reported(string kind)
    {
        var sample = Sample(kind);
        var whole = Read(sample).Frames;
        for (var length = 0; length < sample.Length; length++)
        {
            var (frames, problems) = Bounded(sample[..length]);
            Assert.Equal(whole.Take(frames.Count), frames);
            var told = frames.Count == whole.Count || problems.Count == 1 || IsEndOfRecord(kind, length);
            Assert.True(told, $"silence after {length} octets of {kind}");
        }
    }

    [Theory]
    [MemberData(nameof(Samples))]
    public void Every_changed_octet_is_survived(string kind)
    {
        var sample = Sample(kind);
        for (var at = 0; at < sample.Length; at++)
        {
            foreach (var flip in (byte[])[0x01, 0x80, 0xFF])
            {
                var mutant = (byte[])sample.Clone();
                mutant[at] ^= flip;
                var (frames, problems) = Bounded(mutant);
                Assert.InRange(frames.Count, 0, 4);
                Assert.InRange(problems.Count, 0, 1);
            }
        }
    }

    private static byte[] Sample(string kind) => kind switch
    {
        "pcap" => Hex(PcapReaderTests.LittleMicro),
        "pcapng" => [.. PcapNgReaderTests.Little, .. Hex(PcapNgReaderTests.LittleEnhanced)],
        "gzip" => CompressionTests.Gzip(PcapNgReaderTests.Little),
        "zstd" => CompressionTests.Zstandard(PcapNgReaderTests.Little),
        _ => CompressionTests.Lz4(PcapNgReaderTests.Little),
    };

    // Where nothing tells that more should follow.
    private static bool IsEndOfRecord(string kind, int length) =>
        kind switch { "pcap" => length is 24 or 43, "pcapng" => length is 28 or 48 or 84, _ => false };

    private static (List<Seen> Frames, IReadOnlyList<CaptureProblem> Problems) Bounded(byte[] file)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        var read = Read(file, 4096, 16);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, MemoryForOne);
        return read;
    }
}
