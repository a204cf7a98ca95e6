using System.Buffers.Binary;
using Sensor.Core.Frames;

namespace Sensor.Capture.Live;

/// <summary>Puts captured frames into a batch, with the VLAN tag that the kernel keeps beside them (IEEE 802.1Q, after both addresses).</summary>
internal static class TaggedFrame
{
    private const int Addresses = 12, TagOctets = 4;

    /// <summary>
    /// Appends <paramref name="octets"/>, of which <paramref name="original"/> were on the wire, and puts <paramref name="tag"/> (EtherType and
    /// control information, 0 for none) where it was. False when there is no room; an empty batch makes room for any frame.
    /// </summary>
    internal static bool TryAppend(FrameBatch batch, ref int used, ReadOnlySpan<byte> octets, int original, uint tag, in FrameRecord about)
    {
        var inserted = tag != 0 && octets.Length >= Addresses ? TagOctets : 0;
        var length = octets.Length + inserted;
        if (batch.Count == batch.Frames.Length)
            return false;
        if (batch.Octets.Length - used < length)
        {
            if (batch.Count > 0)
                return false;
            batch.Octets = new byte[length];
            used = 0;
        }
        var room = batch.Octets.AsSpan(used, length);
        if (inserted == 0)
        {
            octets.CopyTo(room);
        }
        else
        {
            octets[..Addresses].CopyTo(room);
            BinaryPrimitives.WriteUInt32BigEndian(room[Addresses..], tag);
            octets[Addresses..].CopyTo(room[(Addresses + TagOctets)..]);
        }
        ref var frame = ref batch.Frames[batch.Count++];
        frame = about;
        frame.Offset = used;
        frame.CapturedLength = length;
        frame.OriginalLength = Math.Max(original + inserted, length);
        used += length;
        return true;
    }
}
