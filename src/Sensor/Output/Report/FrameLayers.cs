using System.Globalization;
using Sensor.Core.Tunnels;
using Sensor.Core.Wire;

namespace Sensor.Output.Report;

/// <summary>A layer of a frame.</summary>
/// <param name="Name">"IPv4".</param>
/// <param name="Detail">Its fields in one line.</param>
/// <param name="Headline">The frame in a few words, as far as this layer knows.</param>
internal sealed record FrameLayer(string Name, string Detail, string Headline);

/// <summary>
/// The layers of a frame for people, by the sensor's own views of the wire. What it has no view of ends the list; the octets are shown
/// all the same.
/// </summary>
internal sealed class FrameLayers
{
    private const int MostLayers = 16;
    private const ushort TransparentBridging = 0x6558;

    private static readonly (byte Bit, string Name)[] Flags = [(2, "SYN"), (16, "ACK"), (8, "PSH"), (1, "FIN"), (4, "RST"), (32, "URG")];

    private readonly List<FrameLayer> _layers = [];
    private string _ends = "";

    private FrameLayers()
    {
    }

    /// <summary>The layers from the outermost on.</summary>
    public static IReadOnlyList<FrameLayer> Of(ReadOnlySpan<byte> octets, ushort linkType)
    {
        var layers = new FrameLayers();
        layers.Link(octets, linkType);
        return layers._layers;
    }

    private void Link(ReadOnlySpan<byte> octets, ushort linkType)
    {
        CookedHeader cooked = default;
        if (linkType == LinkType.Ethernet)
            Ethernet(octets);
        else if (linkType == LinkType.Raw && octets.Length > 0)
            Network((octets[0] >> 4) == 6 ? EtherType.Ipv6 : EtherType.Ipv4, octets);
        else if ((linkType == LinkType.Sll && CookedHeader.TryRead(octets, out cooked))
            || (linkType == LinkType.Sll2 && CookedHeader.TryRead2(octets, out cooked)))
            Network(cooked.Protocol, octets[cooked.Length..]);
        else
            Add("Link type", Text(linkType));
    }

    private void Ethernet(ReadOnlySpan<byte> octets)
    {
        if (!EthernetFrame.TryRead(octets, out var frame))
            return;
        Add("Ethernet", $"{frame.Source} → {frame.Destination}, type 0x{frame.TypeOrLength:x4}");
        Network(frame.TypeOrLength, frame.Payload);
    }

    private void Network(ushort type, ReadOnlySpan<byte> octets)
    {
        if (_layers.Count >= MostLayers)
            return;
        switch (type)
        {
            case EtherType.CustomerTag or EtherType.ServiceTag or EtherType.OldStackedTag or EtherType.OldStackedTag2
                when VlanTag.TryRead(octets, out var tag):
                Add("VLAN", $"id {Text(tag.Id)}");
                Network(tag.TypeOrLength, octets[VlanTag.Size..]);
                break;
            case EtherType.Arp when ArpPacket.TryRead(octets, out var arp):
                Add("ARP", arp.Operation == ArpPacket.Request
                    ? $"who has {arp.TargetAddress}? {arp.SenderAddress} ({arp.SenderMac}) asks"
                    : $"{arp.SenderAddress} is at {arp.SenderMac}, told to {arp.TargetAddress}");
                break;
            case EtherType.Ipv4 when Ipv4Packet.TryRead(octets, out var ip):
                _ends = $"{ip.Source} → {ip.Destination}";
                var part = ip.IsFragment ? $", fragment at {Text(ip.FragmentOffset)}" : "";
                Add("IPv4", $"{_ends}, TTL {Text(ip.TimeToLive)}, id {Text(ip.Identification)}{part}", $"{_ends} {Words.Protocol(ip.Protocol)}");
                if (ip.FragmentOffset == 0)
                    Transport(ip.Protocol, octets[Math.Min(ip.HeaderLength, octets.Length)..Math.Clamp(ip.TotalLength,
                        Math.Min(ip.HeaderLength, octets.Length), octets.Length)]);
                break;
            case EtherType.Ipv6 when Ipv6Packet.TryRead(octets, out var ip6):
                _ends = $"{ip6.Source} → {ip6.Destination}";
                Add("IPv6", $"{_ends}, hop limit {Text(ip6.HopLimit)}", $"{_ends} {Words.Protocol(ip6.NextHeader)}");
                Transport(ip6.NextHeader, octets[Ipv6Packet.HeaderSize..]);
                break;
        }
    }

    private void Transport(byte protocol, ReadOnlySpan<byte> octets)
    {
        // Options before the transport: next header, length in units of 8 octets beyond the first (RFC 8200 section 4).
        while (protocol is IpProtocol.HopByHop or IpProtocol.Routing or IpProtocol.DestinationOptions or IpProtocol.Fragment
            && octets.Length >= 8)
        {
            var length = protocol == IpProtocol.Fragment ? 8 : (octets[1] + 1) * 8;
            protocol = octets[0];
            octets = octets[Math.Min(length, octets.Length)..];
        }
        if (protocol == IpProtocol.Tcp && TcpSegment.TryRead(octets, out var tcp))
        {
            var set = tcp.Flags;
            var flags = string.Join(' ', Flags.Where(flag => (set & flag.Bit) != 0).Select(flag => flag.Name));
            Ported("TCP", tcp.SourcePort, tcp.DestinationPort, $" [{flags}]",
                $", seq {Text(tcp.Sequence)}, ack {Text(tcp.Acknowledgment)}, window {Text(tcp.Window)}",
                octets[Math.Min(tcp.HeaderLength, octets.Length)..]);
        }
        else if (protocol == IpProtocol.Udp && UdpDatagram.TryRead(octets, out var udp))
        {
            Ported("UDP", udp.SourcePort, udp.DestinationPort, "", $", {Text(udp.Length)} octets", octets[UdpDatagram.HeaderSize..]);
        }
        else if (protocol is IpProtocol.Icmp or IpProtocol.Icmpv6 && octets.Length >= 2)
        {
            Add(Words.Protocol(protocol), $"type {Text(octets[0])}, code {Text(octets[1])}",
                $"{_ends} {Words.Protocol(protocol)} type {Text(octets[0])}");
        }
        else if (protocol == IpProtocol.Gre && GreHeader.TryRead(octets, out var gre))
        {
            Add("GRE", $"protocol 0x{gre.Protocol:x4}");
            if (gre.Protocol == TransparentBridging)
                Ethernet(octets[gre.Length..]);
            else
                Network(gre.Protocol, octets[gre.Length..]);
        }
    }

    private void Ported(string name, ushort source, ushort destination, string state, string more, ReadOnlySpan<byte> payload)
    {
        var ports = $"{Text(source)} → {Text(destination)}{state}";
        Add(name, ports + more, $"{_ends} {name} {ports}");
        if (payload.Length > 0)
            Add("Content", FrameContent.Detailed(payload, source, destination), $"{_ends} {FrameContent.Of(payload, source, destination)}");
    }

    private void Add(string name, string detail, string? headline = null)
    {
        if (_layers.Count < MostLayers)
            _layers.Add(new FrameLayer(name, detail, headline ?? $"{name} {detail}"));
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
