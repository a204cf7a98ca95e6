using Sensor.Core.Wire;

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
public sealed class Host
{
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
    public IReadOnlyList<MacAddress> Macs => MacList;

    /// <summary>Addresses it owns (was first with, or has by lease); not those it merely claims against their owner.</summary>
    public IReadOnlyList<IpAddress> Addresses => AddressList;

    /// <summary>Names it gave itself (DHCP host name, own NBNS/LLMNR/mDNS names), lower case.</summary>
    public IReadOnlyList<string> Names => NameList;

    /// <summary>Whether it has all of <paramref name="roles"/>.</summary>
    public bool Is(HostRoles roles) => (Roles & roles) == roles;

    internal List<MacAddress> MacList { get; } = new(1);

    internal List<IpAddress> AddressList { get; } = new(2);

    internal List<string> NameList { get; } = new(0);
}
