using Sensor.Core.Frames;

namespace Sensor.Output;

/// <summary>What was read in all, for the last line.</summary>
public sealed record ReplaySummary
{
    /// <summary>Files that were opened.</summary>
    public required int Files { get; init; }

    /// <summary>Their names as given, in the order of the timeline.</summary>
    public IReadOnlyList<string> Inputs { get; init; } = [];

    /// <summary>What could not be read of them, one line each.</summary>
    public IReadOnlyList<string> Problems { get; init; } = [];

    /// <summary>Frames read.</summary>
    public required long Frames { get; init; }

    /// <summary>Octets of frames.</summary>
    public required long Octets { get; init; }

    /// <summary>Earliest packet time, nanoseconds since 1970 UTC; 0 without packets.</summary>
    public required long FirstTimestampNs { get; init; }

    /// <summary>Latest packet time, nanoseconds.</summary>
    public required long LastTimestampNs { get; init; }

    /// <summary>What went wrong between frames and facts.</summary>
    public required WireCounters Counters { get; init; }

    /// <summary>How long it took, by the wall clock.</summary>
    public required TimeSpan Elapsed { get; init; }

    /// <summary>Whether reading was stopped by a signal.</summary>
    public bool Interrupted { get; init; }
}
