using Sensor.Core.Wire;

namespace Sensor.Detection.Leases;

/// <summary>What DHCP has told the hosts of one segment. Bounded lists in order of first sight.</summary>
public sealed class SegmentLeases
{
    /// <summary>Servers kept a segment; no honest site has more, an attacker who forges identities must not fill memory.</summary>
    public const int ServerCapacity = 64;

    /// <summary>Values kept of each kind (routers, DNS servers …) a segment.</summary>
    public const int ValueCapacity = 64;

    /// <summary>Nothing seen.</summary>
    public static SegmentLeases Empty { get; } = new();

    internal SegmentLeases()
    {
    }

    /// <summary>The servers, DHCPv4 and DHCPv6.</summary>
    public IReadOnlyList<LeaseServer> Servers => ServerList;

    /// <summary>DHCPv4 transactions answered by anybody.</summary>
    public long Answered { get; internal set; }

    /// <summary>DHCPv6 transactions answered by anybody.</summary>
    public long AnsweredV6 { get; internal set; }

    /// <summary>Routers handed out (option 3).</summary>
    public IReadOnlyList<HandedOut<IpAddress>> Routers => RouterList;

    /// <summary>DNS servers handed out (options 6 and 23).</summary>
    public IReadOnlyList<HandedOut<IpAddress>> DnsServers => DnsList;

    /// <summary>WINS servers handed out (option 44).</summary>
    public IReadOnlyList<HandedOut<IpAddress>> WinsServers => WinsList;

    /// <summary>Domains and search list entries handed out (options 15, 119 and DHCPv6 24), lower case without a trailing dot.</summary>
    public IReadOnlyList<HandedOut<string>> Domains => DomainList;

    /// <summary>Whether <paramref name="address"/> was handed out as a router.</summary>
    public bool IsRouter(IpAddress address) => throw new NotImplementedException();

    /// <summary>Whether <paramref name="address"/> was handed out as a DNS server.</summary>
    public bool IsDnsServer(IpAddress address) => throw new NotImplementedException();

    /// <summary>Whether <paramref name="address"/> was handed out as a WINS server.</summary>
    public bool IsWinsServer(IpAddress address) => throw new NotImplementedException();

    /// <summary>
    /// Whether <paramref name="name"/> (ASCII, any case, with or without a trailing dot) is one of <see cref="Domains"/> or lies under one.
    /// A domain of a single label ("local", "lan") counts only for names directly under it.
    /// </summary>
    public bool IsUnderDomain(ReadOnlySpan<byte> name) => throw new NotImplementedException();

    internal List<LeaseServer> ServerList { get; } = [];

    internal List<HandedOut<IpAddress>> RouterList { get; } = [];

    internal List<HandedOut<IpAddress>> DnsList { get; } = [];

    internal List<HandedOut<IpAddress>> WinsList { get; } = [];

    internal List<HandedOut<string>> DomainList { get; } = [];
}

/// <summary>A value that was handed out, and by whom first.</summary>
/// <param name="Value">The value.</param>
/// <param name="FirstServer">The server that gave it first.</param>
/// <param name="FirstSeenNs">When, packet time in nanoseconds.</param>
public readonly record struct HandedOut<T>(T Value, LeaseServer FirstServer, long FirstSeenNs);
