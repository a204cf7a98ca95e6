using Sensor.Core.Frames;
using Sensor.Core.Wire;
using static Sensor.Core.Tests.Analyzers.Layers;

namespace Sensor.Core.Tests.Analyzers;

/// <summary>Fragments seen through the dissector.</summary>
public class FragmentTests
{
    private const int More = 0x2000, UdpProtocol = 17;

    private static readonly byte[] Data = [.. Enumerable.Range(0, 100).Select(static i => (byte)i)];
    private static readonly byte[] Datagram = Udp(1111, 2222, Data);

    [Fact]
    public void Puts_an_IPv4_datagram_together_in_any_order()
    {
        var frame = new OneFrame();
        Assert.Equal(PacketKind.Fragment, frame.Dissect(Piece4(48, 60, isLast: true)).Kind);
        Assert.Equal(PacketKind.Fragment, frame.Dissect(Piece4(24, 24)).Kind);
        var packet = frame.Dissect(Piece4(0, 24));
        AssertWhole(frame, in packet);
        Assert.Equal((3, 1), (frame.Dissector.Counters.Fragments, frame.Dissector.Counters.Reassembled));
    }

    [Fact]
    public void Puts_an_IPv6_datagram_together_by_the_first_fragments_header()
    {
        var frame = new OneFrame();
        Assert.Equal(PacketKind.Fragment, frame.Dissect(Piece6(48, 60, next: 6, isLast: true)).Kind);
        var packet = frame.Dissect(Piece6(0, 48, next: UdpProtocol));
        AssertWhole(frame, in packet);
    }

    [Fact]
    public void Walks_on_inside_a_reassembled_tunnel()
    {
        var frame = new OneFrame();
        var inner = Join(Hex("00 00 65 58"), Ethernet(0x0800, Ip4(UdpProtocol, Datagram)));
        frame.Dissect(Ethernet(0x0800, Ip4(47, inner[..64], "192.0.2.1", fragment: More)));
        var packet = frame.Dissect(Ethernet(0x0800, Ip4(47, inner[64..], "192.0.2.1", fragment: 64 / 8)));
        AssertWhole(frame, in packet);
        Assert.True(packet.HasMacs);
        Assert.Equal("10.0.0.1", packet.Source.ToString());
    }

    [Fact]
    public void Keeps_segments_apart()
    {
        var frame = new OneFrame();
        byte[] Tagged(int vlan, int at, int length, bool isLast) => Ethernet(0x8100, Tag(vlan, 0x0800, Piece4(at, length, isLast)[14..]));
        frame.Dissect(Tagged(7, 0, 48, false));
        Assert.Equal(PacketKind.Fragment, frame.Dissect(Tagged(8, 48, 60, true)).Kind);
        Assert.Equal(PacketKind.Udp, frame.Dissect(Tagged(7, 48, 60, true)).Kind);
    }

    [Fact]
    public void Forgets_fragments_after_half_a_minute_of_packet_time()
    {
        var frame = new OneFrame();
        frame.Dissect(Piece4(0, 48), timeNs: 1);
        Assert.Equal(PacketKind.Fragment, frame.Dissect(Piece4(48, 60, isLast: true), timeNs: 30_000_000_002).Kind);
        Assert.Equal(1, frame.Dissector.Counters.FragmentsDropped);
    }

    [Fact]
    public void Reads_a_first_fragment_that_the_capture_cut_as_far_as_it_goes()
    {
        var frame = new OneFrame();
        var whole = Piece4(0, 48);
        var packet = frame.Dissect(whole[..^8], originalLength: whole.Length);
        Assert.Equal((PacketKind.Udp, 2222, 32, true), (packet.Kind, packet.DestinationPort, packet.PayloadLength, packet.Truncated));
    }

    [Fact]
    public void Allocates_nothing_once_its_memory_is_there()
    {
        var frame = new OneFrame();
        byte[] first = Piece4(0, 48), last = Piece4(48, 60, isLast: true);
        var rounds = 0;
        Assert.Equal(0, Allocations.Least(() =>
        {
            frame.Dissect(first, first.Length, LinkType.Ethernet);
            frame.Dissect(last, last.Length, LinkType.Ethernet);
            rounds++;
        }));
        Assert.Equal(rounds, frame.Dissector.Counters.Reassembled);
    }

    private static void AssertWhole(OneFrame frame, in Packet packet)
    {
        Assert.Equal((PacketKind.Udp, 1111, 2222), (packet.Kind, packet.SourcePort, packet.DestinationPort));
        Assert.True(packet.InSide);
        Assert.Equal(Data, frame.Payload(in packet));
        Assert.False(packet.Truncated);
        Assert.Equal(FlowHash.Of(packet.Segment, 17, packet.Source, 1111, packet.Destination, 2222), packet.FlowHash);
    }

    private static byte[] Piece4(int at, int length, bool isLast = false) => Ethernet(
        0x0800, Ip4(UdpProtocol, Datagram[at..(at + length)], fragment: (isLast ? 0 : More) | (at / 8)));

    private static byte[] Piece6(int at, int length, int next, bool isLast = false) => Ethernet(
        0x86DD, Ip6(44, Join([(byte)next, 0], U16(at | (isLast ? 0 : 1)), Hex("00 00 00 09"), Datagram[at..(at + length)])));
}
