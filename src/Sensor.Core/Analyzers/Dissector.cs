using System.Runtime.CompilerServices;
using Sensor.Core.Flows;
using Sensor.Core.Frames;
using Sensor.Core.Wire;

namespace Sensor.Core.Analyzers;

/// <summary>
/// The one walk from a frame to its innermost transport: link type, VLAN tags, tunnels, IP, fragments, ports. Sequential over the timeline
/// (fragments and segment numbers are state), allocation-free after warm-up, never throws. Transport checksums are looked at only when
/// wrong ones drop packets (-k all): summing every payload would cost more than everything else here.
/// </summary>
public sealed partial class Dissector(SegmentTable segments, ChecksumMode checksums = ChecksumMode.None)
{
    private const int PlainHeaders = EthernetFrame.HeaderSize + Ipv4Packet.MinHeaderSize + UdpDatagram.HeaderSize;
    private const byte PlainVersionAndLength = 0x45;

    private readonly FragmentReassembler _fragments = new();

    /// <summary>What went wrong on the way.</summary>
    public WireCounters Counters { get; } = new();

    /// <summary>The segments seen.</summary>
    public SegmentTable Segments { get; } = segments;

    /// <summary>Whether wrong checksums drop packets.</summary>
    public ChecksumMode Checksums { get; } = checksums;

    /// <summary>
    /// Dissects frame <paramref name="index"/> of <paramref name="batch"/> into <paramref name="packet"/>, every field of it.
    /// </summary>
    public void Dissect(FrameBatch batch, int index, out Packet packet)
    {
        ref readonly var frame = ref batch.Frames[index];
        packet = default;
        if (frame.LinkType == LinkType.Ethernet && Checksums == ChecksumMode.None && TryReadPlain(batch.Octets, in frame, ref packet))
            return;
        WalkAll(batch, index, out packet);
    }

    /// <summary>
    /// Nine frames of ten: Ethernet with one tag or none, IPv4 without options or fragments, TCP or UDP without a tunnel. The same
    /// answer as
    /// <see cref="WalkAll"/>, in a third of the time. False leaves <paramref name="packet"/> half filled.
    /// </summary>
    private bool TryReadPlain(byte[] octets, in FrameRecord frame, ref Packet packet)
    {
        ReadOnlySpan<byte> link = octets.AsSpan(frame.Offset, frame.CapturedLength);
        if (link.Length < PlainHeaders + VlanTag.Size)
            return false;
        var type = link.U16(12);
        var at = EthernetFrame.HeaderSize;
        var vlan = 0;
        if (type == EtherType.CustomerTag)
        {
            vlan = link.U16(14) & 0xFFF;
            type = link.U16(16);
            at += VlanTag.Size;
        }
        var octetsOfIp = link[at..];
        ref readonly var ip = ref PlainIpv4.Of(octetsOfIp);
        if (type != EtherType.Ipv4 || ip.VersionAndLength != PlainVersionAndLength || ip.IsFragment)
            return false;
        var protocol = ip.Protocol;
        var isRead = protocol == IpProtocol.Tcp
            ? TryReadPlainTcp(octetsOfIp, ip.TotalLength, ref packet)
            : protocol == IpProtocol.Udp && TryReadPlainUdp(octetsOfIp, ip.TotalLength, ref packet);
        if (!isRead)
            return false;
        if (!InternetChecksum.IsRightPlainHeader(octetsOfIp))
            Counters.BadChecksums++;
        if (vlan != 0)
            packet.Segment = Segments.NumberOfVlan(vlan);
        packet.HasMacs = true;
        packet.DestinationMac = new(link.U48(0));
        packet.SourceMac = new(link.U64(6) >> 16);
        packet.PayloadOffset += frame.Offset + at;
        packet.Truncated = packet.PayloadLength < packet.PayloadWireLength;
        packet.Protocol = protocol;
        packet.Ttl = ip.TimeToLive;
        packet.IpId = ip.Identification;
        uint source = ip.Source, destination = ip.Destination;
        packet.Source = IpAddress.FromV4(source);
        packet.Destination = IpAddress.FromV4(destination);
        packet.FlowHash = FlowHash.OfV4(packet.Segment, protocol, source, packet.SourcePort, destination, packet.DestinationPort);
        return true;
    }

