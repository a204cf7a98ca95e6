using Sensor.Capture;
using static Sensor.Tests.Capture.CaptureFixture;

namespace Sensor.Tests.Capture;

public class PcapReaderTests
{
    internal const string LittleMicro = """
        D4C3B2A1          // magic, little-endian, microseconds
        0200 0400         // version 2.4
        00000000 00000000 // zone, accuracy
        00000400          // snap length 262144
        01000000          // Ethernet
        01000000 02000000 // 1.000002 s
        03000000 04000000 // 3 octets of 4
        AABBCC
        02000000 00000000 // 2 s
        01000000 01000000
        DD
        """;

    private const string BigNano = """
        A1B23C4D          // magic, big-endian, nanoseconds
        0002 0004
        00000000 00000000
        00040000
        50000071          // FCS of 4 octets (bits 28-31 and 26), Linux cooked
        00000001 00000002 // 1.000000002 s
        00000002 00000002
        AABB
        """;

    private const string ModifiedRecords = """
        34CDB2A1          // the "modified" magic: longer record headers
        0200 0400
        00000000 00000000
        00000400
        01000000
        01000000 02000000 02000000 02000000
        07000000 0800 00 00 // interface 7, protocol 8, packet type, padding
        AABB
        """;

    private const string OldSwappedLengths = """
        D4C3B2A1 0200 0300 // version 2.3: some of its writers put the original length first
        00000000 00000000 00000400 0C000000 // DLT_RAW where LINKTYPE_RAW belongs
        01000000 00000000
        05000000 02000000  // original 5, captured 2
        AABB
        """;

    [Fact]
    public void Reads_little_endian_microseconds()
    {
        var (frames, problems) = Read(Hex(LittleMicro));
        Assert.Equal([new Seen(1_000_002_000, 1, 3, 4, 1, 0, "AABBCC"), new Seen(2_000_000_000, 2, 1, 1, 1, 0, "DD")], frames);
        Assert.Empty(problems);
    }

    [Fact]
    public void Reads_big_endian_nanoseconds_and_ignores_the_frame_check_bits()
    {
        var (frames, _) = Read(Hex(BigNano));
        Assert.Equal([new Seen(1_000_000_002, 1, 2, 2, 113, 0, "AABB")], frames);
    }

    [Fact]
    public void Reads_the_modified_record_header()
    {
        var (frames, _) = Read(Hex(ModifiedRecords));
        Assert.Equal([new Seen(1_000_002_000, 1, 2, 2, 1, 0, "AABB")], frames);
    }

    [Fact]
    public void Reads_files_of_old_writers()
    {
        var (frames, _) = Read(Hex(OldSwappedLengths));
        Assert.Equal([new Seen(1_000_000_000, 1, 2, 5, 101, 0, "AABB")], frames);
    }

    [Fact]
    public void A_header_without_frames_is_a_capture_without_frames()
    {
        var (frames, problems) = Read(Hex(LittleMicro)[..24]);
        Assert.Empty(frames);
        Assert.Empty(problems);
    }

    [Fact]
    public void An_empty_frame_is_a_frame()
    {
        var (frames, problems) = Read(Hex(LittleMicro)[..24].Concat(Hex("01000000 00000000 00000000 3C000000")).ToArray());
        Assert.Equal([new Seen(1_000_000_000, 1, 0, 60, 1, 0, "")], frames);
        Assert.Empty(problems);
    }

    [Fact]
    public void Says_where_a_file_is_cut_short_and_keeps_what_was_read()
    {
        var file = Hex(LittleMicro)[..^1];
        var (frames, problems) = Read(file);
        Assert.Single(frames);
        Assert.Equal("-: cut short at offset 43 inside frame 2 (1 frame was read)", Assert.Single(problems).ToString());
    }

    [Fact]
    public void A_length_beyond_any_frame_ends_the_file()
    {
        var file = Hex(LittleMicro);
        file[43 + 8 + 3] = 0x7F; // captured length of the second record
        var (frames, problems) = Read(file);
        Assert.Single(frames);
        const string Line = "-: damaged at offset 43: a frame of 2130706433 octets is longer than any (1 frame was read)";
        Assert.Equal(Line, Assert.Single(problems).ToString());
    }

    [Fact]
    public void Zeros_where_a_frame_should_begin_are_damage()
    {
        var (frames, problems) = Read([.. Hex(LittleMicro), .. new byte[1_000_000]]);
        Assert.Equal(2, frames.Count);
        Assert.Equal((60, CaptureProblemKind.Damaged), (Assert.Single(problems).Offset, problems[0].Kind));
    }

    [Theory]
    [InlineData(4096, 16)]
    [InlineData(5000, 3)]
    [InlineData(300_000, 4096)]
    public void Gives_the_same_frames_with_any_batch(int octets, int frames)
    {
        var file = Pcap(Enumerable.Range(0, 3000).Select(i => i * 1000L), 250);
        var (expected, _) = Read(file);
        Assert.Equal(3000, expected.Count);
        Assert.Equal(expected, Read(file, octets, frames).Frames);
    }

    [Fact]
    public void A_frame_larger_than_the_batch_makes_it_grow()
    {
        var file = Pcap([1, 2, 3], CaptureReader.MaxFrameOctets);
        var (frames, problems) = Read(file, 4096, 16);
        Assert.Equal(3, frames.Count);
        Assert.All(frames, f => Assert.Equal(CaptureReader.MaxFrameOctets, f.Captured));
        Assert.Empty(problems);
    }

    [Fact]
    public void Another_major_version_is_not_read()
    {
        var file = Hex(LittleMicro);
        file[4] = 3;
        var (frames, problems) = Read(file);
        Assert.Empty(frames);
        Assert.Equal(CaptureProblemKind.Damaged, Assert.Single(problems).Kind);
    }
}
