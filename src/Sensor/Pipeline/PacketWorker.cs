using Sensor.Core.Analyzers;
using Sensor.Core.Frames;
using Sensor.Core.Observations;

namespace Sensor.Pipeline;

/// <summary>
/// The whole way from frame to finding on one thread: dissect a group, look its flows up together, process, deliver. Groups are small enough to
/// stay in the first-level cache and large enough that the table look-ups of a group wait for memory at the same time.
/// </summary>
internal sealed class PacketWorker(Dissector dissector, FlowShard[] shards, Func<ObservationBus> currentBus)
{
    private const int Group = 32;
    private readonly Packet[] _packets = new Packet[Group];
    private readonly ObservationLog _log = new();

    internal void Process(FrameBatch batch)
    {
        if (batch.IdleUntilNs != 0)
            Advance(batch);
        for (var start = 0; start < batch.Count; start += Group)
        {
            var count = Math.Min(Group, batch.Count - start);
            for (var i = 0; i < count; i++)
            {
                dissector.Dissect(batch, start + i, out _packets[i]);
                shards[FlowShard.Of(_packets[i].FlowHash)].Prefetch(in _packets[i]);
            }
            for (var i = 0; i < count; i++)
                shards[FlowShard.Of(_packets[i].FlowHash)].PrefetchFlow(in _packets[i]);
            for (var i = 0; i < count; i++)
            {
                ref readonly var packet = ref _packets[i];
                _log.Position = batch.FirstOrdinal + start + i;
                shards[FlowShard.Of(packet.FlowHash)].Process(batch, start + i, in packet, _log);
            }
            if (_log.Count > 0)
                Deliver();
        }
    }

    private void Advance(FrameBatch batch)
    {
        _log.Position = batch.FirstOrdinal;
        foreach (var shard in shards)
            shard.Advance(batch.IdleUntilNs, _log);
        if (_log.Count > 0)
            Deliver();
    }

    private void Deliver()
    {
        var bus = currentBus();
        _log.Prefetch(bus);
        for (var i = 0; i < _log.Count; i++)
            _log.Deliver(i, bus);
        _log.Clear();
    }
}
