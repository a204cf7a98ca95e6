using Sensor.Core.Wire;

namespace Sensor.Detection.Hosts;

/// <content>Making entries at first sight, and forgetting the longest silent.</content>
public sealed partial class HostTable
{
    private Host HostOf(AddressEntry entry, long timestampNs)
    {
        if (entry.IsOnLink)
            return Touch(entry.Owner!.Host, timestampNs);
        if (entry.RemoteHost is null)
        {
            entry.RemoteHost = NewHost(entry.Key.Segment, timestampNs);
            entry.RemoteHost.AddressList.Add(entry.Key.Address);
        }
        return Touch(entry.RemoteHost, timestampNs);
    }

    private AddressEntry Entry(int segment, IpAddress address, long timestampNs)
    {
        var key = new AddressKey(segment, address);
        if (_addresses.TryGetValue(key, out var entry))
            return entry;
        if (_addresses.Count >= MaxAddresses)
            EvictAddresses();
        entry = new AddressEntry(key);
        _addresses.Add(key, entry);
        return entry;
    }

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
            if (entry.Owner is { } owner ? owner.Host.IsLeaving : entry.RemoteHost is { IsLeaving: true })
                _addresses.Remove(key);
        }
        _nameOwners.ForgetLeaving();
        foreach (var host in silent)
            host.IsLeaving = false;
    }

    private void EvictAddresses()
    {
        var silent = _addresses.Values.OrderBy(entry => Math.Max(entry.LastSeenNs, entry.RemoteHost?.LastSeenNs ?? 0))
            .ThenBy(entry => entry.Key.Segment).ThenBy(entry => entry.Key.Address).Take(MaxAddresses / 8).ToList();
        Evicted += silent.Count;
        foreach (var entry in silent)
            _addresses.Remove(entry.Key);
    }

    private static Host Touch(Host host, long timestampNs)
    {
        host.LastSeenNs = Math.Max(host.LastSeenNs, timestampNs);
        return host;
    }

    private static ulong MacKey(int segment, MacAddress mac) => mac.Value | ((ulong)segment << 48);
}
