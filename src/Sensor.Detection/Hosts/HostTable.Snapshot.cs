using Sensor.Core.Wire;
using Sensor.Detection.Incidents;
using Sensor.Detection.Snapshots;

namespace Sensor.Detection.Hosts;

/// <content>
/// Who is who outlives a restart, bindings and their owners included: who had an address first has it still, and a claim against it is one.
/// </content>
public sealed partial class HostTable : IKeepsState
{
    ushort IKeepsState.StateVersion => 2;

    /// <inheritdoc/>
    void IKeepsState.Save(SnapshotWriter writer)
    {
        writer.I32(_lastId);
        writer.List(_macs, static (to, known) =>
        {
            to.I32((int)(known.Key >> 48));
            to.Mac(known.Value.Mac);
            to.Host(known.Value.Host);
            to.Flag(known.Value.IsRouter);
        });
        writer.List(_addresses, static (to, known) =>
        {
            to.I32(known.Key.Segment);
            to.Address(known.Key.Address);
            to.Host(known.Value.Remote);
            (known.Value.Bound ?? new AddressEntry(known.Key)).Save(to);
        });
        writer.List(_segmentsWithResolver, static (to, segment) => to.I32(segment));
        writer.List(_segmentsWithResolvers, static (to, segment) => to.I32(segment));
        writer.List(_firstResolvers, static (to, known) =>
        {
            to.Host(known.Value);
            to.Flag(known.Value.ResolvesOrdinaryNames);
        });
        _nameOwners.Save(writer);
    }

    /// <inheritdoc/>
    void IKeepsState.Load(SnapshotReader reader)
    {
        _lastId = Math.Max(_lastId, reader.I32());
        reader.List(from =>
        {
            var (segment, mac, host, isRouter) = (from.Segment(), from.Mac(), from.Host(), from.Flag());
            if (host is not null)
                _macs[MacKey(segment, mac)] = new LinkMac(mac, host) { IsRouter = isRouter };
        });
        reader.List(from =>
        {
            var (key, remote) = (new AddressKey(from.Segment(), from.Address()), from.Host());
            remote?.Meet(key.Address);
            _addresses[key] = new KnownAddress(
                remote, AddressEntry.Load(from, key, (segment, mac) => _macs.GetValueOrDefault(MacKey(segment, mac))));
        });
        reader.List(from => _segmentsWithResolver.Add(from.Segment()));
        reader.List(from => _segmentsWithResolvers.Add(from.Segment()));
        reader.List(from =>
        {
            var (host, resolvesOrdinaryNames) = (from.Host(), from.Flag());
            if (host is null)
                return;
            host.ResolvesOrdinaryNames = resolvesOrdinaryNames;
            _firstResolvers[host.Segment] = host;
        });
        _nameOwners.Load(reader);
    }

    /// <summary>
    /// Reads the hosts of a snapshot into <paramref name="names"/>; the first <paramref name="inTable"/> of them are of the table, the others
    /// were forgotten by it and are only spoken of.
    /// </summary>
    internal void LoadHosts(SnapshotReader reader, SnapshotNames names, int inTable)
    {
        reader.List(from =>
        {
            var host = Host.Load(from);
            if (names.Hosts.TryAdd(host.Id, host) && names.Hosts.Count <= inTable)
                _all.Add(host);
            _lastId = Math.Max(_lastId, host.Id);
        });
    }

    /// <summary>Takes in a host that was met after the last snapshot.</summary>
    internal Host Adopt(Host stored)
    {
        _lastId = Math.Max(_lastId, stored.Id);
        _all.Add(stored);
        foreach (var mac in stored.Macs)
            _macs.TryAdd(MacKey(stored.Segment, mac), new LinkMac(mac, stored) { IsRouter = stored.Is(HostRoles.Router) });
        foreach (var address in stored.Addresses)
            AdoptAddress(stored, address);
        return stored;
    }

    // Where the address was seen first and how is not known any more: it counts as used, since the host that a finding is about had it.
    private void AdoptAddress(Host host, IpAddress address)
    {
        var key = new AddressKey(host.Segment, address);
        ref var known = ref Known(in key);
        if (known.Bound?.Owner is not null)
            return;
        if (host.Macs.Count == 0)
        {
            known.Remote ??= host;
            host.Meet(address);
            return;
        }
        var entry = known.Bound ??= new AddressEntry(key);
        entry.MoveTo(_macs[MacKey(host.Segment, host.Macs[0])], -1, new FrameReference(0, 0, host.LastSeenNs));
        entry.Confirm(BindingSource.Claim, host.LastSeenNs);
    }
}
