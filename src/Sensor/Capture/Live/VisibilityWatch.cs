using Sensor.Core.Analyzers;
using Sensor.Core.Frames;
using Sensor.Detection.Incidents;
using Sensor.Output.Delivery;

namespace Sensor.Capture.Live;

/// <summary>
/// Watches what the mirror port shows: a sensor that cannot see answers would stay silent for ever and look healthy. Looks at the first frames of
/// every batch, which are all frames of a quiet port, and at the kind of address of all others. Used by the thread that reads; <see cref="Totals"/> by any.
/// </summary>
internal sealed class VisibilityWatch
{
    private const int FramesOfBatch = 64;
    private const byte GroupBit = 1;
    private readonly IReadOnlyList<string> _names;
    private readonly TimeSpan _window;
    private readonly Dissector _dissector = new(new SegmentTable());
    private readonly PortTally[] _lately, _all;
    private readonly Latches[] _latches;
    private volatile PortVisibility[] _totals;
    private TimeSpan _began;

    /// <summary>Watches interfaces by their names, whose places are the origins of frames; judges every <paramref name="window"/>.</summary>
    internal VisibilityWatch(IReadOnlyList<string> names, TimeSpan window, Action<OperationalEvent> report)
    {
        (_names, _window) = (names, window);
        _lately = [.. names.Select(static _ => new PortTally())];
        _all = [.. names.Select(static _ => new PortTally())];
        _latches = [.. names.Select(name => new Latches(name, report))];
        _totals = [.. names.Select(static name => new PortVisibility { Interface = name })];
    }

    /// <summary>What was seen since the start, at most a quarter of a second old while the source is read.</summary>
    internal PortVisibility[] Totals() => _totals;

    internal void SetOwnMac(int origin, ulong mac) => _lately[origin].OwnMac = _all[origin].OwnMac = mac;

    /// <summary>Takes a sample of the batch.</summary>
    internal void Look(FrameBatch batch)
    {
        var count = Math.Min(batch.Count, FramesOfBatch);
        for (var i = 0; i < batch.Count; i++)
        {
            ref readonly var frame = ref batch.Frames[i];
            var isGroup = frame is { LinkType: LinkLayers.Ethernet, CapturedLength: > 0 } && (batch.Octets[frame.Offset] & GroupBit) != 0;
            _lately[frame.Origin].Count(isGroup);
            _all[frame.Origin].Count(isGroup);
        }
        for (var i = 0; i < count; i++)
        {
            _dissector.Dissect(batch, i, out var packet);
            var origin = batch.Frames[i].Origin;
            _lately[origin].Look(batch, in packet);
            _all[origin].Look(batch, in packet);
        }
    }

    /// <summary>Judges each interface when a window has passed, at <paramref name="now"/>, monotonic time.</summary>
    internal void Tick(TimeSpan now)
    {
        _totals = [.. _all.Select((tally, i) => tally.Snapshot(_names[i]))];
        if (now - _began < _window)
            return;
        _began = now;
        for (var i = 0; i < _lately.Length; i++)
        {
            _latches[i].Judge(_lately[i].Snapshot(_names[i]));
            _lately[i].Clear();
        }
    }

    private sealed class Latches(string name, Action<OperationalEvent> report)
    {
        private readonly EventLatch _direction = new(
            "one-direction", name, Severity.High, "Mirror both directions (rx and tx) of the ports or the VLAN to this port.", report);

        private readonly EventLatch _groups = new(
            "no-multicast", name, Severity.High, "Mirror the VLAN's access ports, where multicast and broadcast pass, not only a routed link.", report);

        private readonly EventLatch _answers = new(
            "unicast-answers-unseen", name, Severity.High, "Mirror the access ports of the clients in both directions: answers go to one host alone.", report);

        internal void Judge(PortVisibility seen)
        {
            Turn(_direction, seen.SeesBothDirections, $"{name}: {seen.DirectionSentence}");
            Turn(_groups, seen.SeesGroups, $"{name}: {seen.GroupSentence}");
            Turn(_answers, seen.SeesAnswers, $"{name}: {seen.AnswerSentence}");
        }

        private static void Turn(EventLatch latch, bool? isSeen, string sentence)
        {
            if (isSeen == false)
                latch.Begin(sentence);
            else if (isSeen == true)
                latch.End(sentence);
        }
    }
}
