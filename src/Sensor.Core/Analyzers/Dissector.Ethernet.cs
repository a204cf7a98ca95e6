using Sensor.Core.Frames;
using Sensor.Core.Tunnels;
using Sensor.Core.Wire;

namespace Sensor.Core.Analyzers;

/// <content>Ethernet and what is between it and IP: tags, LLC, labels, PPPoE.</content>
public sealed partial class Dissector
{
    /// <summary>More tags than any network stacks; the innermost three name the segment.</summary>
    private const int MaxTags = 16;

    private void Ethernet(ref Walk walk, ref Packet packet)
    {
        if (!EthernetFrame.TryRead(walk.Rest, out var frame))
            return;
        packet.HasMacs = true;
        packet.InTunnel = false;
        packet.SourceMac = frame.Source;
        packet.DestinationMac = frame.Destination;
        walk.Skip(EthernetFrame.HeaderSize);
        EtherTyped(frame.TypeOrLength, ref walk, ref packet);
    }

    /// <summary>
    /// What an EtherType (or an 802.3 length) announces, through any VLAN tags. The kind stays Undecodable when headers are cut.
    /// </summary>
    private void EtherTyped(ushort type, ref Walk walk, ref Packet packet)
    {
        for (var tags = 0; IsAnyTag(type) && tags < MaxTags; tags++)
        {
            if (!TrySkipTag(ref type, ref walk))
                return;
        }
        switch (type)
        {
            case EtherType.Ipv4:
                Ipv4(ref walk, ref packet);
                break;
            case EtherType.Ipv6:
                Ipv6(ref walk, ref packet);
                break;
            case EtherType.Arp:
                packet.Kind = PacketKind.Arp;
                break;
            case EtherType.Mpls or EtherType.MplsUpstream:
                Mpls(ref walk, ref packet);
                break;
            case EtherType.PppoeSession:
                Pppoe(ref walk, ref packet);
                break;
            case > 0 and <= EtherType.MaxLength:
                walk.Limit(Math.Min(type, walk.WireLength));
                Llc(ref walk, ref packet);
                break;
            default:
                packet.Kind = PacketKind.OtherLink;
                break;
        }
    }

    private static bool IsAnyTag(ushort type) => EtherType.IsTag(type) || EtherType.PortTagSize(type) > 0;

    private static bool TrySkipTag(ref ushort type, ref Walk walk)
    {
        var rest = walk.Rest;
        var portTag = EtherType.PortTagSize(type);
        if (portTag > 0)
        {
            if (rest.Length < portTag)
                return false;
            type = rest.U16(portTag - 2);
            walk.Skip(portTag);
            return true;
        }
        if (!VlanTag.TryRead(rest, out var tag))
            return false;
        walk.PushVlan(tag.Id);
        type = tag.TypeOrLength;
        walk.Skip(VlanTag.Size);
        return true;
    }

    private void Llc(ref Walk walk, ref Packet packet)
    {
        if (!LlcHeader.TryRead(walk.Rest, out var header))
            return;
        walk.Skip(header.Length);
        if (header.EtherType > EtherType.MaxLength)
            EtherTyped(header.EtherType, ref walk, ref packet);
        else
            packet.Kind = PacketKind.OtherLink;
    }

    private void Mpls(ref Walk walk, ref Packet packet)
    {
        if (!MplsLabelStack.TryRead(walk.Rest, out var stack))
            return;
        if (stack.Payload == MplsPayload.Ethernet && !TryEnterTunnel(OverlayKind.None, 0, ref walk))
        {
            packet.Kind = PacketKind.OtherLink;
            return;
        }
        walk.Skip(stack.Length);
        switch (stack.Payload)
        {
            case MplsPayload.Ipv4:
                Ipv4(ref walk, ref packet);
                break;
            case MplsPayload.Ipv6:
                Ipv6(ref walk, ref packet);
                break;
            case MplsPayload.Ethernet:
                Ethernet(ref walk, ref packet);
                break;
            default:
                packet.Kind = PacketKind.OtherLink;
                break;
        }
    }

    private void Pppoe(ref Walk walk, ref Packet packet)
    {
        if (!PppoeSession.TryRead(walk.Rest, out var session))
            return;
        walk.Skip(PppoeSession.Size);
        walk.Limit(Math.Min(session.PayloadLength, walk.WireLength));
        Ppp(ref walk, ref packet);
    }
}
