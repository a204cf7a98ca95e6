using System.Runtime.CompilerServices;


namespace Sensor.Core.Frames;

/// <summary>A dissected packet with its payload and its place on the timeline, as handed to the analyzers. Borrowed until Analyze returns.</summary>
public readonly ref struct PacketContext
{
    /// <summary>The dissected headers.</summary>
    public readonly ref readonly Packet Packet;

    /// <summary>The captured payload.</summary>
    public readonly ReadOnlySpan<byte> Payload;

    /// <summary>Position on the timeline, from 0.</summary>
    public readonly long Ordinal;

    /// <summary>The frame record: time, number, origin.</summary>
    public readonly ref readonly FrameRecord Frame;

    /// <summary>The context of packet <paramref name="packet"/>, dissected from frame <paramref name="index"/> of <paramref name="batch"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public PacketContext(FrameBatch batch, int index, ref readonly Packet packet)
    {
        Packet = ref packet;
        Frame = ref batch.Frames[index];
        Ordinal = batch.FirstOrdinal + index;
        Payload = (packet.InSide ? batch.Side : batch.Octets).AsSpan(packet.PayloadOffset, packet.PayloadLength);
    }
}
