using Sensor.Detection.Incidents;

namespace Sensor.Output.Delivery;

/// <summary>
/// Something the operator must know about the sensor itself: loss, a blind spot of the mirror port, a full disk, a target that cannot be reached.
/// Told once when it begins and once when it is over.
/// </summary>
/// <param name="Id">Stable id in lower-kebab-case, "capture-loss"; at most 32 characters.</param>
/// <param name="Subject">What it is about: an interface, a target, the store. Id and subject together are the event's identity.</param>
/// <param name="Severity">How bad.</param>
/// <param name="IsOver">The condition has ended.</param>
/// <param name="TimestampNs">When, nanoseconds since 1970 UTC.</param>
/// <param name="Summary">One plain sentence with the figures in it.</param>
/// <param name="NextStep">What to do about it.</param>
public sealed record OperationalEvent(
    string Id, string Subject, Severity Severity, bool IsOver, long TimestampNs, string Summary, string NextStep);
