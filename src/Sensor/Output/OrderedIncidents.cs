using Sensor.Detection.Incidents;

namespace Sensor.Output;

/// <summary>
/// Incidents that raised an alert, in that order. Kept here because the incident book may close old ones before the end; what was an alert is
/// told all the same.
/// </summary>
internal sealed class OrderedIncidents
{
    private readonly List<Incident> _order = [];
    private readonly HashSet<Incident> _known = [];

    /// <summary>All of them; of incidents that were joined the one that goes on, in the place of the first.</summary>
    public IReadOnlyList<Incident> All => [.. _order.Select(Current).Distinct()];

    /// <summary>Adds an incident unless it is known.</summary>
    public void Add(Incident incident)
    {
        if (_known.Add(incident))
            _order.Add(incident);
    }

    /// <summary>Whether it was added.</summary>
    public bool Contains(Incident incident) => _known.Contains(incident) || _order.Exists(known => Current(known) == incident);

    private static Incident Current(Incident incident)
    {
        while (incident.JoinedInto is { } earlier)
            incident = earlier;
        return incident;
    }

    /// <summary>Forgets all.</summary>
    public void Clear()
    {
        _order.Clear();
        _known.Clear();
    }
}
