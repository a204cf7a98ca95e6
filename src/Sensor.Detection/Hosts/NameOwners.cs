namespace Sensor.Detection.Hosts;

/// <summary>Which host gave itself a name first, by segment and <see cref="NameStem"/>. Bounded; a full table learns nothing new and counts.</summary>
public sealed class NameOwners
{
    /// <summary>Names kept: one a host.</summary>
    public const int Capacity = 65_536;

    private readonly Dictionary<(int Segment, ulong Stem), Host> _owners = new(256);

    /// <summary>Names not learned because the table was full.</summary>
    public long Overflowed { get; private set; }

    /// <summary>The owner of the name with this stem, if any host ever gave itself the name.</summary>
    public Host? Of(int segment, ulong stem) => _owners.GetValueOrDefault((segment, stem));

    internal void Learn(int segment, ulong stem, Host host)
    {
        if (_owners.ContainsKey((segment, stem)))
            return;
        if (_owners.Count >= Capacity)
            Overflowed++;
        else
            _owners.Add((segment, stem), host);
    }

    internal void ForgetLeaving()
    {
        foreach (var (key, host) in _owners)
        {
            if (host.IsLeaving)
                _owners.Remove(key);
        }
    }
}