    private static bool TryReadPlainTcp(ReadOnlySpan<byte> ip, int total, ref Packet packet)
    {
        const int Fixed = Ipv4Packet.MinHeaderSize + TcpSegment.MinHeaderSize;
        if (ip.Length < Fixed)
            return false;
        ref readonly var tcp = ref PlainTcp.Of(ip[Ipv4Packet.MinHeaderSize..]);
        var headers = Ipv4Packet.MinHeaderSize + tcp.HeaderLength;
        var captured = Math.Min(total, ip.Length);
        if (headers < Fixed || headers > captured)
            return false;
        packet.Kind = PacketKind.Tcp;
        packet.SourcePort = tcp.SourcePort;
        packet.DestinationPort = tcp.DestinationPort;
        packet.Sequence = tcp.Sequence;
        packet.Acknowledgment = tcp.Acknowledgment;
        packet.TcpFlags = tcp.Flags;
        packet.TransportChecksum = tcp.Checksum;
        packet.PayloadOffset = headers;
        packet.PayloadLength = captured - headers;
        packet.PayloadWireLength = total - headers;
        return true;
    }

    private static bool TryReadPlainUdp(ReadOnlySpan<byte> ip, int total, ref Packet packet)
    {
        const int Headers = Ipv4Packet.MinHeaderSize + UdpDatagram.HeaderSize;
        ref readonly var udp = ref PlainUdp.Of(ip[Ipv4Packet.MinHeaderSize..]);
        ushort sourcePort = udp.SourcePort, destinationPort = udp.DestinationPort;
        var length = udp.Length;
        if (total < Headers || length < UdpDatagram.HeaderSize || IsTunnelPort(sourcePort, destinationPort))
            return false;
        var wireEnd = Math.Min(total, Ipv4Packet.MinHeaderSize + length);
        packet.Kind = PacketKind.Udp;
        packet.SourcePort = sourcePort;
        packet.DestinationPort = destinationPort;
        packet.TransportChecksum = udp.Checksum;
        packet.PayloadOffset = Headers;
        packet.PayloadLength = Math.Min(wireEnd, ip.Length) - Headers;
        packet.PayloadWireLength = wireEnd - Headers;
        return true;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    internal void WalkAll(FrameBatch batch, int index, out Packet packet)
    {
        packet = default;
        var walk = new Walk(batch, index);
        Link(batch.Frames[index].LinkType, ref walk, ref packet);
        Finish(in walk, ref packet);
    }

    /// <summary>What is left of the walk is the payload.</summary>
    private void Finish(in Walk walk, ref Packet packet)
    {
        packet.Segment = Number(in walk);
        packet.InSide = walk.InSide;
        packet.PayloadOffset = walk.At;
        packet.PayloadLength = walk.End - walk.At;
        packet.PayloadWireLength = walk.WireLength;
        packet.Truncated = walk.End < walk.WireEnd;
        if (packet.Kind == PacketKind.Undecodable)
        {
            if (!walk.IsDropped)
                Counters.Undecodable++;
            return;
        }
        if (packet.Kind < PacketKind.OtherIp)
            return;
        var hasPorts = packet.Kind is PacketKind.Tcp or PacketKind.Udp;
        packet.FlowHash = FlowHash.Of(
            packet.Segment, packet.Protocol,
            packet.Source, hasPorts ? packet.SourcePort : (ushort)0,
            packet.Destination, hasPorts ? packet.DestinationPort : (ushort)0);
    }

    private int Number(in Walk walk) => walk.HasPlainSegment ? Segments.NumberOfVlan(walk.PlainVlan) : Segments.Number(walk.Segment);
}
