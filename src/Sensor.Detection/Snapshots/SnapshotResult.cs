namespace Sensor.Detection.Snapshots;

/// <summary>What became of a snapshot that was to be taken over.</summary>
public enum SnapshotOutcome : byte
{
    /// <summary>All of it, or all but the sections that are named, was taken over.</summary>
    Applied,

    /// <summary>It is damaged: nothing was taken over.</summary>
    Damaged,

    /// <summary>Another version of the program wrote it: nothing was taken over.</summary>
    OtherVersion,
}

/// <summary>The outcome, and what did not come over.</summary>
/// <param name="Outcome">How it went.</param>
/// <param name="Skipped">
/// Tables and detectors that start without a past: of another version, unknown here, or switched off.
/// </param>
public sealed record SnapshotResult(SnapshotOutcome Outcome, IReadOnlyList<string> Skipped);
