using Sensor.Core.Frames;
using static Sensor.Core.Tests.Analyzers.Layers;

namespace Sensor.Core.Tests.Analyzers;

public class DissectorTests
{
    private const int UdpProtocol = 17, TcpProtocol = 6;

    private static readonly byte[] Http = "GET /wpad.dat HTTP/1.1"u8.ToArray();

    [Fact]
    public void Fills_what_a_TCP_segment_says()
    {
        var frame = new OneFrame();
        var packet = frame.Dissect(Ethernet(0x0800, Ip4(TcpProtocol, Tcp(40000, 80, Http, "01 01 01 00"))));
        Assert.Equal(PacketKind.Tcp, packet.Kind);
        Assert.Equal((40000, 80), (packet.SourcePort, packet.DestinationPort));
        Assert.Equal(0x01020304u, packet.Sequence);
        Assert.Equal(0x05060708u, packet.Acknowledgment);
        Assert.Equal(0x18, packet.TcpFlags);
        Assert.Equal(0xABCD, packet.TransportChecksum);
        Assert.Equal(Http, frame.Payload(in packet));
    }

    [Fact]
    public void Leaves_Ethernet_padding_out_of_the_payload()
    {
        var frame = new OneFrame();
        var packet = frame.Dissect(Join(Ethernet(0x0800, Ip4(TcpProtocol, Tcp(40000, 80, []))), new byte[6]));
        Assert.Equal((PacketKind.Tcp, 0, 0), (packet.Kind, packet.PayloadLength, packet.PayloadWireLength));
    }

    [Fact]
    public void Takes_all_there_is_when_the_card_was_to_cut_the_segment()
    {
        var frame = new OneFrame();
        var packet = frame.Dissect(Ethernet(0x0800, Ip4(TcpProtocol, Tcp(40000, 80, Http), totalLength: 0)));
        Assert.Equal(Http, frame.Payload(in packet));
        packet = frame.Dissect(Ethernet(0x86DD, Ip6(TcpProtocol, Tcp(40000, 80, Http), length: 0)));
        Assert.Equal(Http, frame.Payload(in packet));
    }

    [Theory]
    [InlineData(14 + 20 + 20 + 10, 10)] // the payload is cut
    [InlineData(14 + 20 + 20 + 2, 0)] // within the TCP options
    public void Reads_what_the_snap_length_left(int captured, int payload)
    {
        var whole = Ethernet(0x0800, Ip4(TcpProtocol, Tcp(40000, 80, Http, payload == 0 ? "01 01 01 00" : "")));
        var packet = new OneFrame().Dissect(whole[..captured], originalLength: whole.Length);
        Assert.Equal((PacketKind.Tcp, 80), (packet.Kind, packet.DestinationPort));
        Assert.Equal((payload, Http.Length), (packet.PayloadLength, packet.PayloadWireLength));
        Assert.True(packet.Truncated);
    }

    [Fact]
    public void Counts_a_transport_header_that_is_cut()
    {
        var frame = new OneFrame();
        var packet = frame.Dissect(Ethernet(0x0800, Ip4(TcpProtocol, Tcp(40000, 80, [])))[..50]);
        Assert.Equal(PacketKind.Undecodable, packet.Kind);
        Assert.Equal("10.0.0.1", packet.Source.ToString());
        Assert.Equal(1, frame.Dissector.Counters.Undecodable);
    }

    [Theory]
    [InlineData(0, 4)] // none: the IP header knows
    [InlineData(10, 2)] // less than the IP header says
    [InlineData(200, 4)] // more
    public void Believes_the_smaller_of_UDP_and_IP_length(int udpLength, int payload)
    {
        var packet = new OneFrame().Dissect(Ethernet(0x0800, Ip4(UdpProtocol, Udp(1111, 53, "wpad"u8.ToArray(), udpLength))));
        Assert.Equal((PacketKind.Udp, payload, payload), (packet.Kind, packet.PayloadLength, packet.PayloadWireLength));
        Assert.False(packet.Truncated);
    }

    [Fact]
    public void Rejects_a_UDP_length_shorter_than_its_header() => Assert.Equal(
        PacketKind.Undecodable, new OneFrame().Dissect(Ethernet(0x0800, Ip4(UdpProtocol, Udp(1111, 53, new byte[4], 7)))).Kind);

    [Fact]
    public void Hands_over_ARP_whole_and_without_addresses()
    {
        var arp = Hex("00 01 08 00 06 04 00 02" + Sender + "0a 00 00 01" + Receiver + "0a 00 00 02");
        var frame = new OneFrame();
        var packet = frame.Dissect(Ethernet(0x8100, Tag(7, 0x0806, arp)));
        Assert.Equal(PacketKind.Arp, packet.Kind);
        Assert.Equal(arp, frame.Payload(in packet));
        Assert.True(packet is { HasMacs: true, Source.IsUnspecified: true, Protocol: 0, FlowHash: 0 });
        Assert.Equal(7, frame.Dissector.Segments.Describe(packet.Segment).Vlan1);
    }

