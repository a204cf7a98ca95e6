using Sensor.Capture;
using Sensor.Core.Frames;
using Sensor.Detection;
using Sensor.Detection.Trust;
using Sensor.Pipeline;
using Sensor.Tests.Captures;

namespace Sensor.Tests.Fuzz;

/// <summary>Malformed and hostile input: no exception, no hang, bounded memory.</summary>
public sealed class HostileInputTests
{
    /// <summary>More than this a run over small captures may not keep: configured tables and pools.</summary>
    private const long MemoryBound = 512L << 20;

    [Fact]
    public void Every_shared_hostile_capture_is_replayed_to_its_end()
    {
        Assert.SkipWhen(Checkout.SharedCaptures is null, "no shared captures beside this checkout");
        var failed = new List<string>();
        foreach (var file in Directory.EnumerateFiles(Path.Combine(Checkout.SharedCaptures!, "fuzz")).Order(StringComparer.Ordinal))
        {
            var run = Replayed.Of(file, "--format", "eve", "--all");
            // 0 read to the end, 1 damaged or no capture: then one line says so.
            if (run.Status is not (0 or 1) || (run.Status == 1) != (run.Error.Length > 0) || run.Error.Contains("Exception", StringComparison.Ordinal))
                failed.Add($"{Path.GetFileName(file)}: {run.Status} {run.Error}");
        }
        Assert.Empty(failed);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Two_hundred_thousand_mutations_of_good_captures(int workers)
    {
        var good = GoodFrames();
        for (uint seed = 1; seed <= 4; seed++)
        {
            var segments = new SegmentTable();
            var engine = new ReplayEngine(
                new MutatedFrames(good, 50_000, seed), new DetectionEngine(TrustPolicy.Empty, segments), segments, new ReplayOptions { Workers = workers });
            Assert.Equal(50_000, engine.Run().Frames);
        }
        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true), 0, MemoryBound);
    }

    private static List<(FrameRecord Record, byte[] Octets)> GoodFrames()
    {
        var folders = new List<string> { Checkout.Captures };
        if (Checkout.SharedCaptures is { } shared)
            folders.Add(Path.Combine(shared, "given"));
        var frames = new List<(FrameRecord, byte[])>();
        foreach (var file in folders.SelectMany(folder => Directory.EnumerateFiles(folder, "*.pcap*", SearchOption.AllDirectories)).Order(StringComparer.Ordinal))
        {
            using var timeline = CaptureTimeline.Open([file]);
            var batch = new FrameBatch();
            var left = 400;
            while (left > 0 && timeline.TryRead(batch))
                for (var i = 0; i < batch.Count && left > 0; i++, left--)
                    frames.Add((batch.Frames[i], batch.Frame(i).ToArray()));
        }
        return frames;
    }
}
