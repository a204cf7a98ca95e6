using PacketDotNet;
using Sensor.Core.Frames;

namespace Sensor.Tests.Oracles;

/// <summary>
/// What PacketDotNet makes of one frame: addresses and ports of its first transport, or null where it sees none (or throws).
/// </summary>
internal static class PacketDotNetFrame
{
    public static string? Read(FrameBatch batch, int index)
    {
        var frame = batch.Frames[index];
        try
        {
            var packet = PacketDotNet.Packet.ParsePacket((LinkLayers)frame.LinkType, batch.Frame(index).ToArray());
            var transport = packet.Extract<TransportPacket>();
            return transport?.ParentPacket is IPPacket ip && transport is TcpPacket or UdpPacket
                ? $"{ip.SourceAddress}:{transport.SourcePort} {ip.DestinationAddress}:{transport.DestinationPort}"
                : null;
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            return null;
        }
    }
}
