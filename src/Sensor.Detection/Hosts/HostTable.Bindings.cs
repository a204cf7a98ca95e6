using Sensor.Core.Observations;
using Sensor.Core.Wire;
using Sensor.Detection.Incidents;

namespace Sensor.Detection.Hosts;

/// <content>Which MAC has which address, and who forwards for others.</content>
public sealed partial class HostTable
{
    /// <summary>A claim of <paramref name="mac"/> was found false: the address, if it has nothing better than the claim to it, is not its own.</summary>
    internal void Disown(in Sighting at, IpAddress address, MacAddress mac)
    {
        if (BoundAt(at.Segment, address) is { ByTraffic: false, ByLease: false } entry && entry.Owner?.Mac == mac)
            Give(entry, null, in at);
    }

    /// <summary>An address was claimed, used or leased by a MAC.</summary>
    internal void Bind(in Sighting at, IpAddress address, MacAddress mac, BindingSource source)
    {
        if (mac.IsNone || mac.IsGroup || !CanBeOwned(address))
            return;
        var key = new AddressKey(at.Segment, address);
        var (remote, entry) = Known(in key);
        if (entry?.Owner is { } known && known.Mac == mac)
        {
            entry.Confirm(source, at.TimestampNs);
            Touch(known.Host, at.TimestampNs);
            return;
        }
        if (source == BindingSource.Traffic && HasOddTtl(in at))
            return;
        var link = Link(at.Segment, mac, at.TimestampNs, entry?.Owner is null ? remote : null);
        if (source == BindingSource.Traffic && (link.IsRouter || IsFromOutside(link, in at)))
            return;
        if (entry?.Owner is { } owner && !Moves(entry, owner, mac, source, at.TimestampNs))
        {
            if (source == BindingSource.Claim && !mac.IsVirtualRouter && !owner.Mac.IsVirtualRouter)
                link.Host.IsContested = true;
            return;
        }
        entry ??= Known(in key).Bound ??= new AddressEntry(key);
        Give(entry, link, in at);
        entry.Confirm(source, at.TimestampNs);
        if (source == BindingSource.Claim)
            ForgetOutside(link, in at, address);
    }

    /// <summary>RFC 5227 section 2.1.1: a MAC asks whether an address is free.</summary>
    internal void Probe(in Sighting at, IpAddress address, MacAddress mac)
    {
        var key = new AddressKey(at.Segment, address);
        if (_addresses.ContainsKey(key))
            (Known(in key).Bound ??= new AddressEntry(key)).ProbeMac = mac;
    }

    /// <summary>The owner gave the address back.</summary>
    internal void Release(in Sighting at, IpAddress address, MacAddress mac)
    {
        if (BoundAt(at.Segment, address) is { } entry && entry.Owner?.Mac == mac)
            Give(entry, null, in at);
    }

    /// <summary>A MAC sends for very many addresses.</summary>
    internal void MarkRouter(in Sighting at)
    {
        var link = Link(at.Segment, at.SourceMac, at.TimestampNs);
        if (link.IsRouter || link.Host.IsContested)
            return;
        link.IsRouter = true;
        link.Host.Roles |= HostRoles.Router;
        var segment = at.Segment;
        ref var addresses = ref link.Host.AddressList;
        for (var i = addresses.Count - 1; i >= 0; i--)
        {
            if (BoundAt(segment, addresses[i]) is not { IsOnLink: true } entry || entry.Owner != link)
                addresses.RemoveAt(i);
        }
    }

    private bool IsRouted(in Sighting at)
    {
        if (!_macs.TryGetValue(MacKey(at.Segment, at.SourceMac), out var link))
            link = null;
        var isRouter = link is { IsRouter: true } || at.SourceMac.IsVirtualRouter;
        if (!isRouter && !HasOddTtl(in at))
            return false;
        return !(BoundAt(at.Segment, at.Source) is { IsOnLink: true } entry && entry.Owner == link);
    }

    // Hosts send with one of these; anything else has passed a router (or wants to look as if it had).
    private static bool HasOddTtl(in Sighting at) => at.Protocol != 0 && at.Ttl is not (1 or 32 or 64 or 128 or 255);

    // A gateway seen with few sources is no router yet, and some of what it forwards has the TTL of a host. A public address beside another of
    // the same family is only its own when near that or when it claims it by ARP or NDP.
    private static bool IsFromOutside(LinkMac link, in Sighting at)
    {
        if (at.Source.IsPrivate || at.Source.IsLinkLocal)
            return false;
        var hasOther = false;
        ref var addresses = ref link.Host.AddressList;
        for (var i = 0; i < addresses.Count; i++)
        {
            var own = addresses[i];
            if (own.IsV4 != at.Source.IsV4 || own.IsLinkLocal || (!own.IsV4 && own.IsPrivate))
                continue;
            hasOther = true;
            if (own.SharesPrefix(at.Source, own.IsV4 ? 24 : 64))
                return false;
        }
        return hasOther;
    }

    // What was taken for its own because it came first, until its real address showed.
    private void ForgetOutside(LinkMac link, in Sighting at, IpAddress claimed)
    {
        if (!claimed.IsV4 || !claimed.IsPrivate)
            return;
        ref var addresses = ref link.Host.AddressList;
        for (var i = addresses.Count - 1; i >= 0; i--)
        {
            var address = addresses[i];
            if (address.IsV4 && !address.IsPrivate && !address.IsLinkLocal && BoundAt(at.Segment, address) is { ByClaim: false, ByLease: false } entry)
                Give(entry, null, in at);
        }
    }

    private static bool CanBeOwned(IpAddress address) =>
        !address.IsUnspecified && !address.IsMulticast && !address.IsBroadcast && !address.IsLoopback;

    private static bool Moves(AddressEntry entry, LinkMac owner, MacAddress mac, BindingSource source, long nowNs)
    {
        var silentNs = nowNs - entry.LastSeenNs;
        if (silentNs > SilentNs)
            return true;
        if (silentNs > ProbablySilentNs && (source == BindingSource.Lease || entry.ProbeMac == mac))
            return true;
        // Somebody really sends with an address that another MAC only ever claimed by ARP or NDP: the claim was the lie.
        if (source != BindingSource.Traffic || entry.ByTraffic || entry.ByLease || owner.IsRouter || owner.Mac.IsVirtualRouter)
            return false;
        owner.Host.IsContested = true;
        return true;
    }

    private void Give(AddressEntry entry, LinkMac? link, in Sighting at)
    {
        entry.Owner?.Host.AddressList.Remove(entry.Key.Address);
        entry.MoveTo(link, at.Ordinal, FrameReference.Of(in at));
        if (link is null)
            return;
        ref var addresses = ref link.Host.AddressList;
        if (addresses.Count < MaxAddressesOfHost && !addresses.Contains(entry.Key.Address))
            addresses.Add(entry.Key.Address);
        if (_addresses.GetValueOrDefault(entry.Key).Remote is { } remote && remote != link.Host)
            Join(remote, link);
    }

    // An address that was spoken of (in an answer, a lease) turns out to be a host that is known by its MAC already.
    private void Join(Host remote, LinkMac link)
    {
        link.Host.Roles |= remote.Roles;
        if (link.Host.FormerIds.Count < MaxAddressesOfHost && !link.Host.FormerIds.Contains(remote.Id))
            link.Host.AddFormerId(remote.Id);
        if (remote.MacList.Count == 0)
            remote.MacList.Add(link.Mac);
        if (remote.IsPinned)
            Joined?.Invoke(remote, link.Host);
    }
}
