using Sensor.Capture;
using Sensor.Core.Analyzers;
using Sensor.Core.Frames;
using Sensor.Core.Observations;
using Sensor.Pipeline;
using Sensor.Tests.Captures;

namespace Sensor.Tests.Pipeline;

/// <summary>The way from source to observation allocates nothing once warm.</summary>
public sealed class AllocationTests
{
    private const int Passes = 200;

    [Theory]
    [InlineData("tour.pcapng")]
    [InlineData("payloads/windows-update-quiet.pcapng")]
    [InlineData("payloads/update-payload-untrusted.pcapng")]
    public void A_second_pass_over_the_same_frames_allocates_nothing_per_frame(string capture)
    {
        var source = new Repeated(Path.Combine(Checkout.Captures, capture), Passes);
        var shards = new FlowShard[FlowShard.Count];
        for (var i = 0; i < shards.Length; i++)
            shards[i] = new FlowShard();
        // Nobody subscribes: what is told from here on belongs to detection, which allocates when it finds or remembers.
        var bus = new ObservationBus();
        var worker = new PacketWorker(new Dissector(new SegmentTable()), shards, () => bus);
        var batch = new FrameBatch();
        long frames = 0, warm = 0;
        while (source.TryRead(batch))
        {
            if (source.Pass == Passes / 2)
                (warm, frames) = (GC.GetAllocatedBytesForCurrentThread(), 0);
            worker.Process(batch);
            frames += batch.Count;
        }
        Assert.Equal(0, (GC.GetAllocatedBytesForCurrentThread() - warm) / frames);
    }

    /// <summary>The frames of one capture again and again, time going on.</summary>
    private sealed class Repeated : IFrameSource
    {
        private readonly FrameBatch _frames = new(1 << 20, 4096);
        private readonly int _passes;
        private readonly long _span;

        public Repeated(string path, int passes)
        {
            _passes = passes;
            using var timeline = CaptureTimeline.Open([path]);
            Assert.True(timeline.TryRead(_frames));
            _span = _frames.Frames[_frames.Count - 1].TimestampNs - _frames.Frames[0].TimestampNs + 1_000_000_000;
        }

        public int Pass { get; private set; }

        public bool TryRead(FrameBatch batch)
        {
            batch.Clear();
            if (Pass == _passes)
                return false;
            batch.Octets = _frames.Octets;
            for (var i = 0; i < _frames.Count; i++)
            {
                batch.Frames[i] = _frames.Frames[i];
                batch.Frames[i].TimestampNs += Pass * _span;
            }
            batch.Count = _frames.Count;
            Pass++;
            return true;
        }

        public string OriginName(int origin) => "repeated";
    }
}
