using System.Numerics;
using System.Runtime.InteropServices;
using Sensor.Core.Wire;
using Sensor.Detection.Bounds;

namespace Sensor.Detection.Hosts;

/// <summary>What a host was seen to be. Flags.</summary>
[Flags]
public enum HostRoles : ushort
{
    /// <summary>Nothing special.</summary>
    None = 0,

    /// <summary>Forwards for others: default gateway of a lease, sender of router advertisements or redundancy protocol, or of packets of very many sources.</summary>
    Router = 1,

    /// <summary>Answered DHCPv4 or DHCPv6 clients.</summary>
    DhcpServer = 2,

    /// <summary>Answers DNS questions of others.</summary>
    Resolver = 4,

    /// <summary>Asked for a DHCP lease: a workstation, phone or the like.</summary>
    DhcpClient = 8,

    /// <summary>Is answered for `wpad`, or serves a PAC.</summary>
    WpadHost = 16,

    /// <summary>A virtual router MAC (VRRP, HSRP, CARP, GLBP).</summary>
    VirtualRouter = 32,

    /// <summary>Answers NetBIOS names for others, named in DHCP option 44.</summary>
    WinsServer = 64,

    /// <summary>Announced or was registered with a Bonjour sleep proxy service, or reflects mDNS.</summary>
    SleepProxy = 128,
}

/// <summary>A host as the capture shows it: hardware addresses, addresses, names and roles. Identity is <see cref="Id"/>.</summary>
public sealed partial class Host
{
    // Very many hosts are only ever an address: what few have lies behind one reference.
    private ShortList<MacAddress> _macs;
    private ShortList<IpAddress> _addresses;
    private RareDetails? _details;
    private ulong _metBits;

    internal Host(int id, int segment, long firstSeenNs)
    {
        Id = id;
        Segment = segment;
        FirstSeenNs = firstSeenNs;
        LastSeenNs = firstSeenNs;
    }

    /// <summary>Number within this run, from 1, in order of first sight.</summary>
    public int Id { get; }

    /// <summary>The segment it lives in.</summary>
    public int Segment { get; }

    /// <summary>Roles seen so far.</summary>
    public HostRoles Roles { get; internal set; }

    /// <summary>Packet time of the first sight, nanoseconds.</summary>
    public long FirstSeenNs { get; }

    /// <summary>Packet time of the last sight, nanoseconds.</summary>
    public long LastSeenNs { get; internal set; }

    /// <summary>Hardware addresses that are its own; empty for hosts behind a router.</summary>
    public IReadOnlyList<MacAddress> Macs => _macs.Count == 0 ? [] : _macs;

    /// <summary>Addresses it owns (was first with, or has by lease); not those it merely claims against their owner.</summary>
    public IReadOnlyList<IpAddress> Addresses => _addresses.Count == 0 ? [] : _addresses;

    /// <summary>Names it gave itself (DHCP host name, own NBNS/LLMNR/mDNS names), lower case.</summary>
    public IReadOnlyList<string> Names => _details?.Names ?? (IReadOnlyList<string>)[];

    /// <summary>
    /// About how many different hosts it has answered DNS questions of, 0 to 64 (a bitmap of hashed askers): a resolver of all has many,
    /// one that a single host was led to has one.
    /// </summary>
    public int AskersServed => BitOperations.PopCount(AskerBits);

    /// <summary>
    /// Whether it claimed an address (ARP, NDP) that a living host of another MAC owns. Such a host gets no router role from the traffic it
    /// forwards: an ARP spoofer forwards for many too.
    /// </summary>
    public bool IsContested { get; internal set; }

    /// <summary>Whether it has all of <paramref name="roles"/>.</summary>
    public bool Is(HostRoles roles) => (Roles & roles) == roles;

    /// <summary>
    /// Whether it gave itself a name with this stem (see <see cref="NameStem"/>): by DHCP host name, NBNS registration, mDNS probe or
    /// announcement, or a uniqueness question by LLMNR.
    /// </summary>
    public bool OwnsName(ulong stem)
    {
        foreach (var own in CollectionsMarshal.AsSpan(_details?.Stems))
        {
            if (own == stem)
                return true;
        }
        return false;
    }

    /// <summary>Whether <paramref name="address"/> is one of its own.</summary>
    public bool Has(IpAddress address) => _addresses.Contains(address);

    /// <summary>First IPv4 address (or first address) and MAC in one line for sentences: "192.168.1.66 (02:00:00:00:00:66)".</summary>
    public override string ToString()
    {
        var hasMac = _macs.Count > 0;
        if (_addresses.Count == 0)
            return hasMac ? _macs[0].ToString() : "an unknown host";
        return hasMac ? $"{ShownAddress} ({_macs[0]})" : ShownAddress.ToString();
    }

    /// <summary>The address a person looks for: the first IPv4 address, else the first; unspecified when it has none.</summary>
    internal IpAddress ShownAddress
    {
        get
        {
            for (var i = 0; i < _addresses.Count; i++)
            {
                if (_addresses[i].IsV4)
                    return _addresses[i];
            }
            return _addresses.Count == 0 ? default : _addresses[0];
        }
    }

    /// <summary>A suspect or victim: findings refer to it, so the table does not forget it.</summary>
    internal bool IsPinned { get; set; }

    /// <summary>Set while the table forgets it.</summary>
    internal bool IsLeaving { get; set; }

    /// <summary>
    /// Ids under which one of its addresses was known before it turned out to be this host's; findings made then belong to it.
    /// </summary>
    internal IReadOnlyList<int> FormerIds => _details?.FormerIds ?? (IReadOnlyList<int>)[];

    internal void AddFormerId(int id) => Details.FormerIds.Add(id);

    internal ulong AskerBits { get; set; }

    /// <summary>Whether it answered a DNS question for another name than wpad.</summary>
    internal bool ResolvesOrdinaryNames { get; set; }

    /// <summary>Notes that the table found it, or may find it, by <paramref name="address"/>.</summary>
    internal void Meet(IpAddress address) => _metBits |= BitOf(address);

    /// <summary>Whether the table may ever have found it by <paramref name="address"/>: saves looking up most addresses that are others'.</summary>
    internal bool MayHaveMet(IpAddress address) => (_metBits & BitOf(address)) != 0;

    private static ulong BitOf(IpAddress address) => 1UL << (int)((address.StableHash() * 0x9E3779B97F4A7C15UL) >> 58);

    internal ref ShortList<MacAddress> MacList => ref _macs;

    internal ref ShortList<IpAddress> AddressList => ref _addresses;

    internal List<ulong> StemList => Details.Stems;

    internal List<string> NameList => Details.Names;

    private RareDetails Details => _details ??= new RareDetails();

    /// <summary>The names of a host, and the numbers it had before.</summary>
    private sealed class RareDetails
    {
        public List<string> Names { get; } = new(1);

        public List<ulong> Stems { get; } = new(1);

        public List<int> FormerIds { get; } = new(0);
    }
}
