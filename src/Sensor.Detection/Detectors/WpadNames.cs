using Sensor.Core.Wire;
using Sensor.Detection.Hosts;
using Sensor.Detection.Snapshots;

namespace Sensor.Detection.Detectors;

/// <summary>
/// What was answered for one `wpad` name by unicast DNS before: the first answer, who gave it, and how often it was the same.
/// </summary>
internal sealed class WpadName(IpAddress address, Host responder)
{
    /// <summary>Addresses remembered of a name: pools of proxies are small.</summary>
    private const int MaxAddresses = 16;

    private readonly List<IpAddress> _addresses = [address];

    public Host FirstResponder { get; } = responder;

    public IReadOnlyList<IpAddress> Addresses => _addresses;

    public IpAddress FirstAddress => _addresses[0];

    /// <summary>
    /// Whether the address belongs to what was answered before: itself, or a neighbour in its network (a pool of proxies).
    /// </summary>
    public bool Fits(IpAddress address)
    {
        foreach (var known in _addresses)
        {
            if (known == address || known.IsV4 != address.IsV4 || known.SharesPrefix(address, known.IsV4 ? 24 : 64))
                return true;
        }
        return false;
    }

    public void Remember(IpAddress address)
    {
        if (_addresses.Count < MaxAddresses && !_addresses.Contains(address))
            _addresses.Add(address);
    }
}

/// <summary>The `wpad` names answered by DNS, by segment and name. Bounded: a full table learns no new names.</summary>
internal sealed class WpadNames
{
    /// <summary>A site has a handful of DNS suffixes; clients of guests bring some more.</summary>
    private const int Capacity = 4096;

    private readonly Dictionary<(int Segment, ulong NameHash), WpadName> _names = [];

    public WpadName? Find(int segment, ulong nameHash) => _names.GetValueOrDefault((segment, nameHash));

    public void Save(SnapshotWriter writer) => writer.List(_names, static (to, known) =>
    {
        to.I32(known.Key.Segment);
        to.U64(known.Key.NameHash);
        to.Host(known.Value.FirstResponder);
        to.List(known.Value.Addresses, static (each, address) => each.Address(address));
    });

    public void Load(SnapshotReader reader) => reader.List(from =>
    {
        var (segment, hash, responder) = (from.Segment(), from.U64(), from.Host());
        foreach (var address in from.List(static each => each.Address()))
        {
            if (responder is not null)
                Learn(segment, hash, address, responder);
        }
    });

    public void Learn(int segment, ulong nameHash, IpAddress address, Host responder)
    {
        if (_names.TryGetValue((segment, nameHash), out var known))
            known.Remember(address);
        else if (_names.Count < Capacity)
            _names.Add((segment, nameHash), new WpadName(address, responder));
    }
}
