using Sensor.Detection.Hosts;

namespace Sensor.Detection.Incidents;

/// <summary>A host that the suspect of an incident can reach next.</summary>
/// <param name="Exposed">Who, by what, and when it last asked.</param>
/// <param name="Reached">How far the suspect got with it so far; null when it is no victim yet.</param>
public sealed record HostInReach(ExposedHost Exposed, Stage? Reached);

/// <summary>
/// Who will fall to an open suspect next: hosts of his segment that look for a proxy configuration, or that poll for updates, which Windows
/// does at least every 22 hours. Victims that already took an update or a program from him are not in reach, they are lost.
/// </summary>
public static class Reach
{
    /// <summary>The hosts of <paramref name="inventory"/> in reach of the suspect, in its order; none for an incident that is not likely.</summary>
    public static IReadOnlyList<HostInReach> Of(Incident incident, IReadOnlyList<ExposedHost> inventory)
    {
        var found = new List<HostInReach>();
        if (incident.Severity < Severity.Medium || incident.Confidence < Confidence.Likely)
            return found;
        foreach (var exposed in inventory)
        {
            if (exposed.Host.Segment != incident.Suspect.Segment || exposed.Host == incident.Suspect
                || ((exposed.Kinds & ExposureKinds.AnyWpad) == 0 && exposed.LastPollNs == 0))
                continue;
            var reached = incident.VictimOf(exposed.Host)?.Furthest;
            if (reached is not (Stage.Update or Stage.Payload))
                found.Add(new HostInReach(exposed, reached));
        }
        return found;
    }
}
