using Sensor.Core.Wire;
using Sensor.Detection.Hosts;
using Sensor.Detection.Trust;

namespace Sensor.Output.Delivery.Routing;

/// <summary>Hosts by hardware address, address or network.</summary>
public sealed class HostPattern
{
    private readonly AddressPrefixes _prefixes = new();
    private readonly HashSet<MacAddress> _macs = [];
    private readonly List<string> _texts = [];

    /// <summary>Whether it names nobody.</summary>
    public bool IsEmpty => _texts.Count == 0;

    /// <summary>Adds a hardware address.</summary>
    public void Add(MacAddress mac)
    {
        _macs.Add(mac);
        _texts.Add(mac.ToString());
    }

    /// <summary>Adds an address or a network; false when <paramref name="text"/> is neither.</summary>
    public bool TryAdd(string text)
    {
        if (!_prefixes.TryAdd(text))
            return false;
        _texts.Add(text.ToLowerInvariant());
        return true;
    }

    /// <summary>Whether one of the host's hardware addresses or addresses is named.</summary>
    public bool Matches(Host host)
    {
        foreach (var mac in host.Macs)
        {
            if (_macs.Contains(mac))
                return true;
        }
        return ContainsAddressOf(host);
    }

    /// <summary>Whether one of the host's addresses is named.</summary>
    public bool ContainsAddressOf(Host host)
    {
        foreach (var address in host.Addresses)
        {
            if (_prefixes.Contains(address))
                return true;
        }
        return false;
    }

    /// <summary>What was added, with commas.</summary>
    public override string ToString() => string.Join(",", _texts);
}
