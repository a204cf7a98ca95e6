using Sensor.Core.Wire;

namespace Sensor.Core.Frames;

/// <summary>
/// One frame after the walk through its headers: addresses, ports and where the payload lies. A plain struct without spans, so that a batch of
/// frames can be dissected first and looked up in the flow table afterwards. Fields that the kind does not have are zero.
/// </summary>
public struct Packet
{
    /// <summary>What the packet is.</summary>
    public PacketKind Kind;

    /// <summary>IP protocol number (6 TCP, 17 UDP, 1 ICMP, 58 ICMPv6), 0 when not IP.</summary>
    public byte Protocol;

    /// <summary>IPv4 time to live or IPv6 hop limit.</summary>
    public byte Ttl;

    /// <summary>TCP flags, low 8 bits (FIN 1, SYN 2, RST 4, PSH 8, ACK 16, URG 32).</summary>
    public byte TcpFlags;

    /// <summary>Whether the payload lies in <see cref="FrameBatch.Side"/> (reassembled from fragments) instead of <see cref="FrameBatch.Octets"/>.</summary>
    public bool InSide;

    /// <summary>Whether the capture cut the payload: <see cref="PayloadLength"/> is less than the headers promise.</summary>
    public bool Truncated;

    /// <summary>Whether the link layer had hardware addresses (no for RAW, NULL, and inside IP-in-IP tunnels; SLL has the source only).</summary>
    public bool HasMacs;

    /// <summary>Whether a layer-3 tunnel (GRE/IP, IP-in-IP, 6in4, Teredo) was peeled off, so that link-scope protocols inside are not the link's.</summary>
    public bool InTunnel;

    /// <summary>The segment (VLAN and overlay context) the packet was seen in: an index into <see cref="SegmentTable"/>.</summary>
    public int Segment;

    /// <summary>Innermost Ethernet source, <see cref="MacAddress.None"/> when there is none.</summary>
    public MacAddress SourceMac;

    /// <summary>Innermost Ethernet destination, <see cref="MacAddress.None"/> when there is none.</summary>
    public MacAddress DestinationMac;

    /// <summary>Innermost IP source.</summary>
    public IpAddress Source;

    /// <summary>Innermost IP destination.</summary>
    public IpAddress Destination;

    /// <summary>UDP or TCP source port; ICMP type.</summary>
    public ushort SourcePort;

    /// <summary>UDP or TCP destination port; ICMP code.</summary>
    public ushort DestinationPort;

    /// <summary>IPv4 identification, 0 for IPv6.</summary>
    public ushort IpId;

    /// <summary>The transport checksum field as sent: tells copies of one packet from different packets.</summary>
    public ushort TransportChecksum;

    /// <summary>TCP sequence number.</summary>
    public uint Sequence;

    /// <summary>TCP acknowledgment number.</summary>
    public uint Acknowledgment;

    /// <summary>Offset of the payload in the batch's octets (or side octets).</summary>
    public int PayloadOffset;

    /// <summary>Octets of payload that were captured.</summary>
    public int PayloadLength;

    /// <summary>Octets of payload that were on the wire according to the IP header.</summary>
    public int PayloadWireLength;

    /// <summary>Symmetric hash of segment, protocol, addresses and ports: the same for both directions, well mixed in all bits, equal in every process.</summary>
    public ulong FlowHash;
}
