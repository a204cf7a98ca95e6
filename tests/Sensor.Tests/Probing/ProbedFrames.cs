using System.Net;
using System.Net.NetworkInformation;
using PacketDotNet;
using Sensor.Probing;
using SharpPcap;
using SharpPcap.LibPcap;
using AddressFamily = System.Net.Sockets.AddressFamily;

namespace Sensor.Tests.Probing;

/// <summary>Probes as they would be on the wire: PacketDotNet adds the headers, SharpPcap writes the file.</summary>
internal static class ProbedFrames
{
    private static readonly PhysicalAddress Mac = PhysicalAddress.Parse("02-00-00-00-00-05"), Group = PhysicalAddress.Parse("01-00-5E-00-00-FC");

    public static readonly ProbeInterface From = new()
    {
        Name = "eth9",
        Index = 9,
        Address = IPAddress.Parse("10.0.0.5"),
        Broadcast = IPAddress.Parse("10.0.0.255"),
        LinkLocal = IPAddress.Parse("fe80::5"),
        Mac = [2, 0, 0, 0, 0, 5],
    };

    public static void Write(string path, IEnumerable<Probe> probes)
    {
        using var file = new CaptureFileWriterDevice(path);
        file.Open(LinkLayers.Ethernet);
        var at = new DateTime(2026, 1, 5, 8, 0, 0, DateTimeKind.Utc);
        foreach (var probe in probes)
        {
            file.Write(new RawCapture(LinkLayers.Ethernet, new PosixTimeval(at), Frame(probe).Bytes));
            at = at.AddMilliseconds(100);
        }
    }

    private static EthernetPacket Frame(Probe probe)
    {
        var isSix = probe.Target.AddressFamily == AddressFamily.InterNetworkV6;
        IPPacket ip = isSix ? new IPv6Packet(From.LinkLocal, probe.Target.Address) : new IPv4Packet(From.Address, probe.Target.Address);
        ip.TimeToLive = probe.Ttl;
        if (probe.Kind == ProbeKind.RouterSolicit)
        {
            ip.Protocol = ProtocolType.IcmpV6;
            ip.PayloadData = probe.Octets;
            ip.PayloadLength = (ushort)probe.Octets.Length;
        }
        else
        {
            var source = probe.SourcePort == 0 ? (ushort)50123 : probe.SourcePort;
            ip.PayloadPacket = new UdpPacket(source, (ushort)probe.Target.Port) { PayloadData = probe.Octets };
        }
        var frame = new EthernetPacket(Mac, Group, isSix ? EthernetType.IPv6 : EthernetType.IPv4) { PayloadPacket = ip };
        frame.UpdateCalculatedValues();
        return frame;
    }
}
