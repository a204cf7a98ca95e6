using System.Runtime.CompilerServices;
using Sensor.Core.Frames;
using Sensor.Core.Wire;

namespace Sensor.Core.Observations;

/// <summary>Where and when a fact was seen: the frame, its addresses and its place on the timeline. Copied, so it may be kept.</summary>
public struct Sighting
{
    /// <summary>Position of the frame on the timeline, from 0; observations are delivered in this order.</summary>
    public long Ordinal;

    /// <summary>Packet time, nanoseconds since 1970 UTC.</summary>
    public long TimestampNs;

    /// <summary>The frame's number in its file, from 1.</summary>
    public long FrameNumber;

    /// <summary>Index of the file or interface.</summary>
    public ushort Origin;

    /// <summary>IP protocol (6, 17, 1, 58), 0 for ARP.</summary>
    public byte Protocol;

    /// <summary>TTL or hop limit of the packet.</summary>
    public byte Ttl;

    /// <summary>Segment number, see <see cref="Frames.SegmentTable"/>.</summary>
    public int Segment;

    /// <summary>Ethernet source.</summary>
    public MacAddress SourceMac;

    /// <summary>Ethernet destination.</summary>
    public MacAddress DestinationMac;

    /// <summary>IP source (ARP: sender protocol address).</summary>
    public IpAddress Source;

    /// <summary>IP destination (ARP: target protocol address).</summary>
    public IpAddress Destination;

    /// <summary>Source port, or ICMP type.</summary>
    public ushort SourcePort;

    /// <summary>Destination port, or ICMP code.</summary>
    public ushort DestinationPort;

    /// <summary>Whether the packet came out of a layer-3 tunnel, so that link-scope facts say nothing about the link.</summary>
    public bool InTunnel;

    /// <summary>The sighting of a packet.</summary>
    public static Sighting Of(in PacketContext packet)
    {
        Set(out var sighting, in packet.Packet, in packet.Frame, packet.Ordinal);
        return sighting;
    }

    /// <summary>Fills <paramref name="sighting"/> in its place: it is a hundred octets long, and there is one for each fact.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Set(out Sighting sighting, scoped ref readonly Packet packet, scoped ref readonly FrameRecord frame, long ordinal)
    {
        sighting.Ordinal = ordinal;
        sighting.TimestampNs = frame.TimestampNs;
        sighting.FrameNumber = frame.Number;
        sighting.Origin = frame.Origin;
        sighting.Protocol = packet.Protocol;
        sighting.Ttl = packet.Ttl;
        sighting.Segment = packet.Segment;
        sighting.SourceMac = packet.SourceMac;
        sighting.DestinationMac = packet.DestinationMac;
        sighting.Source = packet.Source;
        sighting.Destination = packet.Destination;
        sighting.SourcePort = packet.SourcePort;
        sighting.DestinationPort = packet.DestinationPort;
        sighting.InTunnel = packet.InTunnel;
    }
}
