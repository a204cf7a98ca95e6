using Sensor.Core.Observations;
using Sensor.Core.Wire;
using Sensor.Detection.Incidents;
using Sensor.Detection.Names;

namespace Sensor.Detection.Hosts;

/// <summary>
/// Who is who, per segment: MAC ↔ addresses ↔ names ↔ roles, learned from ARP, NDP, DHCP, name services and traffic itself. Bounded.
/// An address belongs to the host that had it first, until that host has been silent, released it, or the lease says otherwise; a later claim
/// by another MAC does not move it while the owner lives.
/// </summary>
public sealed class HostTable
{
    /// <summary>Hosts kept: more than any one site's clients. Beyond it the eighth that has been silent longest is forgotten.</summary>
    public const int MaxHosts = 65_536;

    /// <summary>Addresses kept: two a host (IPv4, IPv6). Beyond it the eighth that has been silent longest is forgotten.</summary>
    public const int MaxAddresses = 131_072;

    /// <summary>So many different askers make a resolver everybody's.</summary>
    public const int AskersOfMany = 3;

    /// <summary>Addresses remembered of one host: an interface has few; a MAC with more is a router whose addresses are not its own.</summary>
    private const int MaxAddressesOfHost = 32;

    // A host has one name, sometimes an alias; who announces more is a server or a liar, and the rest is not needed.
    private const int MaxNamesOfHost = 4, MaxStemsOfHost = 16;

    // An owner that has not been heard of for so long has left: docking, replaced hardware, a new lease elsewhere.
    private const long SilentNs = 10 * 60 * 1_000_000_000L;

    // Traffic is reported about once a minute a binding, so silence of less than two says nothing.
    private const long ProbablySilentNs = 2 * 60 * 1_000_000_000L;

    private readonly Dictionary<ulong, LinkMac> _macs = new(1024);
    private readonly Dictionary<AddressKey, AddressEntry> _addresses = new(1024);
    private readonly List<Host> _all = [];
    private readonly HashSet<int> _segmentsWithResolver = [];
    private readonly Func<int, IpAddress, MacAddress, bool> _isTrustedRouter;
    private int _lastId;
    private long _ordinal = -1;

    /// <summary>Creates a table; <paramref name="isTrustedRouter"/> says which MACs or addresses the operator calls routers.</summary>
    public HostTable(Func<int, IpAddress, MacAddress, bool>? isTrustedRouter = null)
    {
        _isTrustedRouter = isTrustedRouter ?? (static (_, _, _) => false);
    }

    private readonly NameOwners _nameOwners = new();
    private readonly WaitingClients _waiting = new();

    /// <summary>Told when a host known by an address only (first) turns out to be one that is known by its MAC (second).</summary>
    internal Action<Host, Host>? Joined { get; set; }

    /// <summary>Hosts and addresses forgotten for want of room.</summary>
    public long Evicted { get; private set; }

    /// <summary>All hosts in the order of first sight.</summary>
    public IEnumerable<Host> All => _all;

    /// <summary>
    /// The host that sent the packet: by its source MAC when that MAC is an end host on this link; by its source address when it came
    /// through a router or has no MAC. Creates it at first sight.
    /// </summary>
    public Host SenderOf(in Sighting at)
    {
        var hasMac = !at.SourceMac.IsNone && !at.SourceMac.IsGroup && !at.InTunnel;
        if (!hasMac || IsRouted(in at))
        {
            if (!at.Source.IsUnspecified || !hasMac)
                return Of(at.Segment, at.Source, at.TimestampNs);
        }
        return Of(at.Segment, at.SourceMac, at.TimestampNs);
    }

    /// <summary>The host the packet was sent to, by address (or by MAC where the address is broadcast-free unknown). Null for group addresses.</summary>
    public Host? ReceiverOf(in Sighting at)
    {
        if (at.Destination.IsMulticast || at.Destination.IsBroadcast || at.DestinationMac.IsGroup)
            return null;
        if (!at.Destination.IsUnspecified)
        {
            // The first packet to a host on link names its MAC: use it, or the host would get a second identity when it speaks.
            if (_addresses.TryGetValue(new AddressKey(at.Segment, at.Destination), out var entry))
                return HostOf(entry, at.TimestampNs);
            if (!at.InTunnel && !at.DestinationMac.IsNone && (at.Destination.IsPrivate || at.Destination.IsLinkLocal)
                && _macs.TryGetValue(MacKey(at.Segment, at.DestinationMac), out var link) && !link.IsRouter)
                return Touch(link.Host, at.TimestampNs);
            return Of(at.Segment, at.Destination, at.TimestampNs);
        }
        return at.DestinationMac.IsNone ? null : Of(at.Segment, at.DestinationMac, at.TimestampNs);
    }

    /// <summary>The owner of <paramref name="address"/>, created at first sight.</summary>
    public Host Of(int segment, IpAddress address, long timestampNs) => HostOf(Entry(segment, address, timestampNs), timestampNs);

