using Sensor.Core.Wire;

namespace Sensor.Core.Observations;

/// <summary>
/// A watched TCP stream has two different payloads for the same sequence numbers: the sighting is the second. Retransmissions are equal;
/// probes of one octet and segments with a wrong checksum, which no receiver takes, do not count.
/// </summary>
public struct PayloadContradicted
{
    /// <summary>Sequence number of the first octet that both have.</summary>
    public uint Sequence;

    /// <summary>Octets of the second segment.</summary>
    public int Length;

    /// <summary>Frame number of the first segment.</summary>
    public long FirstFrameNumber;

    /// <summary>Origin of the first segment.</summary>
    public ushort FirstOrigin;

    /// <summary>Packet time of the first segment, nanoseconds.</summary>
    public long FirstTimestampNs;

    /// <summary>Ethernet source of the first segment.</summary>
    public MacAddress FirstSourceMac;

    /// <summary>TTL or hop limit of the first segment.</summary>
    public byte FirstTtl;

    /// <summary>Status codes when both begin an HTTP response: two answers to one request. 0 where a segment does not.</summary>
    public ushort FirstStatus, SecondStatus;

    /// <summary>Where the other side sends its segments of this connection: the way they come back by. None when none was seen.</summary>
    public MacAddress ReturnMac;

    /// <summary>Number of the frame with the request that is answered twice; 0 when unknown.</summary>
    public long RequestFrameNumber;

    /// <summary>Target of that request, as sent.</summary>
    public OctetSlice Target;

    /// <summary>Host header of that request.</summary>
    public OctetSlice Host;
}
