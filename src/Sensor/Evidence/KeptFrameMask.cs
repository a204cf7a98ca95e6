using Sensor.Core.Analyzers;
using Sensor.Core.Frames;

namespace Sensor.Evidence;

/// <summary>Masks secrets in single frames that are taken out of their stream, see <see cref="SecretMask"/>.</summary>
internal sealed class KeptFrameMask
{
    private readonly Dissector _dissector = new(new SegmentTable(), ChecksumMode.None);
    private readonly FrameBatch _batch = new(octets: 0, frames: 1);

    /// <summary>
    /// Masks <paramref name="octets"/>, the frame that <paramref name="record"/> describes; <paramref name="part"/> is what the analyzers said is
    /// secret in it.
    /// </summary>
    public void Apply(byte[] octets, FrameRecord record, SecretPart part)
    {
        record.Offset = 0;
        _batch.Clear();
        _batch.Octets = octets;
        _batch.Frames[0] = record;
        _batch.Count = 1;
        _dissector.Dissect(_batch, 0, out var packet);
        // A form's body may be on its way still, so nobody has said yet that it holds a password.
        if (part == SecretPart.None && packet.PayloadLength > 0 && !packet.InSide && IsUpload(octets.AsSpan(packet.PayloadOffset, packet.PayloadLength)))
            part = SecretPart.Body;
        // Nothing is remembered from frame to frame: they come from anywhere in time.
        new SecretMask().Apply(octets, in packet, in record, part);
        _batch.Octets = [];
    }

    private static bool IsUpload(ReadOnlySpan<byte> payload) => payload.StartsWith("POST "u8) || payload.StartsWith("PUT "u8);
}
