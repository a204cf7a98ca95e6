using System.Globalization;
using PacketDotNet;

namespace Sensor.Output.Report;

/// <summary>A layer of a frame.</summary>
/// <param name="Name">"IPv4".</param>
/// <param name="Detail">Its fields in one line.</param>
/// <param name="Headline">The frame in a few words, as far as this layer knows.</param>
internal sealed record FrameLayer(string Name, string Detail, string Headline);

/// <summary>
/// The layers of a frame for people, as PacketDotNet sees them. It is a second opinion beside the sensor's own dissector, and it throws on odd
/// input: then the layers end there.
/// </summary>
internal static class FrameLayers
{
    private const int MostLayers = 12, MostText = 160;

    /// <summary>The layers from the outermost on.</summary>
    public static IReadOnlyList<FrameLayer> Of(byte[] octets, ushort linkType)
    {
        var layers = new List<FrameLayer>();
        try
        {
            var packet = Packet.ParsePacket((LinkLayers)linkType, octets);
            var ends = "";
            for (; packet is not null && layers.Count < MostLayers; packet = packet.PayloadPacket)
            {
                layers.Add(Layer(packet, ref ends));
                if (packet is UdpPacket or TcpPacket && packet.PayloadData is { Length: > 0 } payload)
                    layers.Add(Payload(payload, ends));
            }
        }
        // Whatever it throws, it is about octets from the wire; the frame is shown all the same.
#pragma warning disable CA1031
        catch (Exception)
#pragma warning restore CA1031
        {
            layers.Add(new FrameLayer("…", "cannot be taken apart further", layers.Count == 0 ? "" : layers[^1].Headline));
        }
        return layers;
    }

    private static FrameLayer Layer(Packet packet, ref string ends)
    {
        switch (packet)
        {
            case EthernetPacket ethernet:
                return Named("Ethernet", $"{Mac(ethernet.SourceHardwareAddress)} → {Mac(ethernet.DestinationHardwareAddress)}, type 0x{(int)ethernet.Type:x4}");
            case Ieee8021QPacket vlan:
                return Named("VLAN", $"id {vlan.VlanIdentifier}, priority {(int)vlan.PriorityControlPoint}");
            case ArpPacket arp:
                return Named("ARP", $"{(arp.Operation == ArpOperation.Request ? "who has" : "reply:")} {arp.TargetProtocolAddress}? {arp.SenderProtocolAddress} is at {Mac(arp.SenderHardwareAddress)}");
            case IPPacket ip:
                ends = $"{ip.SourceAddress} → {ip.DestinationAddress}";
                return Named(ip.Version == IPVersion.IPv4 ? "IPv4" : "IPv6", $"{ends}, TTL {ip.TimeToLive}, protocol {(int)ip.Protocol}", $"{ends} protocol {(int)ip.Protocol}");
            case TcpPacket tcp:
                return Named("TCP", $"{tcp.SourcePort} → {tcp.DestinationPort} [{Flags(tcp)}] seq {tcp.SequenceNumber}, ack {tcp.AcknowledgmentNumber}, window {tcp.WindowSize}",
                    $"{ends} TCP {tcp.SourcePort} → {tcp.DestinationPort} [{Flags(tcp)}]");
            case UdpPacket udp:
                return Named("UDP", $"{udp.SourcePort} → {udp.DestinationPort}, {udp.Length} octets", $"{ends} UDP {udp.SourcePort} → {udp.DestinationPort}");
            default:
                return Named(packet.GetType().Name.Replace("Packet", "", StringComparison.Ordinal), $"{packet.TotalPacketLength} octets");
        }
    }

    private static FrameLayer Payload(byte[] payload, string ends)
    {
        // A head of text (HTTP) says most in its first line; anything else is told by its readable letters.
        var line = payload.AsSpan().IndexOf((byte)'\r') is > 0 and var end && payload.AsSpan(0, end).IndexOfAnyExceptInRange((byte)0x20, (byte)0x7E) < 0
            ? System.Text.Encoding.ASCII.GetString(payload, 0, Math.Min(end, MostText))
            : "";
        var detail = line.Length > 0 ? line : string.Create(CultureInfo.InvariantCulture, $"{payload.Length:#,0} octets: {Readable(payload)}");
        return new FrameLayer("Content", detail, line.Length > 0 ? $"{ends} {line}" : $"{ends} {Readable(payload)}");
    }

    private static string Readable(ReadOnlySpan<byte> octets)
    {
        var text = new System.Text.StringBuilder();
        foreach (var octet in octets[..Math.Min(octets.Length, MostText)])
        {
            if (octet is >= 0x20 and <= 0x7E)
                text.Append((char)octet);
            else if (text.Length > 0 && text[^1] != '·')
                text.Append('·');
        }
        return text.ToString().Trim('·');
    }

    private static FrameLayer Named(string name, string detail, string? headline = null) => new(name, detail, headline ?? $"{name} {detail}");

    private static string Flags(TcpPacket tcp) => string.Join(' ', new[]
    {
        (tcp.Synchronize, "SYN"), (tcp.Acknowledgment, "ACK"), (tcp.Push, "PSH"), (tcp.Finished, "FIN"), (tcp.Reset, "RST"),
    }.Where(flag => flag.Item1).Select(flag => flag.Item2));

    private static string Mac(System.Net.NetworkInformation.PhysicalAddress address) =>
        string.Join(':', address.GetAddressBytes().Select(octet => octet.ToString("x2", CultureInfo.InvariantCulture)));
}
