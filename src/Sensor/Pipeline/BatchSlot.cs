using Sensor.Core.Analyzers;
using Sensor.Core.Frames;
using Sensor.Core.Observations;

namespace Sensor.Pipeline;

/// <summary>A batch on its way through the stages: its frames, the dissected packets and one log a group of shards.</summary>
internal sealed class BatchSlot
{
    private const int Group = 32;
    private Packet[] _packets = new Packet[1024];
    private byte[] _shardOf = new byte[1024];

    internal BatchSlot(int groups)
    {
        Logs = new ObservationLog[groups];
        for (var i = 0; i < groups; i++)
            Logs[i] = new ObservationLog();
    }

    internal FrameBatch Batch { get; } = new();

    internal ObservationLog[] Logs { get; }

    internal void Dissect(Dissector dissector)
    {
        if (_packets.Length < Batch.Count)
        {
            _packets = new Packet[Batch.Frames.Length];
            _shardOf = new byte[Batch.Frames.Length];
        }
        for (var i = 0; i < Batch.Count; i++)
        {
            dissector.Dissect(Batch, i, out _packets[i]);
            _shardOf[i] = (byte)FlowShard.Of(_packets[i].FlowHash);
        }
    }

    /// <summary>Processes the packets whose shards are of <paramref name="group"/>.</summary>
    internal void Process(int group, FlowShard[] shards)
    {
        var log = Logs[group];
        var groups = Logs.Length;
        Span<int> mine = stackalloc int[Group];
        for (var next = 0; next < Batch.Count;)
        {
            var found = 0;
            for (; next < Batch.Count && found < Group; next++)
            {
                if (groups > 1 && _shardOf[next] % groups != group)
                    continue;
                shards[_shardOf[next]].Prefetch(in _packets[next]);
                mine[found++] = next;
            }
            foreach (var index in mine[..found])
                shards[_shardOf[index]].PrefetchFlow(in _packets[index]);
            foreach (var index in mine[..found])
            {
                log.Position = Batch.FirstOrdinal + index;
                shards[_shardOf[index]].Process(Batch, index, in _packets[index], log);
            }
        }
    }
}
