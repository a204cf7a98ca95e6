using System.Runtime.CompilerServices;
using Sensor.Core.Frames;
using Sensor.Core.Tunnels;
using Sensor.Core.Wire;

namespace Sensor.Core.Analyzers;

/// <content>
/// Tunnels over IP and UDP. Each opener first decides, then changes the walk: false leaves it where it was, and the packet is what
/// carries the tunnel.
/// </content>
public sealed partial class Dissector
{
    /// <summary>
    /// VMware's mirror sessions set this bit of the GRE key in one direction only; both directions are one segment.
    /// </summary>
    private const uint MirrorDirectionBit = 0x0200_0000;

    private const int WccpRedirectSize = 4;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool IsTunnelPort(ushort sourcePort, ushort destinationPort) =>
        destinationPort is VxlanHeader.Port or VxlanHeader.OldPort or VxlanHeader.GenericPort or GeneveHeader.Port
        || sourcePort == TeredoDatagram.Port || destinationPort == TeredoDatagram.Port;

    private bool TryEnterTunnel(OverlayKind overlay, uint id, ref Walk walk)
    {
        if (walk.Tunnels == Walk.MaxTunnels)
        {
            Counters.TunnelTooDeep++;
            return false;
        }
        walk.EnterTunnel(overlay, id);
        return true;
    }

    private bool TryOpenIpTunnel(byte protocol, ref Walk walk, ref Packet packet)
    {
        if (protocol == IpProtocol.Gre)
            return TryOpenGre(ref walk, ref packet);
        if (!TryEnterTunnel(OverlayKind.IpTunnel, 0, ref walk))
            return false;
        EnterLayer3(ref packet);
        EtherTyped(protocol == IpProtocol.Ipv4 ? EtherType.Ipv4 : EtherType.Ipv6, ref walk, ref packet);
        return true;
    }

    private bool TryOpenUdpTunnel(ref Walk walk, ref Packet packet) => packet.DestinationPort switch
    {
        VxlanHeader.Port or VxlanHeader.OldPort or VxlanHeader.GenericPort => TryOpenVxlan(ref walk, ref packet),
        GeneveHeader.Port => TryOpenGeneve(ref walk, ref packet),
        _ => TryOpenTeredo(ref walk, ref packet),
    };

    private bool TryOpenVxlan(ref Walk walk, ref Packet packet)
    {
        if (!VxlanHeader.TryRead(walk.Rest, out var header) || !TryEnterTunnel(OverlayKind.Vxlan, header.NetworkId, ref walk))
            return false;
        walk.Skip(VxlanHeader.Size);
        OpenEthernetOrIp(header.Protocol, ref walk, ref packet);
        return true;
    }

    private bool TryOpenGeneve(ref Walk walk, ref Packet packet)
    {
        if (!GeneveHeader.TryRead(walk.Rest, out var header) || !TryEnterTunnel(OverlayKind.Geneve, header.NetworkId, ref walk))
            return false;
        walk.Skip(header.Length);
        OpenEthernetOrIp(header.Protocol, ref walk, ref packet);
        return true;
    }

    private bool TryOpenTeredo(ref Walk walk, ref Packet packet)
    {
        if (!TeredoDatagram.TryRead(walk.Rest, walk.WireLength, out var datagram) || !TryEnterTunnel(OverlayKind.IpTunnel, 0, ref walk))
            return false;
        walk.Skip(datagram.Length);
        EnterLayer3(ref packet);
        Ipv6(ref walk, ref packet);
        return true;
    }

    private bool TryOpenGre(ref Walk walk, ref Packet packet)
    {
        if (!GreHeader.TryRead(walk.Rest, out var gre))
            return false;
        var protocol = gre.Protocol;
        if (protocol is EtherType.Erspan or EtherType.Erspan3)
            return TryOpenErspan(in gre, ref walk, ref packet);
        var isWireless = protocol is >= EtherType.ArubaFirst and <= EtherType.ArubaLast;
        var isWalked = isWireless || protocol is EtherType.EthernetBridging or EtherType.Ipv4 or EtherType.Ipv6
            or EtherType.Mpls or EtherType.MplsUpstream or EtherType.PppInGre or EtherType.Wccp;
        var key = protocol == EtherType.EthernetBridging ? gre.Key & ~MirrorDirectionBit : gre.Key;
        if (!isWalked || !TryEnterTunnel(OverlayKind.Gre, key, ref walk))
            return false;
        walk.Skip(gre.Length);
        if (isWireless)
        {
            packet = default;
            Wireless(isPadded: false, ref walk, ref packet);
            return true;
        }
        OpenEthernetOrIp(protocol, ref walk, ref packet);
        return true;
    }

    private bool TryOpenErspan(in GreHeader gre, ref Walk walk, ref Packet packet)
    {
        var inside = walk.Rest[gre.Length..];
        if (!ErspanHeader.TryRead(in gre, inside, out var header) || !TryEnterTunnel(OverlayKind.Erspan, 0, ref walk))
            return false;
        walk.Skip(gre.Length + header.Length);
        if (!HasTag(walk.Rest))
            walk.PushVlan(header.Vlan);
        packet = default;
        if (header.HasIpInside)
        {
            EnterLayer3(ref packet);
            RawIp(ref walk, ref packet);
            return true;
        }
        Ethernet(ref walk, ref packet);
        return true;
    }

    private void OpenEthernetOrIp(ushort protocol, ref Walk walk, ref Packet packet)
    {
        EnterLayer3(ref packet);
        switch (protocol)
        {
            case EtherType.EthernetBridging:
                Ethernet(ref walk, ref packet);
                break;
            case EtherType.PppInGre:
                Ppp(ref walk, ref packet);
                break;
            case EtherType.Wccp:
                // Version 2 has a redirect header before the packet, version 1 has none: told by the version nibble of IPv4.
                var rest = walk.Rest;
                if (rest.Length > WccpRedirectSize && rest[0] >> 4 != 4)
                    walk.Skip(WccpRedirectSize);
                Ipv4(ref walk, ref packet);
                break;
            default:
                EtherTyped(protocol, ref walk, ref packet);
                break;
        }
    }

    /// <summary>Inside a layer 3 tunnel there are no hardware addresses: the outer ones belong to the tunnel's ends.</summary>
    private static void EnterLayer3(ref Packet packet) => packet = new Packet { InTunnel = true };

    /// <summary>Whether an Ethernet frame names its VLAN itself. The mirror's header does so otherwise.</summary>
    private static bool HasTag(ReadOnlySpan<byte> frame) =>
        EthernetFrame.TryRead(frame, out var ethernet) && EtherType.IsTag(ethernet.TypeOrLength)
        && VlanTag.TryRead(ethernet.Payload, out var tag) && tag.Id != 0;
}
