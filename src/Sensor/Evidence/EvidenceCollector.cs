using Sensor.Core.Analyzers;
using Sensor.Core.Frames;
using Sensor.Detection.Incidents;

namespace Sensor.Evidence;

/// <summary>
/// Reads a timeline a second time and takes out the frames of incidents: those that prove a finding, and the whole connections of the
/// stages PAC and payload. Bounded in memory; what does not fit is counted.
/// </summary>
internal sealed class EvidenceCollector
{
    /// <summary>Octets of frames held for all incidents of a world. 256 MiB.</summary>
    internal const long MaxOctets = 256L << 20;

    /// <summary>
    /// Connections kept whole for one incident: enough to see how victims were served; the proving frames of all are kept anyway.
    /// </summary>
    internal const int MaxFlows = 64;

    private const byte Tcp = 6;

    private readonly Dictionary<(ushort Origin, long Number), List<Wanted>> _wanted = [];
    private readonly Dictionary<FlowEnds, List<FlowWindow>> _flows = [];
    private readonly List<IncidentEvidence> _evidence = [];
    private readonly SegmentTable _segments = new();
    private readonly Dissector _dissector;
    private readonly SecretMask _mask;
    private long _octets;

    /// <summary>
    /// Plans what to take for <paramref name="incidents"/>, whose segments are numbered by <paramref name="segments"/>; secrets are where
    /// <paramref name="secrets"/> says.
    /// </summary>
    public EvidenceCollector(IEnumerable<Incident> incidents, SegmentTable segments, SecretFrames secrets)
    {
        _mask = new SecretMask(secrets);
        _dissector = new Dissector(_segments);
        foreach (var incident in incidents)
        {
            var evidence = new IncidentEvidence(incident);
            _evidence.Add(evidence);
            var flows = 0;
            foreach (var recorded in incident.Findings)
            {
                Want(evidence, recorded.Finding);
                if (HasWholeFlow(recorded.Finding) && flows++ < MaxFlows)
                    WantFlow(evidence, recorded.Finding, segments);
            }
        }
    }

    /// <summary>Reads <paramref name="source"/> to its end and returns what was found, in the order the incidents were given.</summary>
    public IReadOnlyList<IncidentEvidence> Collect(IFrameSource source)
    {
        var batch = new FrameBatch();
        var ordinal = 0L;
        while ((_wanted.Count > 0 || _flows.Count > 0) && source.TryRead(batch))
        {
            for (var i = 0; i < batch.Count; i++)
                Look(batch, i, ordinal + i);
            ordinal += batch.Count;
        }
        foreach (var window in _flows.Values.SelectMany(windows => windows))
            window.Settle();
        foreach (var wanted in _wanted.Values.SelectMany(wanted => wanted).DistinctBy(wanted => (wanted.Evidence, wanted.Frame)))
            wanted.Evidence.Missing++;
        return _evidence;
    }

    /// <summary>The connection is kept whole where its content is the matter: what was configured, and what was delivered.</summary>
    private static bool HasWholeFlow(Finding finding) => finding.Detector.Stage is Stage.Pac or Stage.Payload && finding.At.Protocol == Tcp;

    private void Want(IncidentEvidence evidence, Finding finding)
    {
        var trigger = FrameReference.Of(finding.At);
        foreach (var frame in finding.Frames.Append(trigger))
        {
            var key = (frame.Origin, frame.Number);
            if (frame.Number <= 0)
                continue;
            if (!_wanted.TryGetValue(key, out var wanted))
                _wanted.Add(key, wanted = []);
            var role = key == (trigger.Origin, trigger.Number) ? EvidenceRole.Trigger : EvidenceRole.Proof;
            if (!wanted.Exists(known => ReferenceEquals(known.Finding, finding)))
                wanted.Add(new Wanted(evidence, finding, role, key));
        }
    }

    private void WantFlow(IncidentEvidence evidence, Finding finding, SegmentTable segments)
    {
        var at = finding.At;
        var ends = FlowEnds.Of(segments.Describe(at.Segment), at.Source, at.SourcePort, at.Destination, at.DestinationPort);
        if (!_flows.TryGetValue(ends, out var windows))
            _flows.Add(ends, windows = []);
        windows.Add(new FlowWindow(evidence, finding));
    }

    private void Look(FrameBatch batch, int index, long ordinal)
    {
        ref readonly var record = ref batch.Frames[index];
        Packet packet = default;
        List<FlowWindow>? windows = null;
        var isWanted = _wanted.Remove((record.Origin, record.Number), out var wanted);
        if (_flows.Count > 0 || isWanted)
        {
            _dissector.Dissect(batch, index, out packet);
            if (packet.Protocol == Tcp)
                windows = _flows.GetValueOrDefault(FlowEnds.Of(
                    _segments.Describe(packet.Segment), packet.Source, packet.SourcePort, packet.Destination, packet.DestinationPort));
        }
        if (!isWanted && windows is null)
            return;
        var octets = batch.Frame(index).ToArray();
        var frame = new EvidenceFrame(ordinal, record, octets, _mask.Apply(octets, in packet, in record));
        foreach (var window in windows ?? [])
        {
            if (!window.Wants(ordinal, packet.TcpFlags))
                continue;
            if (_octets + octets.Length <= MaxOctets)
                _octets += window.Offer(frame);
        }
        foreach (var want in wanted ?? [])
            Take(want, frame);
    }

    private void Take(Wanted want, EvidenceFrame frame)
    {
        if (!want.Evidence.Frames.TryGetValue(frame.Ordinal, out var known))
        {
            if (_octets + frame.Octets.Length > MaxOctets)
            {
                want.Evidence.LeftOut++;
                return;
            }
            _octets += frame.Octets.Length;
            want.Evidence.Frames.Add(frame.Ordinal, known = frame.WithoutNotes());
        }
        known.Notes.RemoveAll(note => ReferenceEquals(note.Finding, want.Finding));
        known.Notes.Add(new EvidenceNote(want.Finding, want.Role));
    }

    private sealed record Wanted(IncidentEvidence Evidence, Finding Finding, EvidenceRole Role, (ushort Origin, long Number) Frame);
}
