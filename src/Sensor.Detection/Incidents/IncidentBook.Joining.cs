using Sensor.Detection.Hosts;

namespace Sensor.Detection.Incidents;

/// <summary>
/// Two suspects that turn out to be one host: its address was accused before its MAC was known, or IPv4 and IPv6 apart. The earlier incident
/// goes on under its id and takes over the later one.
/// </summary>
public sealed partial class IncidentBook
{
    /// <summary>Incidents that were joined into an earlier one about the same host.</summary>
    public long IncidentsJoined { get; private set; }

    /// <summary>What was known as <paramref name="former"/> is <paramref name="host"/>: its incident, and where it is a victim.</summary>
    internal void Join(Host former, Host host)
    {
        if (former == host)
            return;
        host.IsPinned = true;
        foreach (var incident in _open.Values)
        {
            var isVictim = incident.VictimOf(former) is not null;
            if (isVictim)
                incident.Rename(former, host);
            if (isVictim || incident.Suspect == former)
                Rekey(incident, former, host);
        }
        if (_open.Remove(former.Id, out var renamed))
            Continue(renamed, host);
    }

    private void Continue(Incident renamed, Host host)
    {
        renamed.Suspect = host;
        if (!_open.TryGetValue(host.Id, out var known))
        {
            _open.Add(host.Id, renamed);
            return;
        }
        var (earlier, later) = _incidents.IndexOf(renamed) < _incidents.IndexOf(known) ? (renamed, known) : (known, renamed);
        earlier.Join(later);
        earlier.Suspect = host;
        _open[host.Id] = earlier;
        _incidents.Remove(later);
        IncidentsJoined++;
    }

    // Repeats are counted by the hosts' ids, so the findings made under the former one move to the new.
    private void Rekey(Incident incident, Host former, Host host)
    {
        foreach (var recorded in incident.FindingList.ToArray())
        {
            var finding = recorded.Finding;
            if (finding.Suspect != former && finding.Victim != former)
                continue;
            _recorded.Remove(finding.Key);
            recorded.Finding = finding with
            {
                Suspect = finding.Suspect == former ? host : finding.Suspect,
                Victim = finding.Victim == former ? host : finding.Victim,
            };
            if (_recorded.TryAdd(recorded.Finding.Key, recorded))
                continue;
            _recorded[recorded.Finding.Key].Absorb(recorded);
            incident.FindingList.Remove(recorded);
        }
        incident.FindingsChanged();
    }
}
