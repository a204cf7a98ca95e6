using System.Runtime.CompilerServices;
using Sensor.Core.Flows;
using Sensor.Core.Frames;
using Sensor.Core.Observations;

namespace Sensor.Core.Analyzers;

/// <summary>
/// Everything that has state per flow, for the share of flows whose hash falls into this shard: TCP flows and streams, bindings and
/// copies seen lately. There are always <see cref="Count"/> shards, however many workers share them, so results do not depend on the workers.
/// </summary>
public sealed class FlowShard
{
    /// <summary>Shards there are: workers beyond this number would have nothing to do.</summary>
    public const int Count = 8;

    private readonly BindingWatch _bindings = new();
    private readonly RelayWatch _relays = new();
    private readonly QuicInitials _quic = new();
    private readonly TcpFlows _tcp;

    /// <summary>A shard within <paramref name="limits"/>, or the usual ones.</summary>
    public FlowShard(FlowLimits? limits = null)
    {
        _tcp = new TcpFlows(limits ?? new FlowLimits(), Counters);
    }

    /// <summary>Counters of this shard.</summary>
    public WireCounters Counters { get; } = new();

    /// <summary>The shard of a flow hash.</summary>
    public static int Of(ulong flowHash) => (int)(flowHash >> 61);

    /// <summary>Asks for what <see cref="Process"/> will look up first, so that the look-ups of many packets wait for memory together.</summary>
    public void Prefetch(in Packet packet)
    {
        if (packet.Kind == PacketKind.Tcp)
            _tcp.Prefetch(packet.FlowHash);
    }

    /// <summary>Asks for what it will look up then, when all packets of a group have been through <see cref="Prefetch"/>.</summary>
    public void PrefetchFlow(in Packet packet)
    {
        if (packet.Kind == PacketKind.Tcp)
            _tcp.PrefetchFlow(packet.FlowHash);
    }

    /// <summary>Processes one packet of this shard: packets must come in the order of the timeline.</summary>
    public void Process(FrameBatch batch, int index, in Packet packet, ObservationLog log)
    {
        if (packet.HasMacs && packet.Protocol != 0 && !packet.InTunnel)
        {
            _bindings.Look(batch, index, in packet, log);
            _relays.Look(batch, index, in packet, log);
        }
        switch (packet.Kind)
        {
            case PacketKind.Tcp:
                _tcp.Process(batch, index, in packet, log);
                break;
            case PacketKind.Udp:
                if (AnalyzerCatalog.ForUdp(packet.SourcePort, packet.DestinationPort) is { } analyzer)
                    AnalyzeDatagram(analyzer, batch, index, in packet, log);
                else if (QuicInitials.MayBegin(batch, in packet))
                    _quic.Look(batch, index, in packet, log);
                break;
            case PacketKind.Arp:
                AnalyzeDatagram(AnalyzerCatalog.Arp, batch, index, in packet, log);
                break;
            case PacketKind.Icmp:
                AnalyzeDatagram(AnalyzerCatalog.Icmp, batch, index, in packet, log);
                break;
            case PacketKind.Icmpv6:
                AnalyzeDatagram(AnalyzerCatalog.Icmpv6, batch, index, in packet, log);
                break;
            case PacketKind.Vrrp:
                AnalyzeDatagram(AnalyzerCatalog.Vrrp, batch, index, in packet, log);
                break;
        }
    }

    /// <summary>
    /// Nothing came and packet time is <paramref name="nowNs"/> now: lets go what a packet of that time would have let go, so that what idle
    /// streams hold is told in time on a quiet network.
    /// </summary>
    public void Advance(long nowNs, ObservationLog log) => _tcp.Advance(nowNs, log);

    /// <summary>The capture ended: reports what streams still hold.</summary>
    public void Finish(ObservationLog log) => _tcp.Finish(log);

    // Not inlined: its five contexts would be cleared on the stack for every TCP segment.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void AnalyzeDatagram(DatagramAnalyzer? analyzer, FrameBatch batch, int index, in Packet packet, ObservationLog log)
    {
        if (analyzer is null)
            return;
        var context = new PacketContext(batch, index, in packet);
        if (analyzer(in context, log) == Verdict.Malformed)
            Counters.Malformed++;
    }
}
