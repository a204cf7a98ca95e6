using Sensor.Core.Frames;
using Sensor.Core.Wire;

namespace Sensor.Core.Analyzers;

/// <content>TCP, UDP, ICMP, and the choice between them and a tunnel.</content>
public sealed partial class Dissector
{
    private const int IcmpChecksumAt = 2, IcmpMinSize = 4;

    private void Transport(byte protocol, ref Walk walk, ref Packet packet)
    {
        switch (protocol)
        {
            case IpProtocol.Tcp:
                Tcp(ref walk, ref packet);
                break;
            case IpProtocol.Udp:
                Udp(ref walk, ref packet);
                break;
            case IpProtocol.Icmp when packet.Source.IsV4:
                Icmp(PacketKind.Icmp, ref walk, ref packet);
                break;
            case IpProtocol.Icmpv6 when !packet.Source.IsV4:
                Icmp(PacketKind.Icmpv6, ref walk, ref packet);
                break;
            case IpProtocol.Vrrp:
                packet.Kind = PacketKind.Vrrp;
                break;
            case IpProtocol.Ipv4 or IpProtocol.Ipv6 or IpProtocol.Gre:
                if (!TryOpenIpTunnel(protocol, ref walk, ref packet))
                    packet.Kind = PacketKind.OtherIp;
                break;
            default:
                packet.Kind = PacketKind.OtherIp;
                break;
        }
    }

    private void Tcp(ref Walk walk, ref Packet packet)
    {
        if (!TcpSegment.TryRead(walk.Rest, out var segment) || segment.HeaderLength > walk.WireLength)
            return;
        packet.SourcePort = segment.SourcePort;
        packet.DestinationPort = segment.DestinationPort;
        packet.TransportChecksum = segment.Checksum;
        if (IsDroppedForChecksum(IpProtocol.Tcp, ref walk, ref packet))
            return;
        packet.Kind = PacketKind.Tcp;
        packet.Sequence = segment.Sequence;
        packet.Acknowledgment = segment.Acknowledgment;
        packet.TcpFlags = segment.Flags;
        walk.SkipHeader(segment.HeaderLength);
    }

    private void Udp(ref Walk walk, ref Packet packet)
    {
        if (!UdpDatagram.TryRead(walk.Rest, out var datagram))
            return;
        packet.SourcePort = datagram.SourcePort;
        packet.DestinationPort = datagram.DestinationPort;
        packet.TransportChecksum = datagram.Checksum;
        // The IP length bounds a UDP length that promises more.
        if (datagram.Length > 0)
            walk.Limit(Math.Min(datagram.Length, walk.WireLength));
        var hasNone = datagram.Checksum == 0 && packet.Source.IsV4;
        if (!hasNone && IsDroppedForChecksum(IpProtocol.Udp, ref walk, ref packet))
            return;
        walk.Skip(UdpDatagram.HeaderSize);
        if (IsTunnelPort(packet.SourcePort, packet.DestinationPort) && TryOpenUdpTunnel(ref walk, ref packet))
            return;
        packet.Kind = PacketKind.Udp;
    }

    private void Icmp(PacketKind kind, ref Walk walk, ref Packet packet)
    {
        var message = walk.Rest;
        if (message.Length < IcmpMinSize)
            return;
        packet.SourcePort = message[0];
        packet.DestinationPort = message[1];
        packet.TransportChecksum = message.U16(IcmpChecksumAt);
        if (IsDroppedForChecksum(packet.Protocol, ref walk, ref packet))
            return;
        packet.Kind = kind;
    }

    /// <summary>
    /// With -k all: whether the transport checksum is wrong. Cut packets and those whose final destination is in a routing header
    /// cannot be verified and pass.
    /// </summary>
    private bool IsDroppedForChecksum(byte protocol, ref Walk walk, ref Packet packet)
    {
        if (Checksums == ChecksumMode.None || walk.End < walk.WireEnd || walk.HasOtherDestination)
            return false;
        var isRight = protocol == IpProtocol.Icmp
            ? InternetChecksum.IsRight(walk.Rest)
            : InternetChecksum.IsRight(packet.Source, packet.Destination, protocol, walk.Rest);
        if (isRight)
            return false;
        Counters.BadChecksums++;
        Drop(ref walk, ref packet);
        return true;
    }
}
