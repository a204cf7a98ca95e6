using Sensor.Core.Observations;
using Sensor.Core.Wire;
using Sensor.Detection.Names;

namespace Sensor.Detection.Hosts;

/// <summary>
/// Who is who, per segment: MAC ↔ addresses ↔ names ↔ roles, learned from ARP, NDP, DHCP, name services and traffic itself. Bounded.
/// An address belongs to the host that had it first, until that host has been silent, released it, or the lease says otherwise; a later claim
/// by another MAC does not move it while the owner lives.
/// </summary>
public sealed partial class HostTable
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
    private readonly Dictionary<AddressKey, KnownAddress> _addresses = new(1024);
    private readonly List<Host> _all = [];
    private readonly HashSet<int> _segmentsWithResolver = [], _segmentsWithResolvers = [];
    private readonly Dictionary<int, Host> _firstResolvers = [];
    private readonly Func<int, IpAddress, MacAddress, bool> _isTrustedRouter;
    private int _lastId;
    private long _ordinal = -1;

    /// <summary>Creates a table; <paramref name="isTrustedRouter"/> says which MACs or addresses the operator calls routers.</summary>
    public HostTable(Func<int, IpAddress, MacAddress, bool>? isTrustedRouter = null)
    {
        _isTrustedRouter = isTrustedRouter ?? (static (_, _, _) => false);
    }

    /// <summary>Who was the first DHCP server of a segment; null before <see cref="Subscribe"/>.</summary>
    internal RoleLearner? Roles { get; private set; }

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
            if (_addresses.TryGetValue(new AddressKey(at.Segment, at.Destination), out var known))
                return known.Host is { } receiver ? Touch(receiver, at.TimestampNs) : Of(at.Segment, at.Destination, at.TimestampNs);
            if (!at.InTunnel && !at.DestinationMac.IsNone && (at.Destination.IsPrivate || at.Destination.IsLinkLocal)
                && _macs.TryGetValue(MacKey(at.Segment, at.DestinationMac), out var link) && !link.IsRouter)
                return Touch(link.Host, at.TimestampNs);
            return Of(at.Segment, at.Destination, at.TimestampNs);
        }
        return at.DestinationMac.IsNone ? null : Of(at.Segment, at.DestinationMac, at.TimestampNs);
    }

    /// <summary>The owner of <paramref name="address"/>, created at first sight.</summary>
    public Host Of(int segment, IpAddress address, long timestampNs)
    {
        var key = new AddressKey(segment, address);
        if (Known(in key).Host is { } known)
            return Touch(known, timestampNs);
        var host = NewHost(segment, timestampNs);
        host.AddressList.Add(address);
        host.Meet(address);
        Known(in key).Remote = host;
        return host;
    }

    /// <summary>The owner of <paramref name="mac"/>, created at first sight.</summary>
    public Host Of(int segment, MacAddress mac, long timestampNs) => Touch(Link(segment, mac, timestampNs).Host, timestampNs);

    /// <summary>
    /// The host that a frame to <paramref name="mac"/> and <paramref name="address"/> told something. A host that never spoke has no address of
    /// its own yet: then it is the one it was addressed by.
    /// </summary>
    public Host Told(int segment, MacAddress mac, IpAddress address, long timestampNs)
    {
        var host = Of(segment, mac, timestampNs);
        if (host.AddressList.Count == 0 && CanBeOwned(address) && Known(new AddressKey(segment, address)).Bound is not { IsOnLink: true })
            host.AddressList.Add(address);
        return host;
    }

    /// <summary>The owner of <paramref name="address"/> if known.</summary>
    public Host? Find(int segment, IpAddress address) => _addresses.GetValueOrDefault(new AddressKey(segment, address)).Host;

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
        BoundAt(segment, address)?.Before(_ordinal) ?? default;

    /// <summary>Whether traffic with this source MAC comes from many sources, so that the MAC is a router's.</summary>
    public bool IsRouterMac(int segment, MacAddress mac) =>
        mac.IsVirtualRouter || (_macs.TryGetValue(MacKey(segment, mac), out var link) && link.IsRouter);

    /// <summary>Whether a resolver that <see cref="AskersOfMany"/> different hosts use was seen in the segment.</summary>
    public bool HasResolverOfMany(int segment) => _segmentsWithResolver.Contains(segment);

    /// <summary>Whether no other host of its segment was seen answering DNS questions, and it answers for names of all kinds.</summary>
    public bool IsOnlyResolver(Host host) => host.ResolvesOrdinaryNames
        && !_segmentsWithResolvers.Contains(host.Segment) && _firstResolvers.TryGetValue(host.Segment, out var first) && first == host;

    /// <summary>Subscribes to what it learns from. <paramref name="questions"/> tells announcements from answers.</summary>
    public void Subscribe(ObservationBus bus, Names.QuestionTable? questions = null)
    {
        new BindingLearner(this).Subscribe(bus);
        Roles = new RoleLearner(this, questions);
        Roles.Subscribe(bus);
    }

    /// <summary>A host answered a DNS question.</summary>
    internal void NoteResolver(Host host, IpAddress asker)
    {
        host.Roles |= HostRoles.Resolver;
        var asked = host.AskerBits | (1UL << (int)((asker.StableHash() * 0x9E3779B97F4A7C15UL) >> 58));
        if (asked == host.AskerBits)
            return;
        if (host.AskerBits == 0 && !_firstResolvers.TryAdd(host.Segment, host))
            _segmentsWithResolvers.Add(host.Segment);
        host.AskerBits = asked;
        if (host.AskersServed >= AskersOfMany)
            _segmentsWithResolver.Add(host.Segment);
    }

    /// <summary>Asks for what <see cref="NoteClient"/> will need of a client that is no host yet.</summary>
    internal void PrefetchClient(int segment, MacAddress mac) => _waiting.Prefetch(MacKey(segment, mac));

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
}