    /// <summary>The owner of <paramref name="mac"/>, created at first sight.</summary>
    public Host Of(int segment, MacAddress mac, long timestampNs) => Touch(Link(segment, mac, timestampNs).Host, timestampNs);

    /// <summary>
    /// The host that a frame to <paramref name="mac"/> and <paramref name="address"/> told something. A host that never spoke has no address of
    /// its own yet: then it is the one it was addressed by.
    /// </summary>
    public Host Told(int segment, MacAddress mac, IpAddress address, long timestampNs)
    {
        var host = Of(segment, mac, timestampNs);
        if (host.Addresses.Count == 0 && CanBeOwned(address) && !Entry(segment, address, timestampNs).IsOnLink)
            host.AddressList.Add(address);
        return host;
    }

    /// <summary>A claim of <paramref name="mac"/> was found false: the address, if it has nothing better than the claim to it, is not its own.</summary>
    internal void Disown(in Sighting at, IpAddress address, MacAddress mac)
    {
        if (_addresses.TryGetValue(new AddressKey(at.Segment, address), out var entry)
            && entry.Owner is { } owner && owner.Mac == mac && entry is { ByTraffic: false, ByLease: false })
            Give(entry, null, in at);
    }

    /// <summary>The owner of <paramref name="address"/> if known.</summary>
    public Host? Find(int segment, IpAddress address)
    {
        if (!_addresses.TryGetValue(new AddressKey(segment, address), out var entry))
            return null;
        return entry.IsOnLink ? entry.Owner!.Host : entry.RemoteHost;
    }

    /// <summary>The owner of <paramref name="mac"/> if known.</summary>
    public Host? Find(int segment, MacAddress mac) => _macs.TryGetValue(MacKey(segment, mac), out var link) ? link.Host : null;

    /// <summary>The host that first gave itself a name with this stem (see <see cref="NameStem"/>), if any did.</summary>
    public Host? OwnerOfName(int segment, ulong stem, long timestampNs)
    {
        var owner = _nameOwners.Of(segment, stem, out var mac);
        return owner ?? (mac.IsNone ? null : Of(segment, mac, timestampNs));
    }

    /// <summary>
    /// The MAC that owns <paramref name="address"/> on the link and how that is known, or none when the address was never seen on link.
    /// This is the binding before the packet being delivered, so a detector can compare a claim with it.
    /// </summary>
    public Binding BindingOf(int segment, IpAddress address) =>
        _addresses.TryGetValue(new AddressKey(segment, address), out var entry) ? entry.Before(_ordinal) : default;

    /// <summary>Whether traffic with this source MAC comes from many sources, so that the MAC is a router's.</summary>
    public bool IsRouterMac(int segment, MacAddress mac) =>
        mac.IsVirtualRouter || (_macs.TryGetValue(MacKey(segment, mac), out var link) && link.IsRouter);

    /// <summary>Whether a resolver that <see cref="AskersOfMany"/> different hosts use was seen in the segment.</summary>
    public bool HasResolverOfMany(int segment) => _segmentsWithResolver.Contains(segment);

    /// <summary>Subscribes to what it learns from. <paramref name="questions"/> tells announcements from answers.</summary>
    public void Subscribe(ObservationBus bus, Names.QuestionTable? questions = null)
    {
        new BindingLearner(this).Subscribe(bus);
        new RoleLearner(this, questions).Subscribe(bus);
    }

    /// <summary>A host answered a DNS question.</summary>
    internal void NoteResolver(Host host, IpAddress asker)
    {
        host.Roles |= HostRoles.Resolver;
        var asked = host.AskerBits | (1UL << (int)((asker.StableHash() * 0x9E3779B97F4A7C15UL) >> 58));
        if (asked == host.AskerBits)
            return;
        host.AskerBits = asked;
        if (host.AskersServed >= AskersOfMany)
            _segmentsWithResolver.Add(host.Segment);
    }

    /// <summary>A MAC asked for a lease; it calls itself <paramref name="name"/>, which may be empty.</summary>
    internal void NoteClient(int segment, MacAddress mac, ReadOnlySpan<byte> name)
    {
        if (_macs.TryGetValue(MacKey(segment, mac), out var link))
        {
            link.Host.Roles |= HostRoles.DhcpClient;
            LearnName(link.Host, name);
            return;
        }
        _waiting.Note(MacKey(segment, mac), name);
        if (!name.IsEmpty)
            _nameOwners.Learn(segment, NameStem.Of(name), null, mac);
    }

    /// <summary>A host gave itself a name.</summary>
    internal void LearnName(Host host, ReadOnlySpan<byte> name)
    {
        if (name.IsEmpty)
            return;
        var stem = NameStem.Of(name);
        if (host.OwnsName(stem) || host.StemList.Count >= MaxStemsOfHost)
            return;
        host.StemList.Add(stem);
        _nameOwners.Learn(host.Segment, stem, host, MacAddress.None);
        if (host.NameList.Count < MaxNamesOfHost)
            host.NameList.Add(WireText.Printable(name).ToLowerInvariant());
    }

