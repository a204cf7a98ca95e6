using System.Collections.Immutable;
using Sensor.Core.Observations;
using Sensor.Detection.Incidents;

namespace Sensor.Detection.Names;

/// <summary>The frames of a question and its answers as evidence.</summary>
internal static class PairedFrames
{
    /// <summary>Question (where it was seen), the first answer when another one is the alerting one, and the alerting answer.</summary>
    public static ImmutableArray<FrameReference> Of(in PairedAnswer paired, in Sighting answer, bool withFirst = false)
    {
        var frames = ImmutableArray.CreateBuilder<FrameReference>(3);
        if (paired.HasQuestion)
            frames.Add(FrameReference.Of(in paired.Question));
        if (withFirst && paired.Ordinal > 1)
            frames.Add(FrameReference.Of(in paired.FirstAnswer));
        var last = FrameReference.Of(in answer);
        if (!frames.Contains(last))
            frames.Add(last);
        return frames.ToImmutable();
    }
}
