namespace Sensor.Store;

/// <summary>The section "Store": where findings are kept, and how much of them.</summary>
public sealed record StoreSettings
{
    /// <summary>The store's file. Its folder must exist and be writable; "-wal", "-shm" and "-reserve" lie beside it.</summary>
    public string Path { get; init; } = "/var/lib/sensor/sensor.db";

    /// <summary>Octets the store may have; beyond it the oldest evidence goes first, then PAC files, then findings.</summary>
    public long MaxSize { get; init; } = 2L * 1024 * 1024 * 1024;

    /// <summary>Age beyond which evidence and delivered findings are removed.</summary>
    public TimeSpan MaxAge { get; init; } = TimeSpan.FromDays(180);

    /// <summary>How often what detection knows is written, for a restart.</summary>
    public TimeSpan SnapshotInterval { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Octets of recent frames held in memory, from which evidence is taken when a finding is made.</summary>
    public long RecentFrames { get; init; } = 64L * 1024 * 1024;

    /// <summary>Findings that wait in memory for the disk.</summary>
    internal int QueueCapacity { get; init; } = 16_384;

    /// <summary>How long the disk must have taken everything until trouble with it is said to be over.</summary>
    internal TimeSpan Calm { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The longest look at a store when it is opened.</summary>
    internal TimeSpan CheckTime { get; init; } = TimeSpan.FromSeconds(5);
}
