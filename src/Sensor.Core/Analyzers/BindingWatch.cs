using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
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
    private const int BindingSets = 512, Macs = 256;

    private readonly BindingSet[] _bindings = new BindingSet[BindingSets];
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
        ref var set = ref _bindings[(int)(tag % BindingSets)];
        for (var matches = set.Matches(tag); matches != 0; matches &= matches - 1)
        {
            if (IsRecent(now, set.ToldAt.GetElement(BitOperations.TrailingZeroCount(matches))))
                return;
        }
        if (!IsHost(in packet))
            return;
        if (!isCounted)
            sender = new Sender { Key = key, Since = now };
        Tell(batch, index, in packet, log, tag, ref set, ref sender);
    }

    private static bool IsHost(in Packet packet) =>
        !packet.Source.IsUnspecified && !packet.Source.IsMulticast && !packet.Source.IsLoopback && !packet.Source.IsBroadcast
        && !packet.SourceMac.IsGroup && !packet.SourceMac.IsNone;

    // Seldom called: inlined, its context would be cleared on the stack for every packet.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Tell(
        FrameBatch batch, int index, in Packet packet, ObservationLog log, ulong tag, ref BindingSet set, ref Sender sender)
    {
        sender.Sources |= 1UL << (int)(tag >> 58);
        sender.IsMany = BitOperations.PopCount(sender.Sources) > ManyAddresses;
        if (!sender.IsMany)
            set.Put(tag, batch.Frames[index].TimestampNs);
        var context = new PacketContext(batch, index, in packet);
        log.Add<AddressSeen>(in context).ManySources = sender.IsMany;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool IsRecent(long now, long then) => (ulong)(now - then + Minute) < 2 * Minute;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Mix(ulong value)
    {
        value = (value ^ (value >> 32)) * 0xD6E8FEB86659FD93UL;
        return (value ^ (value >> 32)) | 1;
    }

    /// <summary>
    /// Four bindings (hashes of segment, MAC, address; never 0) and when they were told, nanoseconds. Their hashes are compared at once:
    /// which of
    /// four it is cannot be foretold, so a loop would guess wrong for most packets.
    /// </summary>
    private struct BindingSet
    {
        public Vector256<ulong> Tags;
        public Vector256<long> ToldAt;

        /// <summary>A bit for each binding with <paramref name="tag"/>.</summary>
        public readonly uint Matches(ulong tag) => Vector256.Equals(Tags, Vector256.Create(tag)).ExtractMostSignificantBits();

        /// <summary>Puts a binding in the place of the one told longest ago.</summary>
        public void Put(ulong tag, long now)
        {
            var oldest = 0;
            for (var way = 1; way < Vector256<long>.Count; way++)
            {
                if (ToldAt.GetElement(way) < ToldAt.GetElement(oldest))
                    oldest = way;
            }
            Tags = Tags.WithElement(oldest, tag);
            ToldAt = ToldAt.WithElement(oldest, now);
        }
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
