using PacketDotNet;
using SharpPcap;
using SharpPcap.LibPcap;

namespace Sensor.Benchmarks;

/// <summary>What the usual C# way costs: SharpPcap reads the file, PacketDotNet parses every packet down to its transport. A peer for tests/bench/compare.</summary>
internal static class SharpPcapPeer
{
    public static void Run(string file)
    {
        using var device = new CaptureFileReaderDevice(file);
        device.Open(new DeviceConfiguration());
        long ports = 0;
        while (device.GetNextPacket(out var capture) == GetPacketStatus.PacketRead)
        {
            var raw = capture.GetPacket();
            try
            {
                var packet = Packet.ParsePacket(raw.LinkLayerType, raw.Data);
                if (packet.Extract<TransportPacket>() is { } transport)
                    ports += transport.DestinationPort;
            }
            catch (Exception damaged) when (damaged is ArgumentException or InvalidOperationException or IndexOutOfRangeException or NotImplementedException)
            {
                // PacketDotNet throws on odd input; a user has to live with it.
            }
        }
        Console.WriteLine(ports);
    }
}
