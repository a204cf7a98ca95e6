namespace Sensor.Core.Frames;

/// <summary>What happened on the way from frames to facts that a user should know of. One instance a worker; added up for display.</summary>
public sealed class WireCounters
{
    /// <summary>Frames whose headers were cut or contradictory.</summary>
    public long Undecodable;

    /// <summary>Packets whose IP or transport checksum is wrong (also those of hosts that leave it to their card).</summary>
    public long BadChecksums;

    /// <summary>Packets left out because of a wrong checksum (-k all).</summary>
    public long DroppedForChecksum;

    /// <summary>IP fragments seen.</summary>
    public long Fragments;

    /// <summary>Datagrams put together from fragments.</summary>
    public long Reassembled;

    /// <summary>Fragments that overlap another with different data.</summary>
    public long FragmentOverlaps;

    /// <summary>Datagrams given up: table full, too old, or impossible.</summary>
    public long FragmentsDropped;

    /// <summary>Tunnel layers beyond the bounded depth.</summary>
    public long TunnelTooDeep;

    /// <summary>Messages of watched protocols that are broken.</summary>
    public long Malformed;

    /// <summary>Flows made.</summary>
    public long Flows;

    /// <summary>Flows pushed out of the table by newer ones.</summary>
    public long FlowsEvicted;

    /// <summary>Sequence gaps in watched streams (packets lost by the capture).</summary>
    public long StreamGaps;

    /// <summary>Segments that overlap earlier data with different octets.</summary>
    public long StreamOverlaps;

    /// <summary>Streams given up or cut because a memory bound was reached.</summary>
    public long StreamsDropped;

    /// <summary>Adds <paramref name="other"/> to this.</summary>
    public void Add(WireCounters other)
    {
        Undecodable += other.Undecodable;
        BadChecksums += other.BadChecksums;
        DroppedForChecksum += other.DroppedForChecksum;
        Fragments += other.Fragments;
        Reassembled += other.Reassembled;
        FragmentOverlaps += other.FragmentOverlaps;
        FragmentsDropped += other.FragmentsDropped;
        TunnelTooDeep += other.TunnelTooDeep;
        Malformed += other.Malformed;
        Flows += other.Flows;
        FlowsEvicted += other.FlowsEvicted;
        StreamGaps += other.StreamGaps;
        StreamOverlaps += other.StreamOverlaps;
        StreamsDropped += other.StreamsDropped;
    }
}
