namespace Sensor.Detection.Baselines;

/// <summary>What of a network is learned. The names are written to the store and never change.</summary>
public enum BaselineKind : byte
{
    /// <summary>A DHCPv4 or DHCPv6 server: address → its MAC ("" behind a relay).</summary>
    DhcpServer,

    /// <summary>Option 252 of a server: server → URL.</summary>
    DhcpWpad,

    /// <summary>A router handed out (option 3): server → address.</summary>
    DhcpRouter,

    /// <summary>A resolver handed out (options 6 and 23): server → address.</summary>
    DhcpDns,

    /// <summary>A WINS server handed out (option 44): server → address.</summary>
    DhcpWins,

    /// <summary>A domain handed out (options 15, 119 and DHCPv6 24): server → name.</summary>
    DhcpDomain,

    /// <summary>A resolver that clients ask: address → "".</summary>
    Resolver,

    /// <summary>What is answered for a wpad name: name → address, or <see cref="BaselineTerm.NoSuchName"/>.</summary>
    WpadAnswer,

    /// <summary>Who serves a PAC: URL → server's address.</summary>
    PacServer,

    /// <summary>A PAC: URL → SHA-256 of its octets.</summary>
    Pac,

    /// <summary>A proxy: address → "".</summary>
    Proxy,

    /// <summary>A router that advertises itself (RFC 4861): address → MAC.</summary>
    RouterAdvert,

    /// <summary>A resolver in router advertisements (RFC 8106): router → address.</summary>
    RouterAdvertDns,

    /// <summary>A gateway's binding as ARP and traffic show it: address → MAC.</summary>
    Gateway,

    /// <summary>A group of VRRP, CARP, HSRP or GLBP: address → virtual MAC, whose last octets number the group.</summary>
    VirtualRouter,

    /// <summary>A NetBIOS name server that answers for others: address → "".</summary>
    Wins,

    /// <summary>A WSUS server: address → the name clients ask for.</summary>
    Wsus,

    /// <summary>A host of the home networks that answers for update hosts: address → product.</summary>
    UpdateCache,

    /// <summary>How clients come by updates: direct, proxy, wsus or cache → product.</summary>
    UpdatePath,

    /// <summary>Who signs for update hosts: product → the issuing authority's organization.</summary>
    UpdateIssuer,

    /// <summary>Who owns a name of LLMNR, mDNS or NetBIOS: first label → MAC.</summary>
    NameOwner,

    /// <summary>A group of VRRP, CARP or HSRP as its routers advertise it: group → virtual address and how it is authenticated.</summary>
    RedundancyGroup,

    /// <summary>A router of such a group: group → its own address and its priority.</summary>
    RedundancyRouter,
}
