using Sensor.Detection.Incidents;

namespace Sensor.Output.Delivery;

/// <summary>
/// One message for one target, ready to be sent. It is stored in the same transaction as the finding it tells of, and is never changed after:
/// every attempt to deliver it sends the same octets under the same id, so receivers can tell repeats.
/// </summary>
/// <param name="Target">The target's name in the configuration.</param>
/// <param name="MessageId">Stable id: the same finding gives the same id for the same target, also after a restart.</param>
/// <param name="IncidentId">The incident, whose messages keep their order; empty for operational messages.</param>
/// <param name="TimestampNs">Packet time of what is told (for operational messages: time of the event), nanoseconds since 1970 UTC.</param>
/// <param name="Severity">Severity as the target shall show it.</param>
/// <param name="Kind">The detector's id, or the id of the operational event: syslog's MSGID.</param>
/// <param name="Body">The body in the target's format, without any framing.</param>
public sealed record OutboxEntry(
    string Target, string MessageId, string IncidentId, long TimestampNs, Severity Severity, string Kind, string Body);
