using Sensor.Core.Analyzers;
using Sensor.Core.Frames;
using Sensor.Core.Wire;

namespace Sensor.Core.Tests.Analyzers;

/// <summary>A dissector and a batch of one frame that is replaced at will.</summary>
internal sealed class OneFrame(ChecksumMode checksums = ChecksumMode.None)
{
    public FrameBatch Batch { get; } = new(0, 1);

    public Dissector Dissector { get; } = new(new SegmentTable(), checksums);

    public Packet Dissect(byte[] octets, ushort linkType = LinkType.Ethernet, int? originalLength = null, long timeNs = 0)
    {
        Fill(octets, octets.Length, linkType, originalLength, timeNs);
        Dissector.Dissect(Batch, 0, out var packet);
        return packet;
    }

    public Packet Walk(byte[] octets, int length, ushort linkType)
    {
        Fill(octets, length, linkType, null, 0);
        Dissector.WalkAll(Batch, 0, out var packet);
        return packet;
    }

    public Packet Dissect(byte[] octets, int length, ushort linkType)
    {
        Fill(octets, length, linkType, null, 0);
        Dissector.Dissect(Batch, 0, out var packet);
        return packet;
    }

    public ReadOnlySpan<byte> Payload(in Packet packet) =>
        (packet.InSide ? Batch.Side : Batch.Octets).AsSpan(packet.PayloadOffset, packet.PayloadLength);

    private void Fill(byte[] octets, int length, ushort linkType, int? originalLength, long timeNs)
    {
        Batch.Clear();
        Batch.Octets = octets;
        Batch.Count = 1;
        Batch.Frames[0] = new FrameRecord
        {
            CapturedLength = length,
            OriginalLength = originalLength ?? length,
            LinkType = linkType,
            TimestampNs = timeNs,
        };
    }
}
