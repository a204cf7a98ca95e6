using System.Globalization;
using Sensor.Core.Frames;

namespace Sensor.Tests.Oracles;

/// <summary>What the dissector makes of one frame, in the words of <see cref="TsharkFrame"/>.</summary>
internal static class DissectedFrame
{
    public static TsharkFrame Of(in Packet packet, SegmentTable segments)
    {
        var transport = packet.Kind switch
        {
            PacketKind.Tcp => "tcp",
            PacketKind.Udp => "udp",
            PacketKind.Icmp => "icmp",
            PacketKind.Icmpv6 => "icmpv6",
            PacketKind.Arp => "arp",
            _ => "",
        };
        var hasIp = packet.Kind >= PacketKind.OtherIp;
        var hasPorts = hasIp && transport.Length > 0;
        return new(
            packet.Kind.ToString(), transport,
            hasIp ? packet.Source.ToString() : "",
            hasIp ? packet.Destination.ToString() : "",
            hasPorts ? packet.SourcePort.ToString(CultureInfo.InvariantCulture) : "",
            hasPorts ? packet.DestinationPort.ToString(CultureInfo.InvariantCulture) : "",
            VlansOf(segments.Describe(packet.Segment)));
    }

    private static string VlansOf(SegmentKey key) =>
        string.Join(',', ((ushort[])[key.Vlan1, key.Vlan2, key.Vlan3]).Where(static id => id != 0));
}
