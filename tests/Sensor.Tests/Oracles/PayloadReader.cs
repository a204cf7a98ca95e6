using Sensor.Capture;
using Sensor.Core.Analyzers;
using Sensor.Core.Frames;
using Sensor.Core.Observations;
using Sensor.Detection.Certificates;
using Sensor.Detection.Updates;

namespace Sensor.Tests.Oracles;

/// <summary>Reads a capture as `sensor replay` does, up to the payloads.</summary>
internal sealed class PayloadReader : IObservePayloads
{
    private readonly List<Payload> _all = [];

    private PayloadReader()
    {
    }

    public static List<Payload> Read(string path)
    {
        using var timeline = CaptureTimeline.Open([path]);
        var (batch, log, bus, reader) = (new FrameBatch(), new ObservationLog(), new ObservationBus(), new PayloadReader());
        var (dissector, shard) = (new Dissector(new SegmentTable()), new FlowShard());
        var store = new PayloadStore(new CertificateFeed());
        store.Subscribe(bus);
        store.Subscribe(reader);
        while (timeline.TryRead(batch))
        {
            for (var i = 0; i < batch.Count; i++)
            {
                dissector.Dissect(batch, i, out var packet);
                shard.Process(batch, i, in packet, log);
            }
            Deliver(log, bus);
        }
        shard.Finish(log);
        Deliver(log, bus);
        return reader._all;
    }

    public void Observe(Payload payload) => _all.Add(payload);

    private static void Deliver(ObservationLog log, ObservationBus bus)
    {
        for (var i = 0; i < log.Count; i++)
            log.Deliver(i, bus);
        log.Clear();
    }
}
