using Sensor.Capture;
using Sensor.Core.Frames;
using Sensor.Detection;
using Sensor.Detection.Incidents;
using Sensor.Detection.Pac;
using Sensor.Detection.Trust;
using Sensor.Output.Delivery;
using Sensor.Pipeline;
using Sensor.Store;

namespace Sensor.Tests.Store;

/// <summary>Frames of a capture in memory, to be played whole or in parts.</summary>
internal sealed class PlayedFrames : IFrameSource
{
    private readonly List<(FrameRecord Record, byte[] Octets)> _frames;
    private int _next;

    public PlayedFrames(List<(FrameRecord Record, byte[] Octets)> frames) => _frames = frames;

    public static List<(FrameRecord Record, byte[] Octets)> Of(string capture)
    {
        using var timeline = CaptureTimeline.Open([capture]);
        var batch = new FrameBatch();
        var frames = new List<(FrameRecord, byte[])>();
        while (timeline.TryRead(batch))
            for (var i = 0; i < batch.Count; i++)
                frames.Add((batch.Frames[i], batch.Frame(i).ToArray()));
        return frames;
    }

    public bool TryRead(FrameBatch batch)
    {
        const int OctetsOfBatch = 128 * 1024;
        batch.Clear();
        var used = 0;
        while (_next < _frames.Count && batch.Count < batch.Frames.Length)
        {
            var (record, octets) = _frames[_next];
            if (batch.Count > 0 && used + octets.Length > OctetsOfBatch)
                break;
            if (batch.Octets.Length < used + octets.Length)
            {
                var grown = batch.Octets;
                Array.Resize(ref grown, used + octets.Length);
                batch.Octets = grown;
            }
            octets.CopyTo(batch.Octets.AsSpan(used));
            record.Offset = used;
            batch.Frames[batch.Count++] = record;
            used += octets.Length;
            _next++;
        }
        return batch.Count > 0;
    }

    public string OriginName(int origin) => "eth0";
}

/// <summary>One run of detection over frames, and what it told.</summary>
internal sealed class StoredWorld
{
    public StoredWorld(IPacEvaluator? evaluator = null)
    {
        Detection = new DetectionEngine(TrustPolicy.Empty, Segments, pacEvaluator: evaluator);
        Detection.Incidents.FindingMade = (incident, finding) => Findings.Add((incident, finding));
        Detection.Incidents.AlertRaised = alert =>
        {
            Alerts.Add(alert);
            Told.Add($"{alert.Finding.Detector.Id} {alert.Reason} {alert.Finding.Severity} {alert.Finding.Confidence} "
                + $"by {alert.Finding.Suspect} to {alert.Finding.Victim} {alert.Incident.Id}");
        };
    }

    public SegmentTable Segments { get; } = new();

    public DetectionEngine Detection { get; }

    public List<(Incident Incident, Finding Finding)> Findings { get; } = [];

    public List<Alert> Alerts { get; } = [];

    /// <summary>The alerts as sentences, with the hosts as they were known at that moment.</summary>
    public List<string> Told { get; } = [];

    public void Play(IEnumerable<(FrameRecord Record, byte[] Octets)> frames) =>
        new ReplayEngine(new PlayedFrames([.. frames]), Detection, Segments, new ReplayOptions { Workers = 1 }).Run();

    /// <summary>A finding as the daemon would store it, for one target.</summary>
    public static StoredFinding Stored(Incident incident, Finding finding, params string[] targets) => new(
        incident, finding, $"{{\"summary\":\"{finding.Detector.Id}\"}}", null,
        [.. finding.Frames.Select(frame => new EvidenceOctets(frame, "eth0", 1, 60, new byte[60]))],
        [.. targets.Select(target => new OutboxEntry(
            target, $"{incident.Id}-{finding.Detector.Sid}-{finding.Subject:x}-{finding.At.TimestampNs}", incident.Id, finding.At.TimestampNs, finding.Severity,
            finding.Detector.Id, finding.Summary))]);
}
