using System.Text;
using Sensor.Core.Frames;
using Sensor.Detection;
using Sensor.Detection.Incidents;
using Sensor.Detection.Trust;
using Sensor.Evidence;
using Sensor.Pipeline;
using Sensor.Store;
using Sensor.Tests.Captures;
using Sensor.Tests.Store;

namespace Sensor.Tests.Evidence;

public sealed class RecentFramesTests
{
    private static string Tour => Path.Combine(Checkout.Captures, "tour.pcapng");

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void Frames_of_a_finding_can_be_had_when_it_is_made(int workers)
    {
        var frames = PlayedFrames.Of(Tour);
        var octets = frames.ToDictionary(frame => (frame.Record.Origin, frame.Record.Number), frame => frame.Octets);
        var recent = new RecentFrames(16 << 20, origin => $"eth{origin}");
        var (wanted, found) = (0, 0);
        Play(frames, recent, workers, (_, finding) =>
        {
            var evidence = recent.Resolve(finding.Frames);
            wanted += finding.Frames.Distinct().Count();
            found += evidence.Count;
            Assert.Contains(evidence, frame => frame.Frame == FrameReference.Of(finding.At));
            Assert.All(evidence, frame =>
            {
                Assert.Equal(octets[(frame.Frame.Origin, frame.Frame.Number)].Length, frame.Octets.Length);
                Assert.Equal("eth0", frame.Interface);
            });
        });
        Assert.True(wanted > 20 && found >= wanted * 9 / 10, $"{found} of {wanted}");
        Assert.Equal(wanted - found, recent.Missing);
    }

    [Fact]
    public void What_is_overwritten_is_missing_and_never_something_else()
    {
        var frames = PlayedFrames.Of(Tour);
        var octets = frames.ToDictionary(frame => (frame.Record.Origin, frame.Record.Number), frame => frame.Octets);
        var recent = new RecentFrames(32 * 1024, _ => "eth0");
        Play(frames, recent, 1, (_, finding) =>
        {
            foreach (var frame in recent.Resolve(finding.Frames))
                Assert.Equal(octets[(frame.Frame.Origin, frame.Frame.Number)][..42], frame.Octets[..42]);
        });
        Assert.True(recent.Missing > 0);
    }

    [Theory]
    [InlineData("credentials/passwords-to-poisoner.pcapng")]
    [InlineData("credentials/smb-to-poisoner.pcapng")]
    [InlineData("credentials/shown-before-suspicion.pcapng")]
    public void Secrets_are_masked_as_they_are_in_the_evidence_of_files(string capture)
    {
        var path = Path.Combine(Checkout.Captures, capture);
        var frames = PlayedFrames.Of(path);
        var recent = new RecentFrames(16 << 20, _ => "eth0");
        var kept = new List<EvidenceOctets>();
        Play(frames, recent, 1, (_, finding) => kept.AddRange(recent.Resolve(finding.Frames)));
        Assert.NotEmpty(kept);
        // Whatever the masking of files overwrites is overwritten here too.
        var whole = SecretsOf(frames);
        foreach (var frame in kept)
        {
            var masked = whole[(frame.Frame.Origin, frame.Frame.Number)];
            var original = frames.Find(known => known.Record.Number == frame.Frame.Number && known.Record.Origin == frame.Frame.Origin).Octets;
            for (var i = 0; i < masked.Length; i++)
            {
                if (masked[i] != original[i])
                    Assert.True(frame.Octets[i] != original[i], $"frame {frame.Frame.Number}, octet {i}: {Encoding.Latin1.GetString(original)}");
            }
        }
    }

    [Fact]
    public void Keeping_frames_allocates_nothing_once_warm()
    {
        var frames = PlayedFrames.Of(Tour);
        var recent = new RecentFrames(1 << 20, _ => "eth0");
        var log = new Core.Observations.ObservationLog();
        var batch = new FrameBatch();
        Assert.True(new PlayedFrames(frames).TryRead(batch));
        for (var i = 0; i < batch.Count; i++)
        {
            log.Position = i;
            log.Add<Core.Observations.AddressSeen>(new Core.Observations.Sighting { FrameNumber = batch.Frames[i].Number });
        }
        Assert.Equal(0, Allocations.Least(() => recent.Keep(batch, log)));
        Assert.Equal(0, recent.FramesKept % (200 * batch.Count));
    }

    private static Dictionary<(ushort, long), byte[]> SecretsOf(List<(FrameRecord Record, byte[] Octets)> frames)
    {
        var secrets = new SecretFrames();
        var segments = new SegmentTable();
        var detection = new DetectionEngine(TrustPolicy.Empty, segments);
        detection.Bus.Subscribe(secrets);
        new ReplayEngine(new PlayedFrames(frames), detection, segments, new ReplayOptions()).Run();
        var (mask, dissector) = (new SecretMask(secrets), new Core.Analyzers.Dissector(new SegmentTable(), ChecksumMode.None));
        var masked = new Dictionary<(ushort, long), byte[]>();
        var source = new PlayedFrames(frames);
        for (var batch = new FrameBatch(); source.TryRead(batch);)
        {
            for (var i = 0; i < batch.Count; i++)
            {
                dissector.Dissect(batch, i, out var packet);
                var octets = batch.Frame(i).ToArray();
                mask.Apply(octets, in packet, in batch.Frames[i]);
                masked[(batch.Frames[i].Origin, batch.Frames[i].Number)] = octets;
            }
        }
        return masked;
    }

    private static void Play(List<(FrameRecord Record, byte[] Octets)> frames, RecentFrames recent, int workers, Action<Incident, Finding> found)
    {
        var segments = new SegmentTable();
        var detection = new DetectionEngine(TrustPolicy.Empty, segments);
        detection.Incidents.FindingMade = found;
        new ReplayEngine(new PlayedFrames(frames), detection, segments, new ReplayOptions { Workers = workers, Keeper = recent }).Run();
    }
}
