namespace Sensor.Detection.Snapshots;

/// <summary>
/// A table or detector whose knowledge outlives a restart and a change of configuration. What is written is read by the same version only:
/// a change of the format raises <see cref="StateVersion"/>, and the table then starts without a past.
/// </summary>
internal interface IKeepsState
{
    /// <summary>Version of what <see cref="Save"/> writes.</summary>
    ushort StateVersion => 1;

    /// <summary>Writes what is known.</summary>
    void Save(SnapshotWriter writer);

    /// <summary>Takes over what was known; called once on a fresh table, before any fact.</summary>
    void Load(SnapshotReader reader);
}
