using Sensor.Detection;
using Sensor.Detection.Incidents;
using Sensor.Output.Delivery;

namespace Sensor.Store;

/// <summary>
/// The writing end of the store, used by the detection thread. Nothing here throws, and nothing waits for the disk unless the queue to the
/// writer is full; then it waits a bounded time.
/// </summary>
public interface IFindingStore
{
    /// <summary>Queues a finding with its evidence and messages: one transaction, possibly shared with others.</summary>
    void Record(StoredFinding finding);

    /// <summary>Queues an incident of which more is known without a new finding; <paramref name="json"/> is its line of jsonl.</summary>
    void Record(Incident incident, string json);

    /// <summary>Queues messages that belong to no finding (summaries, roll-ups).</summary>
    void Record(IReadOnlyList<OutboxEntry> messages);

    /// <summary>Queues an operational event with the messages about it.</summary>
    void Record(OperationalEvent happened, IReadOnlyList<OutboxEntry> messages);

    /// <summary>Takes a snapshot of what detection knows (hosts, incidents, exposure, PACs) and queues it; to be called now and then and at the end.</summary>
    void Snapshot(DetectionEngine detection, string routerState);

    /// <summary>
    /// Puts what was stored back into a fresh engine, and follows it from now on as <see cref="Attach"/> does; returns the router's state,
    /// empty if none.
    /// </summary>
    string Restore(DetectionEngine detection);

    /// <summary>Findings that are recorded from now on are of this engine: to be called where a new one takes over (a change of configuration).</summary>
    void Attach(DetectionEngine detection);

    /// <summary>Waits until everything queued so far is on disk, or until <paramref name="most"/> has passed; false then.</summary>
    bool Flush(TimeSpan most);
}
