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
    private const int FragmentBits = 0x3FFF;

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
        var ip = link[at..];
        if (type != EtherType.Ipv4 || ip[0] != PlainVersionAndLength || (ip.U16(6) & FragmentBits) != 0)
            return false;
        packet.HasMacs = true;
        packet.DestinationMac = new(link.U48(0));
        packet.SourceMac = new(link.U48(6));
        var protocol = ip[9];
        var total = (int)ip.U16(2);
        var isRead = protocol == IpProtocol.Tcp
            ? TryReadPlainTcp(ip, total, ref packet)
            : protocol == IpProtocol.Udp && TryReadPlainUdp(ip, total, ref packet);
        if (!isRead)
            return false;
        if (!InternetChecksum.IsRightPlainHeader(ip))
            Counters.BadChecksums++;
        if (vlan != 0)
            packet.Segment = Segments.NumberOfVlan(vlan);
        packet.PayloadOffset += frame.Offset + at;
        packet.Truncated = packet.PayloadLength < packet.PayloadWireLength;
        packet.Protocol = protocol;
        packet.Ttl = ip[8];
        packet.IpId = ip.U16(4);
        uint source = ip.U32(12), destination = ip.U32(16);
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
        var headers = Ipv4Packet.MinHeaderSize + ((ip[32] >> 4) * 4);
        var captured = Math.Min(total, ip.Length);
        if (headers < Fixed || headers > captured)
            return false;
        packet.Kind = PacketKind.Tcp;
        packet.SourcePort = ip.U16(20);
        packet.DestinationPort = ip.U16(22);
        packet.Sequence = ip.U32(24);
        packet.Acknowledgment = ip.U32(28);
        packet.TcpFlags = ip[33];
        packet.TransportChecksum = ip.U16(36);
        packet.PayloadOffset = headers;
        packet.PayloadLength = captured - headers;
        packet.PayloadWireLength = total - headers;
        return true;
    }

    private static bool TryReadPlainUdp(ReadOnlySpan<byte> ip, int total, ref Packet packet)
    {
        const int Headers = Ipv4Packet.MinHeaderSize + UdpDatagram.HeaderSize;
        ushort sourcePort = ip.U16(20), destinationPort = ip.U16(22);
        var length = (int)ip.U16(24);
        if (total < Headers || length < UdpDatagram.HeaderSize || IsTunnelPort(sourcePort, destinationPort))
            return false;
        var wireEnd = Math.Min(total, Ipv4Packet.MinHeaderSize + length);
        packet.Kind = PacketKind.Udp;
        packet.SourcePort = sourcePort;
        packet.DestinationPort = destinationPort;
        packet.TransportChecksum = ip.U16(26);
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
