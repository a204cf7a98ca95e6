using Sensor.Core.Frames;
using static Sensor.Core.Tests.Analyzers.Layers;

namespace Sensor.Core.Tests.Analyzers;

public class ChecksumModeTests
{
    private const string Source = "10.0.0.1", Destination = "10.0.0.2", Source6 = "fe80::1", Destination6 = "ff02::1";

    private static readonly byte[] Odd = "odd"u8.ToArray();

    public static TheoryData<string> Kinds => ["tcp", "udp", "tcp6", "udp6", "icmp", "icmp6"];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Passes_right_checksums(string kind)
    {
        var frame = new OneFrame(ChecksumMode.All);
        Assert.NotEqual(PacketKind.Undecodable, frame.Dissect(Frame(kind)).Kind);
        Assert.Equal(0, frame.Dissector.Counters.BadChecksums);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Drops_wrong_transport_checksums_only_when_told(string kind)
    {
        var octets = Frame(kind);
        octets[^1] ^= 0x10;
        var strict = new OneFrame(ChecksumMode.All);
        Assert.Equal(PacketKind.Undecodable, strict.Dissect(octets).Kind);
        var counters = strict.Dissector.Counters;
        Assert.Equal((1, 1, 0), (counters.BadChecksums, counters.DroppedForChecksum, counters.Undecodable));
        Assert.NotEqual(PacketKind.Undecodable, new OneFrame().Dissect(octets).Kind);
    }

    [Fact]
    public void Counts_a_wrong_IP_checksum_and_drops_only_when_told()
    {
        var octets = Frame("udp");
        octets[14 + 11] ^= 1;
        var frame = new OneFrame();
        Assert.Equal(PacketKind.Udp, frame.Dissect(octets).Kind);
        Assert.Equal((1, 0), (frame.Dissector.Counters.BadChecksums, frame.Dissector.Counters.DroppedForChecksum));
        var strict = new OneFrame(ChecksumMode.All);
        Assert.Equal(PacketKind.Undecodable, strict.Dissect(octets).Kind);
        Assert.Equal((1, 1), (strict.Dissector.Counters.BadChecksums, strict.Dissector.Counters.DroppedForChecksum));
    }

    [Fact]
    public void Lets_UDP_over_IPv4_go_without() =>
        Assert.Equal(PacketKind.Udp, new OneFrame(ChecksumMode.All).Dissect(Ethernet(0x0800, Ip4(17, Udp(1, 2, Odd)))).Kind);

    [Fact]
    public void Passes_what_the_capture_cut()
    {
        var octets = Frame("tcp");
        Assert.Equal(PacketKind.Tcp, new OneFrame(ChecksumMode.All).Dissect(octets[..^1], originalLength: octets.Length).Kind);
    }

    private static byte[] Frame(string kind) => kind switch
    {
        "tcp" => Ethernet(0x0800, Ip4(6, WithChecksum(Tcp(1, 2, Odd), 16, 6, Source, Destination))),
        "udp" => Ethernet(0x0800, Ip4(17, WithChecksum(Udp(1, 2, Odd), 6, 17, Source, Destination))),
        "tcp6" => Ethernet(0x86DD, Ip6(6, WithChecksum(Tcp(1, 2, Odd), 16, 6, Source6, Destination6))),
        "udp6" => Ethernet(0x86DD, Ip6(17, WithChecksum(Udp(1, 2, Odd), 6, 17, Source6, Destination6))),
        "icmp" => Ethernet(0x0800, Ip4(1, Hex("08 00 f7 fd 00 01 00 01"))),
        _ => Ethernet(0x86DD, Ip6(58, WithChecksum(Hex("85 00 00 00 00 00 00 00"), 2, 58, Source6, Destination6))),
    };
}
