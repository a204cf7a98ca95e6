using Sensor.Capture;
using static Sensor.Tests.Capture.CaptureFixture;

namespace Sensor.Tests.Capture;

public class PcapNgReaderTests
{
    internal const string LittleSection = """
        0A0D0D0A 1C000000 4D3C2B1A 0100 0000 FFFFFFFFFFFFFFFF 1C000000 // section header, version 1.0, length unknown
        """;

    internal const string LittleEthernet = """
        01000000 14000000 0100 0000 00000000 14000000 // interface: Ethernet, no snap length, no options
        """;

    internal const string LittleEnhanced = """
        06000000 24000000 00000000 // enhanced packet of interface 0
        00000000 42420F00          // 1,000,002 units: 1.000002 s at the default of microseconds
        03000000 04000000 AABBCC00 // 3 octets of 4, padded
        24000000
        """;

    private const string BigSection = """
        0A0D0D0A 00000020 1A2B3C4D 0001 0000 FFFFFFFFFFFFFFFF // big-endian
        00000000                                              // end of options
        00000020
        00000001 00000014 0071 0000 00000002 00000014         // interface 0: Linux cooked, 2 octets of each frame
        00000001 0000001C 0065 0000 00000000 0009 0001 09000000 0000001C // interface 1: RAW, if_tsresol 9: nanoseconds
        00000006 00000024 00000001 00000000 00000007 00000001 00000001 EE000000 00000024 // 7 ns
        00000003 00000014 00000004 AABB0000 00000014           // simple packet: interface 0 keeps 2 octets of 4
        00000002 00000024 0000 FFFF 00000000 00000008 00000002 00000002 CCDD0000 00000024 // obsolete packet: 8 us
        """;

    internal static byte[] Little { get; } = Hex(LittleSection + "\n" + LittleEthernet + "\n" + LittleEnhanced);

    [Fact]
    public void Reads_an_enhanced_packet()
    {
        var (frames, problems) = Read(Little);
        Assert.Equal([new Seen(1_000_002_000, 1, 3, 4, 1, 0, "AABBCC")], frames);
        Assert.Empty(problems);
    }

    [Fact]
    public void Reads_sections_of_both_byte_orders_with_interfaces_of_their_own()
    {
        var (frames, problems) = Read([.. Little, .. Hex(BigSection)]);
        Assert.Equal(
            [
                new Seen(1_000_002_000, 1, 3, 4, 1, 0, "AABBCC"),
                new Seen(7, 2, 1, 1, 101, 0, "EE"),
                new Seen(7, 3, 2, 4, 113, 0, "AABB"),
                new Seen(8000, 4, 2, 2, 113, 0, "CCDD"),
            ],
            frames);
        Assert.Empty(problems);
    }

    [Theory]
    [InlineData("0900 0100 00000000", 1_000_002_000_000_000)] // seconds
    [InlineData("0900 0100 03000000", 1_000_002_000_000)] // milliseconds
    [InlineData("0900 0100 0C000000", 1_000)] // picoseconds
    [InlineData("0900 0100 94000000", 953_676_223)] // 2^-20 s
    [InlineData("0900 0100 80000000", 1_000_002_000_000_000)] // 2^0 s
    [InlineData("0900 0100 FF000000", 0)] // 2^-127 s: nothing but rounding
    [InlineData("0900 0100 7F000000", 0)] // 10^-127 s
    [InlineData("0E00 0800 0A00000000000000", 11_000_002_000)] // 10 s later
    [InlineData("0E00 0800 FFFFFFFFFFFFFFFF", 2_000)] // 1 s earlier
    [InlineData("0E00 0800 0000000000000080", 0)] // before 1970
    [InlineData("0E00 0800 FFFFFFFFFFFFFF7F", CaptureReader.MaxTimestampNs)]
    [InlineData("0200 0300 65746800 0900 0100 03000000", 1_000_002_000_000)] // after a name
    [InlineData("0200 FFFF 65746800 0900 0100 03000000", 1_000_002_000)] // an option longer than its block
    public void Counts_as_the_interface_says(string options, long expected)
    {
        var length = 20 + Hex(options).Length;
        var ethernet = $"01000000 {length:X2}000000 0100 0000 00000000 {options} {length:X2}000000";
        var (frames, problems) = Read(Hex(LittleSection + "\n" + ethernet + "\n" + LittleEnhanced));
        Assert.Equal(expected, Assert.Single(frames).Ns);
        Assert.Empty(problems);
    }

    [Fact]
    public void Skips_other_blocks_and_numbers_frames_as_Wireshark_does()
    {
        const string Names = "04000000 10000000 00000000 10000000";
        const string Secrets = "0A000000 14000000 4B534C54 00000000 14000000";
        const string Unknown = "77070000 0C000000 0C000000";
        const string Custom = "AD0B0000 10000000 D97E0000 10000000"; // has a row in Wireshark's list
        string[] blocks = [LittleSection, LittleEthernet, Names, Custom, LittleEnhanced, Secrets, Unknown, LittleEnhanced];
        var (frames, problems) = Read(Hex(string.Join('\n', blocks)));
        Assert.Equal([2, 3], frames.Select(f => f.Number));
        Assert.Empty(problems);
    }

    [Fact]
    public void Skips_a_block_larger_than_the_batch_without_growing()
    {
        byte[] secrets = [.. Hex("0A000000 0C000F00"), .. new byte[0xF0000], .. Hex("0C000F00")];
        var (frames, problems) = Read([.. Hex(LittleSection + "\n" + LittleEthernet), .. secrets, .. Hex(LittleEnhanced)], 4096, 16);
        Assert.Single(frames);
        Assert.Empty(problems);
    }

    [Theory]
    [InlineData(8, 1, "a packet of interface 1, which the section does not have")]
    [InlineData(4, 0x25, "a block of 37 octets cannot be")]
    [InlineData(4, 8, "a block of 8 octets cannot be")]
    [InlineData(7, 0x7F, "a block of 2130706468 octets cannot be")]
    [InlineData(32, 0x28, "the two lengths of a block differ")]
    [InlineData(20, 5, "a frame of 5 octets in a block of 36")]
    public void Ends_a_file_at_damage(int at, byte value, string reason)
    {
        var file = Little;
        byte[] damaged = [.. file, .. Hex(LittleEnhanced)];
        damaged[file.Length + at] = value;
        var (frames, problems) = Read(damaged);
        Assert.Single(frames);
        Assert.Equal($"-: damaged at offset {file.Length}: {reason} (1 frame was read)", Assert.Single(problems).ToString());
    }

    [Fact]
    public void Says_where_a_file_is_cut_short()
    {
        var (frames, problems) = Read(Little[..^1]);
        Assert.Empty(frames);
        Assert.Equal("-: cut short at offset 48 inside frame 1 (0 frames were read)", Assert.Single(problems).ToString());
    }
}
