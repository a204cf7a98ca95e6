using Sensor.Core.Wire;
using Sensor.Detection.Snapshots;

namespace Sensor.Detection.Hosts;

/// <summary>
/// Which host gave itself a name first, by segment and <see cref="NameStem"/>. An owner may still be a MAC that no host was made of. Bounded; a full
/// table learns nothing new and counts.
/// </summary>
internal sealed class NameOwners
{
    /// <summary>Names kept: one a host.</summary>
    public const int Capacity = 65_536;

    private readonly Dictionary<(int Segment, ulong Stem), Owner> _owners = new(256);

    /// <summary>Names not learned because the table was full.</summary>
    public long Overflowed { get; private set; }

    /// <summary>The owner of the name with this stem, if any host ever gave itself the name; <paramref name="mac"/> where it is no host yet.</summary>
    public Host? Of(int segment, ulong stem, out MacAddress mac)
    {
        var owner = _owners.GetValueOrDefault((segment, stem));
        mac = owner.Mac;
        return owner.Host;
    }

    /// <summary>The first to call itself so is the owner: <paramref name="host"/>, or a MAC that is no host yet.</summary>
    public void Learn(int segment, ulong stem, Host? host, MacAddress mac)
    {
        if (_owners.TryGetValue((segment, stem), out var known))
        {
            if (known.Host is null && host is not null && !known.Mac.IsNone && host.Macs.Contains(known.Mac))
                _owners[(segment, stem)] = new Owner(host, MacAddress.None);
            return;
        }
        if (_owners.Count >= Capacity)
            Overflowed++;
        else
            _owners.Add((segment, stem), new Owner(host, mac));
    }

    /// <summary>Forgets hosts that leave the table.</summary>
    public void ForgetLeaving()
    {
        foreach (var (key, owner) in _owners)
        {
            if (owner.Host is { IsLeaving: true })
                _owners.Remove(key);
        }
    }

    public void Save(SnapshotWriter writer) => writer.List(_owners, static (to, known) =>
    {
        to.I32(known.Key.Segment);
        to.U64(known.Key.Stem);
        to.Host(known.Value.Host);
        to.Mac(known.Value.Mac);
    });

    public void Load(SnapshotReader reader) =>
        reader.List(from => _owners[(from.Segment(), from.U64())] = new Owner(from.Host(), from.Mac()));

    private readonly record struct Owner(Host? Host, MacAddress Mac);
}
