using System.Buffers.Binary;
using Sensor.Core.Frames;
using Sensor.Core.Tunnels;
using Sensor.Core.Wire;

namespace Sensor.Core.Analyzers;

/// <content>Link types.</content>
public sealed partial class Dissector
{
    private const int FamilySize = 4;
    private const byte HdlcUnicast = 0x0F, HdlcMulticast = 0x8F;
    private const int HdlcSize = 4;

    private void Link(ushort linkType, ref Walk walk, ref Packet packet)
    {
        switch (linkType)
        {
            case LinkType.Ethernet:
                Ethernet(ref walk, ref packet);
                break;
            case LinkType.Raw or LinkType.RawBsd or LinkType.RawOpenBsd or LinkType.Ipv4 or LinkType.Ipv6:
                RawIp(ref walk, ref packet);
                break;
            case LinkType.Null or LinkType.Loop:
                Loopback(ref walk, ref packet);
                break;
            case LinkType.Sll or LinkType.Sll2:
                Cooked(linkType, ref walk, ref packet);
                break;
            case LinkType.Ppp:
                Ppp(ref walk, ref packet);
                break;
            case LinkType.PppHdlc or LinkType.CiscoHdlc:
                Hdlc(ref walk, ref packet);
                break;
            case LinkType.PppEther:
                Pppoe(ref walk, ref packet);
                break;
            case LinkType.Nflog:
                Nflog(ref walk, ref packet);
                break;
            case LinkType.Wireless:
                Wireless(isPadded: false, ref walk, ref packet);
                break;
            case LinkType.WirelessRadiotap or LinkType.WirelessPrism or LinkType.WirelessAvs:
                Radio(linkType, ref walk, ref packet);
                break;
            default:
                packet.Kind = PacketKind.OtherLink;
                break;
        }
    }

    private void RawIp(ref Walk walk, ref Packet packet)
    {
        var rest = walk.Rest;
        if (!rest.IsEmpty && rest[0] >> 4 == 6)
            Ipv6(ref walk, ref packet);
        else
            Ipv4(ref walk, ref packet);
    }

    /// <summary>
    /// The family is in the capturing host's byte order (NULL) or in network order (LOOP): it is small, so the order shows.
    /// </summary>
    private void Loopback(ref Walk walk, ref Packet packet)
    {
        var rest = walk.Rest;
        if (rest.Length < FamilySize)
            return;
        var family = rest.U32(0);
        if (family > ushort.MaxValue)
            family = BinaryPrimitives.ReverseEndianness(family);
        walk.Skip(FamilySize);
        // AF_INET is 2 everywhere; AF_INET6 differs: Linux 10, Windows 23, NetBSD/OpenBSD 24, FreeBSD 28, macOS 30.
        if (family == 2)
            Ipv4(ref walk, ref packet);
        else if (family is 10 or 23 or 24 or 28 or 30)
            Ipv6(ref walk, ref packet);
        else
            packet.Kind = PacketKind.OtherLink;
    }

    private void Cooked(ushort linkType, ref Walk walk, ref Packet packet)
    {
        var isRead = linkType == LinkType.Sll
            ? CookedHeader.TryRead(walk.Rest, out var header)
            : CookedHeader.TryRead2(walk.Rest, out header);
        if (!isRead)
            return;
        packet.SourceMac = header.Source;
        packet.HasMacs = !header.Source.IsNone;
        walk.Skip(header.Length);
        if (header.HasLlc)
            Llc(ref walk, ref packet);
        else if (header.HasEtherType && header.Protocol > EtherType.MaxLength)
            EtherTyped(header.Protocol, ref walk, ref packet);
        else
            packet.Kind = PacketKind.OtherLink;
    }

    private void Ppp(ref Walk walk, ref Packet packet)
    {
        if (!PppFrame.TryRead(walk.Rest, out var frame))
            return;
        walk.Skip(frame.Length);
        EtherTyped(frame.EtherType, ref walk, ref packet);
    }

    /// <summary>Cisco HDLC: address, control, EtherType. Anything else in these link types is PPP.</summary>
    private void Hdlc(ref Walk walk, ref Packet packet)
    {
        var rest = walk.Rest;
        if (rest.Length < HdlcSize || rest[0] is not (HdlcUnicast or HdlcMulticast))
        {
            Ppp(ref walk, ref packet);
            return;
        }
        walk.Skip(HdlcSize);
        EtherTyped(rest.U16(2), ref walk, ref packet);
    }

    private void Nflog(ref Walk walk, ref Packet packet)
    {
        if (!NflogMessage.TryRead(walk.Rest, out var message))
            return;
        packet.SourceMac = message.Source;
        packet.DestinationMac = message.Destination;
        packet.HasMacs = !message.Source.IsNone;
        walk.Skip(message.PayloadAt);
        walk.Limit(message.PayloadLength);
        EtherTyped(message.EtherType, ref walk, ref packet);
    }

    private void Radio(ushort linkType, ref Walk walk, ref Packet packet)
    {
        var isRead = linkType == LinkType.WirelessRadiotap
            ? RadioHeader.TryReadRadiotap(walk.Rest, out var header)
            : RadioHeader.TryReadWide(walk.Rest, out header);
        if (!isRead)
            return;
        walk.Skip(header.Length);
        Wireless(header.IsPadded, ref walk, ref packet);
    }

    private void Wireless(bool isPadded, ref Walk walk, ref Packet packet)
    {
        if (!WirelessFrame.TryRead(walk.Rest, isPadded, out var frame))
        {
            packet.Kind = PacketKind.OtherLink;
            return;
        }
        packet.HasMacs = true;
        packet.SourceMac = frame.Source;
        packet.DestinationMac = frame.Destination;
        walk.Skip(frame.Length);
        Llc(ref walk, ref packet);
    }
}
