using Sensor.Detection.Incidents;
using Sensor.Output.Delivery;

namespace Sensor.Store;

/// <summary>Everything about one finding that is stored in one transaction: the finding, its evidence, and the messages about it.</summary>
/// <param name="Incident">The incident it belongs to, as it stands after the finding.</param>
/// <param name="Finding">The finding.</param>
/// <param name="FindingJson">The finding as one EVE line: what a query shows.</param>
/// <param name="IncidentJson">
/// The incident as one line of jsonl; null leaves the stored one as it is: an incident with thousands of victims need not be written out with
/// each.
/// </param>
/// <param name="Evidence">The frames that prove it, as far as they were still at hand.</param>
/// <param name="Messages">The outbox rows.</param>
/// <param name="RouterState">
/// <see cref="IAlertRouter.SaveState"/> after the finding was routed: a victim that was only counted must be in the count after a kill too.
/// Null where it has not changed since the last finding.
/// </param>
public sealed record StoredFinding(
    Incident Incident, Finding Finding, string FindingJson, string? IncidentJson,
    IReadOnlyList<EvidenceOctets> Evidence, IReadOnlyList<OutboxEntry> Messages, string? RouterState = null);

/// <summary>One frame kept as evidence.</summary>
/// <param name="Frame">Which frame.</param>
/// <param name="Interface">The interface or file it came from.</param>
/// <param name="LinkType">LINKTYPE_ value.</param>
/// <param name="OriginalLength">Octets on the wire.</param>
/// <param name="Octets">Its octets, secrets masked.</param>
public sealed record EvidenceOctets(FrameReference Frame, string Interface, ushort LinkType, int OriginalLength, byte[] Octets);
