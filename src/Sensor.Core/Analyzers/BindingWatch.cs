using System.Numerics;
using System.Runtime.CompilerServices;
using Sensor.Core.Frames;
using Sensor.Core.Observations;

namespace Sensor.Core.Analyzers;

/// <summary>
/// Tells which MAC sends for which IP address: <see cref="AddressSeen"/> at first sight and then about once a minute a binding and shard.
/// Two small caches. One counts, for each MAC, how many addresses it sent for within a minute: beyond <see cref="ManyAddresses"/> it is a router
/// (or a generator), and its packets end there. The other holds bindings that were told lately: the packets of hosts end there.
/// </summary>
internal sealed class BindingWatch
{
    /// <summary>Different sources a minute and shard beyond which a MAC is no plain host: a host with privacy addresses has about ten.</summary>
    public const int ManyAddresses = 16;

    private const long Minute = 60_000_000_000;
    private const int Ways = 4, BindingSets = 512, Macs = 256;

    private readonly Binding[] _bindings = new Binding[BindingSets * Ways];
    private readonly Sender[] _senders = new Sender[Macs];

    /// <summary>Looks at an IP packet with hardware addresses.</summary>
    public void Look(FrameBatch batch, int index, in Packet packet, ObservationLog log)
    {
        var key = (packet.SourceMac.Value | ((ulong)packet.Segment << 48)) * 0x9E3779B97F4A7C15UL;
        var now = batch.Frames[index].TimestampNs;
        ref var sender = ref _senders[(int)(key >> 56) % Macs];
        var isCounted = sender.Key == key && IsRecent(now, sender.Since);
        if (isCounted && sender.IsMany)
            return;
        var tag = Mix(key ^ (packet.Source.High * 0xC2B2AE3D27D4EB4FUL) ^ (packet.Source.Low * 0xD6E8FEB86659FD93UL));
        var set = _bindings.AsSpan((int)(tag % BindingSets) * Ways, Ways);
        foreach (ref readonly var known in set)
        {
            if (known.Tag == tag && IsRecent(now, known.ToldAt))
                return;
        }
        if (!IsHost(in packet))
            return;
        if (!isCounted)
            sender = new Sender { Key = key, Since = now };
        Tell(batch, index, in packet, log, new Binding { Tag = tag, ToldAt = now }, set, ref sender);
    }

    private static bool IsHost(in Packet packet) =>
        !packet.Source.IsUnspecified && !packet.Source.IsMulticast && !packet.Source.IsLoopback && !packet.Source.IsBroadcast
        && !packet.SourceMac.IsGroup && !packet.SourceMac.IsNone;

    // Seldom called: inlined, its context would be cleared on the stack for every packet.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Tell(
        FrameBatch batch, int index, in Packet packet, ObservationLog log, Binding binding, Span<Binding> set, ref Sender sender)
    {
        sender.Sources |= 1UL << (int)(binding.Tag >> 58);
        sender.IsMany = BitOperations.PopCount(sender.Sources) > ManyAddresses;
        if (!sender.IsMany)
            Oldest(set) = binding;
        var context = new PacketContext(batch, index, in packet);
        log.Add<AddressSeen>(in context).ManySources = sender.IsMany;
    }

    private static ref Binding Oldest(Span<Binding> set)
    {
        var oldest = 0;
        for (var way = 1; way < set.Length; way++)
        {
            if (set[way].ToldAt < set[oldest].ToldAt)
                oldest = way;
        }
        return ref set[oldest];
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool IsRecent(long now, long then) => (ulong)(now - then + Minute) < 2 * Minute;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Mix(ulong value)
    {
        value = (value ^ (value >> 32)) * 0xD6E8FEB86659FD93UL;
        return (value ^ (value >> 32)) | 1;
    }

    /// <summary>A binding (hash of segment, MAC, address; never 0) and when it was told, nanoseconds.</summary>
    private struct Binding
    {
        public ulong Tag;
        public long ToldAt;
    }

    /// <summary>A MAC in a segment, since when it is counted, and a bit for (about) each address it sent for.</summary>
    private struct Sender
    {
        public ulong Key;
        public long Since;
        public ulong Sources;
        public bool IsMany;
    }
}
