using Sensor.Core.Frames;

namespace Sensor.Pipeline;

/// <summary>How a run is carried out.</summary>
public sealed record ReplayOptions
{
    /// <summary>Analysis workers, 1 to <see cref="Core.Analyzers.FlowShard.Count"/>; never changes the answer. One means a single thread without any hand-over.</summary>
    public int Workers { get; init; } = 1;

    /// <summary>What to do about wrong checksums.</summary>
    public ChecksumMode Checksums { get; init; } = ChecksumMode.None;

    /// <summary>Keeps frames as evidence where they cannot be read a second time; null for files.</summary>
    public IFrameKeeper? Keeper { get; init; }
}