    /// <summary>Notes which packet is being delivered: <see cref="BindingOf"/> answers for the time before it.</summary>
    internal void Begin(in Sighting at) => _ordinal = at.Ordinal;

    /// <summary>An address was claimed, used or leased by a MAC.</summary>
    internal void Bind(in Sighting at, IpAddress address, MacAddress mac, BindingSource source)
    {
        if (mac.IsNone || mac.IsGroup || !CanBeOwned(address))
            return;
        var entry = Entry(at.Segment, address, at.TimestampNs);
        if (entry.Owner?.Mac == mac)
        {
            entry.Confirm(source, at.TimestampNs);
            Touch(entry.Owner.Host, at.TimestampNs);
            return;
        }
        if (source == BindingSource.Traffic && HasOddTtl(in at))
            return;
        var link = Link(at.Segment, mac, at.TimestampNs, entry.Owner is null ? entry.RemoteHost : null);
        if (source == BindingSource.Traffic && (link.IsRouter || IsFromOutside(link, in at)))
            return;
        if (entry.Owner is { } owner && !Moves(entry, owner, mac, source, at.TimestampNs))
        {
            if (source == BindingSource.Claim && !mac.IsVirtualRouter && !owner.Mac.IsVirtualRouter)
                link.Host.IsContested = true;
            return;
        }
        Give(entry, link, in at);
        entry.Confirm(source, at.TimestampNs);
        if (source == BindingSource.Claim)
            ForgetOutside(link, in at, address);
    }

    /// <summary>RFC 5227 section 2.1.1: a MAC asks whether an address is free.</summary>
    internal void Probe(in Sighting at, IpAddress address, MacAddress mac)
    {
        if (_addresses.TryGetValue(new AddressKey(at.Segment, address), out var entry))
            entry.ProbeMac = mac;
    }

    /// <summary>The owner gave the address back.</summary>
    internal void Release(in Sighting at, IpAddress address, MacAddress mac)
    {
        if (_addresses.TryGetValue(new AddressKey(at.Segment, address), out var entry) && entry.Owner?.Mac == mac)
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
        link.Host.AddressList.RemoveAll(address =>
            !(_addresses.TryGetValue(new AddressKey(segment, address), out var entry) && entry.Owner == link && entry.IsOnLink));
    }

    private bool IsRouted(in Sighting at)
    {
        if (!_macs.TryGetValue(MacKey(at.Segment, at.SourceMac), out var link))
            link = null;
        var isRouter = link is { IsRouter: true } || at.SourceMac.IsVirtualRouter;
        if (!isRouter && !HasOddTtl(in at))
            return false;
        return !(_addresses.TryGetValue(new AddressKey(at.Segment, at.Source), out var entry) && entry.IsOnLink && entry.Owner == link);
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
        foreach (var own in link.Host.AddressList)
        {
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
        if (!claimed.IsV4 || !claimed.IsPrivate || link.Host.AddressList.TrueForAll(static own => !own.IsV4 || own.IsPrivate))
            return;
        foreach (var address in link.Host.AddressList.ToArray())
        {
            if (address.IsV4 && !address.IsPrivate && !address.IsLinkLocal
                && _addresses.TryGetValue(new AddressKey(at.Segment, address), out var entry) && entry is { ByClaim: false, ByLease: false })
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
        var addresses = link.Host.AddressList;
        if (addresses.Count < MaxAddressesOfHost && !addresses.Contains(entry.Key.Address))
            addresses.Add(entry.Key.Address);
        if (entry.RemoteHost is { } remote && remote != link.Host)
            Join(remote, link);
    }

    // An address that was spoken of (in an answer, a lease) turns out to be a host that is known by its MAC already.
    private void Join(Host remote, LinkMac link)
    {
        link.Host.Roles |= remote.Roles;
        if (link.Host.FormerIds.Count < MaxAddressesOfHost && !link.Host.FormerIds.Contains(remote.Id))
            link.Host.AddFormerId(remote.Id);
        if (remote.Macs.Count == 0)
            remote.MacList.Add(link.Mac);
        if (remote.IsPinned)
            Joined?.Invoke(remote, link.Host);
    }

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

/// <summary>How an address is bound to a MAC.</summary>
/// <param name="Mac">The owner's MAC; none when unknown.</param>
/// <param name="FirstSeenNs">Since when.</param>
/// <param name="LastSeenNs">The owner's last sign of life with this address.</param>
/// <param name="ByTraffic">IP packets with this source came from the MAC (not only ARP/NDP claims).</param>
/// <param name="ByLease">A DHCP server gave the address to the MAC.</param>
/// <param name="FirstFrame">The frame that showed the binding first.</param>
public readonly record struct Binding(
    MacAddress Mac, long FirstSeenNs, long LastSeenNs, bool ByTraffic, bool ByLease, FrameReference FirstFrame)
{
    /// <summary>Whether there is a binding.</summary>
    public bool IsKnown => !Mac.IsNone;
}
