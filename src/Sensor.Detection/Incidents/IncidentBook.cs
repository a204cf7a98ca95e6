using Sensor.Core.Observations;

namespace Sensor.Detection.Incidents;

/// <summary>
/// Joins findings into incidents, one for each suspect host, counts repeats, keeps victims with their furthest stage, and says which findings
/// are alerts (new incident, new stage, new victim, at or over the gate's threshold).
/// </summary>
public sealed class IncidentBook
{
    /// <summary>Called for every new (not repeated) finding, alert or not.</summary>
    public Action<Incident, Finding>? FindingMade { get; set; }

    /// <summary>Called for every alert.</summary>
    public Action<Alert>? AlertRaised { get; set; }

    /// <summary>All incidents, in the order they began.</summary>
    public IReadOnlyList<Incident> Incidents => throw new NotImplementedException();

    /// <summary>
    /// Cheap test to make before composing a finding: true when <paramref name="key"/> is known at this severity and confidence or more;
    /// the repeat is then counted and nothing else is to be done. No allocation.
    /// </summary>
    public bool CountRepeat(in FindingKey key, Severity severity, Confidence confidence, in Sighting at) => throw new NotImplementedException();

    /// <summary>Takes a new finding.</summary>
    public void Raise(Finding finding) => throw new NotImplementedException();

    /// <summary>The open incident about host <paramref name="suspectId"/>, if any: "by a suspect" raises severities.</summary>
    public Incident? About(int suspectId) => throw new NotImplementedException();
}
