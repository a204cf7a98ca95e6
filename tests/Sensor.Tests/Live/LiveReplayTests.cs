using System.Diagnostics;
using Sensor.Capture;
using Sensor.Capture.Live;
using Sensor.Commands;
using Sensor.Configuration;
using Sensor.Core.Frames;
using Sensor.Pipeline;
using Sensor.Tests.Captures;

namespace Sensor.Tests.Live;

/// <summary>A recording that is played onto a cable is judged as it is from its file.</summary>
public sealed class LiveReplayTests
{
    // Pauses of the recording are kept, but not waited out: no watched exchange rests on longer ones.
    private const long LongestPauseNs = 100_000_000;

    [Theory]
    [InlineData("names/llmnr-wpad-answer", 1)]
    [InlineData("names/nbns-wpad-answer", 1)]
    [InlineData("dhcp/rogue-dhcp-wpad", 1)]
    [InlineData("dhcp/rogue-dhcp-wpad", 3)]
    [InlineData("wire/arp-spoofing", 1)]
    public void The_same_attack_is_named_live_as_from_the_file(string scene, int workers)
    {
        var path = Path.Combine(Checkout.Captures, scene + ".pcapng");
        var fromFile = new List<string>();
        using (var timeline = CaptureTimeline.Open([path]))
            Engine(timeline, fromFile, 1).Run();
        Assert.NotEmpty(fromFile);
        LinkLab.Run(lab =>
        {
            lab.Ip("link set va mtu 9000");
            lab.Ip("link set vb mtu 9000");
            using var source = new LiveSource(new LiveOptions { Interfaces = ["vb"], RingOctets = 16 << 20 });
            var frames = Send(path);
            var live = new List<string>();
            var engine = Engine(source, live, workers);
            engine.Run(seen =>
            {
                if (seen.Frames >= frames)
                    source.Stop();
            });
            Assert.Equal(frames, engine.Totals.Frames);
            Assert.Equal(fromFile, live);
            Assert.All(Enumerable.Range(0, engine.Progress.Count), worker => Assert.True(engine.Progress[worker] > 0));
        });
    }

    private static ReplayEngine Engine(IFrameSource source, List<string> alerts, int workers)
    {
        var segments = new SegmentTable();
        var detection = DetectionRun.Create(SensorConfiguration.Read(new(null, null, [])), segments);
        detection.Incidents.AlertRaised = alert => alerts.Add(
            $"{alert.Finding.Detector.Id} {alert.Finding.Severity} {alert.Finding.Confidence} {alert.Finding.Suspect} {alert.Finding.Victim} {alert.Reason}");
        return new ReplayEngine(source, detection, segments, new ReplayOptions { Workers = workers });
    }

    private static long Send(string path)
    {
        using var sender = new FrameSender("va");
        using var timeline = CaptureTimeline.Open([path]);
        var batch = new FrameBatch();
        var (before, sent) = (0L, 0L);
        while (timeline.TryRead(batch))
        {
            for (var i = 0; i < batch.Count; i++)
            {
                var at = batch.Frames[i].TimestampNs;
                var pause = Math.Clamp(at - before, 0, LongestPauseNs);
                for (var clock = Stopwatch.StartNew(); before != 0 && clock.Elapsed.TotalNanoseconds < pause;)
                    Thread.SpinWait(20);
                before = at;
                Assert.True(sender.Send(batch.Frame(i).ToArray()));
                sent++;
            }
        }
        return sent;
    }
}
