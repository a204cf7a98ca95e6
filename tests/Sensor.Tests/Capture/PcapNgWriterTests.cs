using Sensor.Capture;
using Sensor.Core.Frames;
using Sensor.Tests.Oracles;

namespace Sensor.Tests.Capture;

/// <summary>What the writer writes, our reader and tshark read.</summary>
public sealed class PcapNgWriterTests : IDisposable
{
    private readonly CaptureFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    private string Written()
    {
        var file = new MemoryStream();
        using var writer = new PcapNgWriter(file, "test");
        var ethernet = writer.AddInterface("a.pcap", 1);
        var raw = writer.AddInterface("b.pcap", 101);
        byte[] tagged = [2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 0x81, 0, 0, 20, 8, 6, 0, 1, 8, 0, 6, 4, 0, 1, 2, 0, 0, 0, 0, 2, 10, 0, 0, 2,
            0, 0, 0, 0, 0, 0, 10, 0, 0, 1];
        byte[] ip = [0x45, 0, 0, 21, 0, 1, 0, 0, 64, 17, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2, 0];
        writer.Write(ethernet, new FrameRecord { TimestampNs = 1_795_428_672_123_456_789, OriginalLength = 60 }, tagged,
            "first: über\nsecond");
        writer.Write(raw, new FrameRecord { TimestampNs = 1_795_428_672_123_456_790 }, ip, "");
        return _fixture.Write("written.pcapng", file.ToArray());
    }

    [Fact]
    public void Our_reader_reads_it()
    {
        var (frames, problems) = CaptureFixture.Read([Written()]);
        Assert.Empty(problems);
        Assert.Equal(
            [(1_795_428_672_123_456_789, 46, 60, 1), (1_795_428_672_123_456_790, 21, 21, 101)],
            frames.Select(frame => (frame.Ns, frame.Captured, frame.Original, frame.LinkType)));
    }

    [Fact]
    public void Tshark_reads_it()
    {
        Assert.SkipUnless(TsharkTable.IsInstalled, "tshark is not installed");
        var rows = TsharkTable.Read(
            Written(), "frame", "frame.time_epoch", "frame.len", "frame.cap_len", "frame.interface_name", "vlan.id", "frame.protocols",
                "frame.comment").ToList();
        Assert.Equal(["1795428672.123456789", "60", "46", "a.pcap", "20", "eth:ethertype:vlan:ethertype:arp", "first: über\\nsecond"],
            rows[0]);
        Assert.Equal(["1795428672.123456790", "21", "21", "b.pcap", ""], rows[1][..5]);
        Assert.StartsWith("raw:ip", rows[1][5], StringComparison.Ordinal);
    }

    [Fact]
    public void A_comment_longer_than_an_option_is_cut()
    {
        var file = new MemoryStream();
        using var writer = new PcapNgWriter(file, "test");
        writer.AddInterface("a", 1);
        writer.Write(0, new FrameRecord { TimestampNs = 1 }, [1, 2, 3], new string('x', 70_000));
        writer.Write(0, new FrameRecord { TimestampNs = 2 }, [4], "");
        Assert.Equal(2, CaptureFixture.Read(file.ToArray()).Frames.Count);
    }
}
