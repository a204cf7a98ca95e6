using Sensor.Capture;
using Sensor.Core.Frames;
using Sensor.Detection;
using Sensor.Detection.Trust;
using Sensor.Pipeline;
using Sensor.Tests.Captures;

namespace Sensor.Tests.Pipeline;

/// <summary>The way from source to observation allocates nothing once warm.</summary>
public sealed class AllocationTests
{
    [Fact]
    public void A_second_pass_over_the_same_frames_allocates_nothing_per_frame()
    {
        var source = new Repeated(Path.Combine(Checkout.Captures, "tour.pcapng"), passes: 200);
        var segments = new SegmentTable();
        var detection = new DetectionEngine(TrustPolicy.Empty, segments);
        var engine = new ReplayEngine(source, detection, segments, new ReplayOptions());
        long warm = 0;
        engine.Run(totals =>
        {
            if (source.Pass == 100)
                warm = GC.GetAllocatedBytesForCurrentThread();
        });
        var frames = engine.Totals.Frames / 2;
        var allocated = GC.GetAllocatedBytesForCurrentThread() - warm;
        Assert.True(allocated / frames == 0, $"{allocated} octets over {frames} frames");
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
