using Sensor.Core.Analyzers;
using Sensor.Core.Frames;
using Sensor.Core.Observations;

namespace Sensor.Pipeline;

/// <summary>A batch on its way through the threads: its frames, the dissected packets and one log a worker.</summary>
internal sealed class BatchSlot : IDisposable
{
    private const int Group = 32;
    private Packet[] _packets = new Packet[1024];
    private byte[] _shardOf = new byte[1024];

    internal BatchSlot(int workers)
    {
        Pending = new CountdownEvent(workers);
        Logs = new ObservationLog[workers];
        for (var i = 0; i < workers; i++)
            Logs[i] = new ObservationLog();
    }

    internal FrameBatch Batch { get; } = new();

    internal ObservationLog[] Logs { get; }

    /// <summary>Signalled by each worker that has processed its shards of the batch.</summary>
    internal CountdownEvent Pending { get; }

    /// <inheritdoc/>
    public void Dispose() => Pending.Dispose();

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

    internal void Process(int worker, int workers, FlowShard[] shards)
    {
        var log = Logs[worker];
        Span<int> mine = stackalloc int[Group];
        for (var next = 0; next < Batch.Count;)
        {
            var found = 0;
            for (; next < Batch.Count && found < Group; next++)
            {
                if (_shardOf[next] % workers != worker)
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
