using Sensor.Detection.Incidents;

namespace Sensor.Output.Delivery;

/// <summary>
/// Decides which target is told what: thresholds, suppressions, summaries, roll-up, and the body in each target's format. Called on the
/// detection thread only.
/// </summary>
public interface IAlertRouter
{
    /// <summary>The messages about a new finding; <paramref name="reason"/> is null when the finding is no alert by itself.</summary>
    IReadOnlyList<OutboxEntry> Route(RunView run, Incident incident, Finding finding, AlertReason? reason);

    /// <summary>The messages about the sensor itself.</summary>
    IReadOnlyList<OutboxEntry> Route(OperationalEvent happened);

    /// <summary>Time has passed: summaries and roll-ups that are due at <paramref name="nowNs"/>, nanoseconds since 1970 UTC.</summary>
    IReadOnlyList<OutboxEntry> Tick(RunView run, long nowNs);

    /// <summary>
    /// What must survive a restart (counts not yet told), as text; stored with every finding. The same instance while nothing has changed, so
    /// that comparing references is enough.
    /// </summary>
    string SaveState();

    /// <summary>Takes up what <see cref="SaveState"/> gave before a restart; anything unreadable is ignored.</summary>
    void LoadState(string state);
}
