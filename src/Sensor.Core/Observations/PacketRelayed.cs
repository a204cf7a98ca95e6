using Sensor.Core.Wire;

namespace Sensor.Core.Observations;

/// <summary>
/// The packet in the sighting was seen a moment ago with another source MAC and a TTL one higher (or the same): somebody forwarded it.
/// A copy with the same MACs and TTL is a span duplicate and is not observed.
/// </summary>
public struct PacketRelayed
{
    /// <summary>Ethernet source at the first sight.</summary>
    public MacAddress FirstSourceMac;

    /// <summary>Ethernet destination at the first sight: who was asked to forward.</summary>
    public MacAddress FirstDestinationMac;

    /// <summary>TTL or hop limit at the first sight.</summary>
    public byte FirstTtl;

    /// <summary>Frame number of the first sight.</summary>
    public long FirstFrameNumber;

    /// <summary>Origin of the first sight.</summary>
    public ushort FirstOrigin;

    /// <summary>Packet time of the first sight, nanoseconds.</summary>
    public long FirstTimestampNs;
}
