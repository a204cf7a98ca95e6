using Sensor.Core.Frames;

namespace Sensor.Core.Analyzers;

/// <summary>
/// The one walk from a frame to its innermost transport: link type, VLAN tags, tunnels, IP, fragments, ports. Sequential over the timeline
/// (fragments and segment numbers are state), allocation-free after warm-up, never throws.
/// </summary>
public sealed class Dissector(SegmentTable segments, ChecksumMode checksums = ChecksumMode.None)
{
    /// <summary>What went wrong on the way.</summary>
    public WireCounters Counters { get; } = new();

    /// <summary>The segments seen.</summary>
    public SegmentTable Segments { get; } = segments;

    /// <summary>Whether wrong checksums drop packets.</summary>
    public ChecksumMode Checksums { get; } = checksums;

    /// <summary>Dissects frame <paramref name="index"/> of <paramref name="batch"/> into <paramref name="packet"/>, every field of it.</summary>
    public void Dissect(FrameBatch batch, int index, out Packet packet)
    {
        packet = default;
    }
}
