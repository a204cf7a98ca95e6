using System.Collections.Immutable;
using Sensor.Core.Observations;
using Sensor.Detection.Incidents;

namespace Sensor.Detection.Bounds;

/// <summary>
/// The frames that build up a case before it is told: the first <see cref="Capacity"/>, which suffice to prove it. Later ones are
/// repeats, which the incident counts.
/// </summary>
public sealed class FrameTrail
{
    /// <summary>More frames than a person looks at for one finding.</summary>
    public const int Capacity = 24;

    // Many trails are of one frame and stay so.
    private ShortList<FrameReference> _frames;

    /// <summary>Adds the frame of <paramref name="at"/>; nothing when the trail is full or ends with this frame already.</summary>
    public void Add(in Sighting at) => Add(FrameReference.Of(at));

    /// <summary>Adds <paramref name="frame"/>; nothing when the trail is full or ends with this frame already.</summary>
    public void Add(FrameReference frame)
    {
        if (_frames.Count < Capacity && (_frames.Count == 0 || _frames[_frames.Count - 1] != frame))
            _frames.Add(frame);
    }

    /// <summary>The frames kept.</summary>
    public IReadOnlyList<FrameReference> All => _frames;

    /// <summary>The first frame; default when there is none.</summary>
    public FrameReference First => _frames.Count > 0 ? _frames[0] : default;

    /// <summary>Forgets all frames.</summary>
    public void Clear() => _frames.Clear();

    /// <summary>The frames in the order of the timeline, with the alerting one at the end.</summary>
    public ImmutableArray<FrameReference> With(in Sighting alerting) => With(FrameReference.Of(alerting));

    /// <summary>The frames as they were added, with <paramref name="last"/> among them.</summary>
    public ImmutableArray<FrameReference> With(FrameReference last) => _frames.Contains(last) ? [.. _frames] : [.. _frames, last];
}
