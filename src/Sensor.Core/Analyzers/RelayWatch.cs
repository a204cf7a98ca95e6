using System.Runtime.CompilerServices;
using Sensor.Core.Frames;
using Sensor.Core.Observations;
using Sensor.Core.Wire;

namespace Sensor.Core.Analyzers;

/// <summary>
/// Sees packets that somebody forwards: the same packet, within a second, from another MAC. A router or a relay in the kernel lowers the TTL by
/// one; relays in user space (ettercap) leave it. What a forwarder never changes makes the fingerprint: addresses, ports, IP identification,
/// sequence numbers, transport checksum, length. A copy with equal MACs is a span duplicate. One direct-mapped table, small enough for the
/// cache: a relay forwards within milliseconds, so old entries may be overwritten at once.
/// </summary>
internal sealed class RelayWatch
{
    /// <summary>Packets remembered a shard.</summary>
    private const int Recent = 512;

    private const int Relays = 64;
    private const long Window = 1_000_000_000;
    private const byte Syn = 2, Fin = 1, Rst = 4;

    private readonly ulong[] _tags = new ulong[Recent];
    private readonly Copy[] _copies = new Copy[Recent];
    private readonly (ulong Key, uint Count)[] _relays = new (ulong, uint)[Relays];

    /// <summary>Looks at an IP packet with hardware addresses.</summary>
    public void Look(FrameBatch batch, int index, in Packet packet, ObservationLog log)
    {
        if (packet.DestinationMac.IsGroup || !IsDistinct(in packet))
            return;
        var tag = Fingerprint(in packet);
        var slot = (int)(tag % Recent);
        ref var known = ref _copies[slot];
        if (_tags[slot] == tag)
        {
            if (known.SourceMac == packet.SourceMac)
                return;
            Compare(batch, index, in packet, log, in known);
        }
        _tags[slot] = tag;
        ref readonly var frame = ref batch.Frames[index];
        known.SourceMac = packet.SourceMac;
        known.DestinationMac = packet.DestinationMac;
        known.TimestampNs = frame.TimestampNs;
        known.FrameNumber = frame.Number;
        known.Ordinal = batch.FirstOrdinal + index;
        known.Origin = frame.Origin;
        known.Ttl = packet.Ttl;
    }

    /// <summary>
    /// Whether two different packets would differ in the fingerprint. Without IP identification (IPv6, many Linux sockets) repeated bare
    /// acknowledgments are equal, and so are datagrams without a checksum.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool IsDistinct(in Packet packet) =>
        packet.IpId != 0
        || (packet.Kind == PacketKind.Tcp
            ? packet.PayloadWireLength > 0 || (packet.TcpFlags & (Syn | Fin | Rst)) != 0
            : packet.TransportChecksum != 0);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Fingerprint(in Packet packet)
    {
        var h = packet.FlowHash ^ (packet.Source.Low * 0x9E3779B97F4A7C15UL) ^ (packet.Source.High * 0xC2B2AE3D27D4EB4FUL)
            ^ (packet.SourcePort * 0xA24BAED4963EE407UL);
        h = (h ^ (h >> 32)) + (((ulong)packet.Sequence << 32) | packet.Acknowledgment);
        h *= 0xD6E8FEB86659FD93UL;
        h ^= ((ulong)packet.IpId << 48) | ((ulong)packet.TransportChecksum << 32) | (uint)(packet.PayloadWireLength << 8) | packet.TcpFlags;
        h = (h ^ (h >> 32)) * 0x9FB21C651E98DF25UL;
        return (h ^ (h >> 35)) | 1UL << 63;
    }

    /// <summary>Two copies with different source MACs: which of them was forwarded, and is it forwarding at all?</summary>
    private void Compare(FrameBatch batch, int index, in Packet packet, ObservationLog log, in Copy known)
    {
        var now = batch.Frames[index].TimestampNs;
        if ((ulong)(now - known.TimestampNs + Window) > 2 * Window)
            return;
        var context = new PacketContext(batch, index, in packet);
        var current = Copy.Of(in context);
        var handedOn = known.Ttl == packet.Ttl && known.DestinationMac == packet.SourceMac;
        var handedOnBefore = known.Ttl == packet.Ttl && packet.DestinationMac == known.SourceMac;
        if (known.Ttl == packet.Ttl + 1 || handedOn)
            Report(in context, log, in known, in current);
        else if (known.Ttl + 1 == packet.Ttl || handedOnBefore)
            Report(in context, log, in current, in known);
    }

    private void Report(in PacketContext context, ObservationLog log, in Copy first, in Copy relayed)
    {
        if (!IsDue(relayed.SourceMac, context.Packet.Segment))
            return;
        ref var fact = ref log.Add<PacketRelayed>(relayed.SightingOf(in context));
        fact.FirstSourceMac = first.SourceMac;
        fact.FirstDestinationMac = first.DestinationMac;
        fact.FirstTtl = first.Ttl;
        fact.FirstFrameNumber = first.FrameNumber;
        fact.FirstOrigin = first.Origin;
        fact.FirstTimestampNs = first.TimestampNs;
    }

    /// <summary>The first 8 packets of a relay, then each 64th: a router in the span must not flood the log.</summary>
    private bool IsDue(MacAddress relay, int segment)
    {
        var key = (relay.Value | ((ulong)segment << 48)) * 0x9E3779B97F4A7C15UL;
        ref var slot = ref _relays[(int)(key >> 58) % Relays];
        if (slot.Key != key)
            slot = (key, 0);
        slot.Count++;
        return slot.Count <= 8 || slot.Count % 64 == 0;
    }

    /// <summary>Where one copy of a packet was seen.</summary>
    private struct Copy
    {
        public MacAddress SourceMac, DestinationMac;
        public long TimestampNs, FrameNumber, Ordinal;
        public ushort Origin;
        public byte Ttl;

        public static Copy Of(in PacketContext context) => new()
        {
            SourceMac = context.Packet.SourceMac,
            DestinationMac = context.Packet.DestinationMac,
            TimestampNs = context.Frame.TimestampNs,
            FrameNumber = context.Frame.Number,
            Ordinal = context.Ordinal,
            Origin = context.Frame.Origin,
            Ttl = context.Packet.Ttl,
        };

        /// <summary>The sighting of this copy of the packet in <paramref name="context"/>: only the link layer, TTL and place differ.</summary>
        public readonly Sighting SightingOf(in PacketContext context) => new()
        {
            Ordinal = Ordinal,
            TimestampNs = TimestampNs,
            FrameNumber = FrameNumber,
            Origin = Origin,
            Protocol = context.Packet.Protocol,
            Ttl = Ttl,
            Segment = context.Packet.Segment,
            SourceMac = SourceMac,
            DestinationMac = DestinationMac,
            Source = context.Packet.Source,
            Destination = context.Packet.Destination,
            SourcePort = context.Packet.SourcePort,
            DestinationPort = context.Packet.DestinationPort,
            InTunnel = context.Packet.InTunnel,
        };
    }
}