    [Fact]
    public void Hands_over_ICMP_with_type_and_code_as_ports()
    {
        var frame = new OneFrame();
        var packet = frame.Dissect(Ethernet(0x0800, Ip4(1, Hex("05 01 aa bb 0a 00 00 fe"))));
        Assert.Equal((PacketKind.Icmp, 5, 1, 0xAABB), (packet.Kind, packet.SourcePort, packet.DestinationPort, packet.TransportChecksum));
        Assert.Equal(8, packet.PayloadLength);
        packet = frame.Dissect(Ethernet(0x86DD, Ip6(58, Hex("86 00 00 00 40 00 07 08 00 00 00 00 00 00 00 00"))));
        Assert.Equal((PacketKind.Icmpv6, 134, 0, 255), (packet.Kind, packet.SourcePort, packet.DestinationPort, packet.Ttl));
    }

    [Theory]
    [InlineData(0x88CC)] // LLDP
    [InlineData(0x8863)] // PPPoE discovery
    [InlineData(0x8035)] // reverse ARP
    public void Leaves_other_link_protocols_alone(int type) =>
        Assert.Equal(PacketKind.OtherLink, new OneFrame().Dissect(Ethernet(type, new byte[46])).Kind);

    [Theory]
    [InlineData(50)] // ESP
    [InlineData(59)] // nothing follows
    [InlineData(89)] // OSPF
    public void Leaves_other_IP_protocols_alone(int protocol)
    {
        var packet = new OneFrame().Dissect(Ethernet(0x86DD, Ip6(protocol, new byte[protocol == 59 ? 0 : 46])));
        Assert.Equal((PacketKind.OtherIp, protocol), (packet.Kind, packet.Protocol));
    }

    [Fact]
    public void Leaves_an_encrypted_802_11_frame_alone()
    {
        var sample = EncapsulationSamples.Get("802.11 to the distribution system");
        var octets = sample.Octets.ToArray();
        octets[1] |= 0x40;
        Assert.Equal(PacketKind.OtherLink, new OneFrame().Dissect(octets, sample.LinkType).Kind);
    }

    [Fact]
    public void Does_not_take_answers_to_ephemeral_ports_for_tunnels()
    {
        // A DNS answer whose id has VXLAN's I flag, and one to the port of GENEVE.
        var answer = Join(Hex("08 00 81 80 00 01 00 01 00 00 00 00"), new byte[40]);
        foreach (var port in (int[])[4789, 8472, 4790, 6081, 3544])
        {
            var packet = new OneFrame().Dissect(Ethernet(0x0800, Ip4(UdpProtocol, Udp(53, port, answer))));
            Assert.Equal((PacketKind.Udp, port), (packet.Kind, packet.DestinationPort));
        }
    }

    [Fact]
    public void Opens_nested_tunnels_to_a_bounded_depth()
    {
        var packet = Ip4(UdpProtocol, Udp(1111, 2222, []));
        var frame = new OneFrame();
        for (var depth = 1; depth <= 9; depth++)
        {
            packet = Ip4(4, packet, $"192.0.2.{depth}");
            var found = frame.Dissect(Ethernet(0x0800, packet));
            Assert.Equal(depth <= 8 ? PacketKind.Udp : PacketKind.OtherIp, found.Kind);
            Assert.Equal(depth <= 8 ? 0 : 1, frame.Dissector.Counters.TunnelTooDeep);
        }
    }

    [Fact]
    public void Bounds_the_number_of_extension_headers()
    {
        var headers = Enumerable.Repeat(Hex("3c 00 01 04 00 00 00 00"), 40).ToArray();
        var packet = new OneFrame().Dissect(Ethernet(0x86DD, Ip6(60, Join([.. headers, new byte[64]]))));
        Assert.Equal(PacketKind.Undecodable, packet.Kind);
    }

    [Fact]
    public void Gives_both_directions_one_segment_and_one_hash()
    {
        var frame = new OneFrame();
        Packet Mirrored(int keyTop, string source, string destination, int sourcePort, int destinationPort)
        {
            var inner = Ethernet(0x0800, Ip4(TcpProtocol, Tcp(sourcePort, destinationPort, []), source, destination));
            return frame.Dissect(Ethernet(0x0800, Ip4(47, Join([0x20, 0, 0x65, 0x58, (byte)keyTop, 0, 0, 0], inner))));
        }

        var there = Mirrored(0, "10.1.0.1", "10.1.0.2", 40000, 80);
        var back = Mirrored(2, "10.1.0.2", "10.1.0.1", 80, 40000);
        Assert.Equal(there.Segment, back.Segment);
        Assert.NotEqual(0, there.Segment);
        Assert.Equal(there.FlowHash, back.FlowHash);
        Assert.Equal(FlowHash.Of(there.Segment, 6, there.Source, 40000, there.Destination, 80), there.FlowHash);
    }
}
