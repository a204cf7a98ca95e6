using Sensor.Core.Frames;
using Sensor.Core.Wire;

namespace Sensor.Core.Flows;

/// <summary>Where octets of a stream were seen: what differs from packet to packet of one connection. Copied, so it may be kept.</summary>
internal struct StreamPlace
{
    public long Ordinal, TimestampNs, FrameNumber;
    public MacAddress SourceMac, DestinationMac;

    /// <summary>The packet's acknowledgment number: what its sender had received when it sent.</summary>
    public uint Acknowledgment;

    public ushort Origin;
    public byte Ttl;

    /// <summary>Whether the segment's checksum is wrong, so that no receiver takes it.</summary>
    public bool IsDamaged;

    /// <summary>The place of frame <paramref name="index"/>.</summary>
    public static StreamPlace Of(FrameBatch batch, int index, in Packet packet)
    {
        ref readonly var frame = ref batch.Frames[index];
        return new StreamPlace
        {
            Ordinal = batch.FirstOrdinal + index,
            TimestampNs = frame.TimestampNs,
            FrameNumber = frame.Number,
            SourceMac = packet.SourceMac,
            DestinationMac = packet.DestinationMac,
            Acknowledgment = packet.Acknowledgment,
            Origin = frame.Origin,
            Ttl = packet.Ttl,
        };
    }
}
