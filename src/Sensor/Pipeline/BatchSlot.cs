using Sensor.Core.Analyzers;
using Sensor.Core.Frames;
using Sensor.Core.Observations;

namespace Sensor.Pipeline;

/// <summary>A batch on its way through the stages: its frames, the dissected packets, and for each group of shards its packets and its log.</summary>
internal sealed class BatchSlot
{
    private const int Group = 32;

    // Larger than one worker needs: a hand-over costs tens of microseconds where a sleeping processor has to be woken.
    private const int Octets = 512 * 1024, Frames = 4096;

    private readonly int[][] _packetsOf;
    private readonly int[] _counts;
    private Packet[] _packets = [];

    internal BatchSlot(int groups)
    {
        Logs = new ObservationLog[groups];
        for (var i = 0; i < groups; i++)
            Logs[i] = new ObservationLog();
        _packetsOf = new int[groups][];
        _counts = new int[groups];
    }

    internal FrameBatch Batch { get; } = new(Octets, Frames);

    internal ObservationLog[] Logs { get; }

    internal void Dissect(Dissector dissector)
    {
        if (_packets.Length < Batch.Count)
        {
            _packets = new Packet[Batch.Frames.Length];
            for (var group = 0; group < _packetsOf.Length; group++)
                _packetsOf[group] = new int[Batch.Frames.Length];
        }
        Array.Clear(_counts);
        for (var i = 0; i < Batch.Count; i++)
        {
            dissector.Dissect(Batch, i, out _packets[i]);
            // Sorted here: whoever processes a group would stumble over the packets of the others, in no order it could foresee.
            var group = FlowShard.Of(_packets[i].FlowHash) % _counts.Length;
            _packetsOf[group][_counts[group]++] = i;
        }
    }

    /// <summary>Processes the packets whose shards are of <paramref name="group"/>.</summary>
    internal void Process(int group, FlowShard[] shards)
    {
        var log = Logs[group];
        if (Batch.IdleUntilNs != 0)
            Advance(group, shards);
        var rest = _packetsOf[group].AsSpan(0, _counts[group]);
        while (!rest.IsEmpty)
        {
            var indices = rest[..Math.Min(Group, rest.Length)];
            rest = rest[indices.Length..];
            foreach (var index in indices)
                ShardOf(in _packets[index]).Prefetch(in _packets[index]);
            foreach (var index in indices)
                ShardOf(in _packets[index]).PrefetchFlow(in _packets[index]);
            foreach (var index in indices)
            {
                log.Position = Batch.FirstOrdinal + index;
                ShardOf(in _packets[index]).Process(Batch, index, in _packets[index], log);
            }
        }

        FlowShard ShardOf(in Packet packet) => shards[FlowShard.Of(packet.FlowHash)];
    }

    private void Advance(int group, FlowShard[] shards)
    {
        for (var shard = group; shard < shards.Length; shard += Logs.Length)
        {
            // The facts of a tick lie in the order of the shards, however many groups share them.
            Logs[group].Position = Batch.FirstOrdinal + shard;
            shards[shard].Advance(Batch.IdleUntilNs, Logs[group]);
        }
    }
}
