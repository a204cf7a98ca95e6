using System.Runtime.InteropServices;
using Sensor.Core.Wire;

namespace Sensor.Detection.Hosts;

/// <content>Making entries at first sight, and forgetting the longest silent.</content>
public sealed partial class HostTable
{
    /// <summary>What is known of an address, which is known of from now on. The place is valid until the next address or host is added.</summary>
    private ref KnownAddress Known(in AddressKey key)
    {
        if (_addresses.Count >= MaxAddresses && !_addresses.ContainsKey(key))
            EvictAddresses();
        return ref CollectionsMarshal.GetValueRefOrAddDefault(_addresses, key, out _);
    }

    /// <summary>The binding of an address that is or was on the link.</summary>
    private AddressEntry? BoundAt(int segment, IpAddress address) => _addresses.GetValueOrDefault(new AddressKey(segment, address)).Bound;

    // A MAC seen for the first time with an address that was spoken of before is the host that was spoken of.
    private LinkMac Link(int segment, MacAddress mac, long timestampNs, Host? spokenOf = null)
    {
        var key = MacKey(segment, mac);
        if (_macs.TryGetValue(key, out var link))
            return link;
        var host = spokenOf is { Macs.Count: 0 } ? spokenOf : NewHost(segment, timestampNs);
        host.MacList.Add(mac);
        if (mac.IsVirtualRouter)
            host.Roles |= HostRoles.Router | HostRoles.VirtualRouter;
        if (_isTrustedRouter(segment, IpAddress.None, mac))
            host.Roles |= HostRoles.Router;
        link = new LinkMac(mac, host) { IsRouter = host.Is(HostRoles.Router) };
        _macs.Add(key, link);
        Span<byte> name = stackalloc byte[WaitingClients.NameRoom.Octets];
        if (_waiting.TryTake(key, name, out var length))
        {
            host.Roles |= HostRoles.DhcpClient;
            LearnName(host, name[..length]);
        }
        return link;
    }

    private Host NewHost(int segment, long timestampNs)
    {
        if (_all.Count >= MaxHosts)
            EvictHosts();
        var host = new Host(++_lastId, segment, timestampNs);
        _all.Add(host);
        return host;
    }

    private void EvictHosts()
    {
        // In order of first sight already, so of those that fell silent at once the earlier goes first.
        var silent = _all.Where(static host => !host.IsPinned).OrderBy(static host => host.LastSeenNs).Take(MaxHosts / 8).ToArray();
        Evicted += silent.Length;
        foreach (var host in silent)
            host.IsLeaving = true;
        _all.RemoveAll(static host => host.IsLeaving);
        foreach (var (key, link) in _macs)
        {
            if (link.Host.IsLeaving)
                _macs.Remove(key);
        }
        foreach (var (key, entry) in _addresses)
        {
            if (entry.IsLeaving)
                _addresses.Remove(key);
        }
        _nameOwners.ForgetLeaving();
        foreach (var host in silent)
            host.IsLeaving = false;
    }

    private void EvictAddresses()
    {
        var silent = _addresses.OrderBy(static known => known.Value.LastSeenNs).ThenBy(static known => known.Key.Segment)
            .ThenBy(static known => known.Key.Address).Take(MaxAddresses / 8).Select(static known => known.Key).ToList();
        Evicted += silent.Count;
        foreach (var key in silent)
            _addresses.Remove(key);
    }

    private static Host Touch(Host host, long timestampNs)
    {
        host.LastSeenNs = Math.Max(host.LastSeenNs, timestampNs);
        return host;
    }

    private static ulong MacKey(int segment, MacAddress mac) => mac.Value | ((ulong)segment << 48);
}
