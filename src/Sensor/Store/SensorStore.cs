using Sensor.Detection;
using Sensor.Detection.Incidents;
using Sensor.Detection.Snapshots;
using Sensor.Output.Delivery;

namespace Sensor.Store;

/// <summary>
/// The store of the daemon: one SQLite file, one writer thread, readers on connections of their own. A finding, its evidence and its messages
/// are one transaction. Nothing here throws into detection: what the disk does not take waits in memory, bounded, and is tried again.
/// </summary>
public sealed class SensorStore : IFindingStore, IOutbox, IDisposable
{
    private static readonly TimeSpan LastFlush = TimeSpan.FromSeconds(5);

    private readonly StoreSettings _settings;
    private readonly TimeProvider _clock;
    private readonly WriteQueue _queue;
    private readonly OutboxPositions _positions = new();
    private readonly StoreReports _reports;
    private readonly StoreWriter _writer;
    private readonly OutboxReader _outbox;
    private readonly FileStream _lock;
    private InventoryTaker _inventory = new();
    private SnapshotWork? _lastSnapshot;
    private InventoryWork? _lastInventory;
    private int _snapshotOctets;
    private DetectionEngine? _detection;

    /// <summary>
    /// Opens the store, or makes a new one. Throws <see cref="StoreException"/> where that cannot be: no folder, no right, in use by another
    /// sensor, made by a newer one. <paramref name="said"/> gets a line where a damaged store was set aside, <paramref name="told"/> what the
    /// operator must know later; both may be called on another thread.
    /// </summary>
    public SensorStore(StoreSettings settings, TimeProvider? clock = null, Action<string>? said = null, Action<OperationalEvent>? told = null)
    {
        (_settings, _clock) = (settings, clock ?? TimeProvider.System);
        _queue = new WriteQueue(settings.QueueCapacity);
        _reports = new StoreReports(settings.Path, _clock) { Said = said, Told = told };
        _lock = Lock(settings.Path);
        try
        {
            _writer = new StoreWriter(settings, _clock, _queue, _positions, _reports);
        }
        catch
        {
            _lock.Dispose();
            throw;
        }
        _outbox = new OutboxReader(settings.Path, _positions, () => _writer.Generation);
        _writer.Start();
    }

    /// <summary>Findings, messages and snapshots given up because the disk took nothing and memory was full.</summary>
    public long Lost => _queue.Lost;

    /// <summary>Frames of evidence given up for the same reason.</summary>
    public long EvidenceLost => _queue.EvidenceLost;

    /// <summary>What waits for the disk.</summary>
    public long QueueDepth => _queue.Depth;

    /// <summary>How far the writer has come, for the watchdog. A disk that takes nothing is told of by an event, it is no standstill.</summary>
    internal Daemon.ProgressReading Progress() => _queue.Progress();

    /// <inheritdoc/>
    public void Record(StoredFinding finding)
    {
        var journal = _detection is null ? [] : FindingJournal.Take(_detection, finding.Incident, finding.Finding);
        var row = new FindingRow(
            IncidentRow.Of(finding.Incident, finding.IncidentJson), finding.Finding, finding.FindingJson, journal,
            finding.Finding.Suspect.ToString(), finding.Finding.Victim?.ToString());
        _queue.TryAdd(new FindingWork(row, finding.Evidence, finding.Messages, finding.RouterState));
    }

    /// <inheritdoc/>
    public void Record(Incident incident, string json) => _queue.TryAdd(new IncidentWork(IncidentRow.Of(incident, json)));

    /// <inheritdoc/>
    public void Record(IReadOnlyList<OutboxEntry> messages)
    {
        if (messages.Count > 0)
            _queue.TryAdd(new MessagesWork(messages));
    }

    /// <inheritdoc/>
    public void Record(OperationalEvent happened, IReadOnlyList<OutboxEntry> messages) => _queue.TryAdd(new MessagesWork(messages, happened));

    /// <inheritdoc/>
    public void Snapshot(DetectionEngine detection, string routerState)
    {
        _lastSnapshot?.GiveUp();
        // About as large as the last: growing step by step would leave several times as much to be collected, every minute.
        var snapshot = DetectionSnapshot.Take(detection, _snapshotOctets);
        _snapshotOctets = snapshot.Length;
        _lastSnapshot = new SnapshotWork(
            snapshot, routerState,
            [.. detection.Incidents.Incidents.Concat(detection.Incidents.Exposures).Select(static incident => IncidentRow.Of(incident, null))]);
        _queue.TryAdd(_lastSnapshot);
        if (_lastInventory is { IsWritten: false } waiting)
        {
            // The disk is behind: parts must not pile up, and what this one says is told again from the beginning.
            waiting.GiveUp();
            _inventory = new InventoryTaker();
        }
        _lastInventory = new InventoryWork(_inventory.Take(detection));
        _queue.TryAdd(_lastInventory);
    }

    /// <inheritdoc/>
    public string Restore(DetectionEngine detection)
    {
        Attach(detection);
        return StoredState.Restore(_settings.Path, detection, _clock, _reports.Say);
    }

    /// <inheritdoc/>
    public void Attach(DetectionEngine detection) => _detection = detection;

    /// <inheritdoc/>
    public bool Flush(TimeSpan most) => _queue.Flush(most);

    /// <inheritdoc/>
    public IReadOnlyList<OutboxMessage> Pending(string target, long after, int most) => _outbox.Pending(target, after, most);

    /// <inheritdoc/>
    public void Delivered(string target, long sequence) => _positions.Delivered(target, sequence);

    /// <inheritdoc/>
    public (long Depth, DateTimeOffset? Oldest) Backlog(string target) => _outbox.Backlog(target);

    /// <inheritdoc/>
    public Task WaitAsync(string target, long after, CancellationToken stop) => _positions.WaitAsync(target, after, stop);

    /// <summary>Writes what waits, within seconds, and closes the store.</summary>
    public void Dispose()
    {
        _writer.Stop(LastFlush);
        _outbox.Dispose();
        _writer.Dispose();
        _lock.Dispose();
    }

    // Two sensors in one store would each undo what the other knows.
    private static FileStream Lock(string path)
    {
        try
        {
            return new FileStream(path + "-lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (DirectoryNotFoundException)
        {
            throw new StoreException($"{path}: the folder of the store does not exist");
        }
        catch (UnauthorizedAccessException)
        {
            throw new StoreException($"{path}: the folder of the store is not writable");
        }
        catch (IOException failure)
        {
            throw new StoreException($"{path}: the store is in use by another sensor ({StoreFile.OneLine(failure.Message)})", failure);
        }
    }
}
