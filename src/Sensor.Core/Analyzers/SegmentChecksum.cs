using Sensor.Core.Frames;
using Sensor.Core.Wire;

namespace Sensor.Core.Analyzers;

/// <summary>
/// Whether a TCP segment's checksum is wrong, for those few segments where it matters: receivers drop such a segment, so its octets say
/// nothing. (On the sending machine itself checksums are often filled in later by the card; then nothing can be said either.)
/// </summary>
internal static class SegmentChecksum
{
    private const int DataOffsetAt = 12, MaxHeaderSize = 60;

    /// <summary>Whether the checksum is wrong. False for cut segments, which cannot be verified.</summary>
    public static bool IsWrong(FrameBatch batch, in Packet packet)
    {
        if (packet.Truncated || packet.PayloadLength != packet.PayloadWireLength)
            return false;
        var octets = (packet.InSide ? batch.Side : batch.Octets).AsSpan(0, packet.PayloadOffset + packet.PayloadLength);
        // The header ends where the payload begins; its own length field finds its start.
        for (var header = TcpSegment.MinHeaderSize; header <= Math.Min(MaxHeaderSize, packet.PayloadOffset); header += 4)
        {
            var segment = (ReadOnlySpan<byte>)octets[(packet.PayloadOffset - header)..];
            if (segment[DataOffsetAt] >> 4 == header >> 2 && segment.U16(0) == packet.SourcePort && segment.U16(2) == packet.DestinationPort
                && segment.U32(4) == packet.Sequence)
                return !InternetChecksum.IsRight(packet.Source, packet.Destination, IpProtocol.Tcp, segment);
        }
        return false;
    }
}
