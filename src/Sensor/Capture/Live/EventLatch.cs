using Sensor.Detection.Incidents;
using Sensor.Output.Delivery;

namespace Sensor.Capture.Live;

/// <summary>A condition that is told once when it begins and once when it is over.</summary>
internal sealed class EventLatch(string id, string subject, Severity severity, string nextStep, Action<OperationalEvent> report)
{
    /// <summary>Whether the condition holds.</summary>
    internal bool IsOn { get; private set; }

    /// <summary>The condition holds; <paramref name="summary"/> is told if that is news.</summary>
    internal void Begin(string summary) => Turn(on: true, summary);

    /// <summary>The condition does not hold; <paramref name="summary"/> is told if that is news.</summary>
    internal void End(string summary) => Turn(on: false, summary);

    private void Turn(bool on, string summary)
    {
        if (IsOn == on)
            return;
        IsOn = on;
        report(new OperationalEvent(id, subject, severity, IsOver: !on, WallClock.NowNs(), summary, on ? nextStep : ""));
    }
}
