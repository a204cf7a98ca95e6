using Sensor.Core.Frames;

namespace Sensor.Evidence;

/// <summary>A source that is at its end.</summary>
internal sealed class NoFrames : IFrameSource
{
    /// <summary>The only one.</summary>
    public static NoFrames Instance { get; } = new();

    /// <inheritdoc/>
    public bool TryRead(FrameBatch batch)
    {
        batch.Clear();
        return false;
    }

    /// <inheritdoc/>
    public string OriginName(int origin) => "";
}
