using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
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
    private const ulong MacBits = 0xFFFF_FFFF_FFFF;

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
    /// answer as <see cref="WalkAll"/>, in a third of the time. False leaves <paramref name="packet"/> half filled.
    /// </summary>
    private bool TryReadPlain(byte[] octets, in FrameRecord frame, ref Packet packet)
    {
        ReadOnlySpan<byte> link = octets.AsSpan(frame.Offset, frame.CapturedLength);
        if (link.Length < PlainHeaders + VlanTag.Size)
            return false;
        var type = link.U16(12);
        var at = EthernetFrame.HeaderSize;
        if (type == EtherType.CustomerTag)
        {
            packet.Segment = link.U16(14) & 0xFFF;
            type = link.U16(16);
            at += VlanTag.Size;
        }
        var rest = link[at..];
        ref readonly var ip = ref MemoryMarshal.AsRef<PlainIpv4Header>(rest);
        if (type != EtherType.Ipv4 || ip.VersionAndLength != PlainVersionAndLength
            || (PlainIpv4Header.Host(ip.FlagsAndFragment) & FragmentBits) != 0)
            return false;
        var total = (int)PlainIpv4Header.Host(ip.TotalLength);
        var isRead = ip.Protocol == IpProtocol.Tcp
            ? TryReadPlainTcp(rest, total, ref packet)
            : ip.Protocol == IpProtocol.Udp && TryReadPlainUdp(rest, total, ref packet);
        if (!isRead)
            return false;
        if (!InternetChecksum.IsRightPlainHeader(rest))
            Counters.BadChecksums++;
        if (packet.Segment != 0)
            packet.Segment = Segments.NumberOfVlan(packet.Segment);
        packet.HasMacs = true;
        packet.DestinationMac = new(link.U64(0) >> 16);
        packet.SourceMac = new(link.U64(4) & MacBits);
        packet.PayloadOffset += frame.Offset + at;
        packet.Truncated = packet.PayloadLength < packet.PayloadWireLength;
        packet.Protocol = ip.Protocol;
        packet.Ttl = ip.TimeToLive;
        packet.IpId = PlainIpv4Header.Host(ip.Identification);
        uint source = PlainIpv4Header.Host(ip.Source), destination = PlainIpv4Header.Host(ip.Destination);
        packet.Source = IpAddress.FromV4(source);
        packet.Destination = IpAddress.FromV4(destination);
        packet.FlowHash = FlowHash.OfV4(packet.Segment, ip.Protocol, source, packet.SourcePort, destination, packet.DestinationPort);
        return true;
    }

    private static bool TryReadPlainTcp(ReadOnlySpan<byte> ip, int total, ref Packet packet)
    {
        const int Fixed = PlainIpv4Header.Size + PlainTcpHeader.Size;
        if (ip.Length < Fixed)
            return false;
        ref readonly var tcp = ref MemoryMarshal.AsRef<PlainTcpHeader>(ip[PlainIpv4Header.Size..]);
        var headers = PlainIpv4Header.Size + ((tcp.DataOffset >> 4) * 4);
        var captured = Math.Min(total, ip.Length);
        if (headers < Fixed || headers > captured)
            return false;
        packet.Kind = PacketKind.Tcp;
        packet.SourcePort = PlainIpv4Header.Host(tcp.SourcePort);
        packet.DestinationPort = PlainIpv4Header.Host(tcp.DestinationPort);
        packet.Sequence = PlainIpv4Header.Host(tcp.Sequence);
        packet.Acknowledgment = PlainIpv4Header.Host(tcp.Acknowledgment);
        packet.TcpFlags = tcp.Flags;
        packet.TransportChecksum = PlainIpv4Header.Host(tcp.Checksum);
        packet.PayloadOffset = headers;
        packet.PayloadLength = captured - headers;
        packet.PayloadWireLength = total - headers;
        return true;
    }

    private static bool TryReadPlainUdp(ReadOnlySpan<byte> ip, int total, ref Packet packet)
    {
        const int Headers = PlainIpv4Header.Size + PlainUdpHeader.Size;
        ref readonly var udp = ref MemoryMarshal.AsRef<PlainUdpHeader>(ip[PlainIpv4Header.Size..]);
        ushort sourcePort = PlainIpv4Header.Host(udp.SourcePort), destinationPort = PlainIpv4Header.Host(udp.DestinationPort);
        var length = (int)PlainIpv4Header.Host(udp.Length);
        if (total < Headers || length < UdpDatagram.HeaderSize || IsTunnelPort(sourcePort, destinationPort))
            return false;
        var wireEnd = Math.Min(total, PlainIpv4Header.Size + length);
        packet.Kind = PacketKind.Udp;
        packet.SourcePort = sourcePort;
        packet.DestinationPort = destinationPort;
        packet.TransportChecksum = PlainIpv4Header.Host(udp.Checksum);
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
