using Sensor.Core.Wire;
using Sensor.Detection.Snapshots;

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

    /// <summary>Answers to DHCPv4 transactions (a transaction counts once a server).</summary>
    public long Answered { get; internal set; }

    /// <summary>Answers to DHCPv6 transactions (a transaction counts once a server).</summary>
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
    public bool IsRouter(IpAddress address) => Contains(RouterList, address);

    /// <summary>Whether <paramref name="address"/> was handed out as a DNS server.</summary>
    public bool IsDnsServer(IpAddress address) => Contains(DnsList, address);

    /// <summary>Whether <paramref name="address"/> was handed out as a WINS server.</summary>
    public bool IsWinsServer(IpAddress address) => Contains(WinsList, address);

    /// <summary>
    /// Whether <paramref name="name"/> (ASCII, any case, with or without a trailing dot) is one of <see cref="Domains"/> or lies under one.
    /// A domain of a single label ("local", "lan") counts only for names directly under it.
    /// </summary>
    public bool IsUnderDomain(ReadOnlySpan<byte> name)
    {
        name = PlanText.TrimName(name);
        foreach (var domain in DomainList)
        {
            if (PlanText.IsUnder(name, domain.Value))
                return true;
        }
        return false;
    }

    internal List<LeaseServer> ServerList { get; } = [];

    internal List<HandedOut<IpAddress>> RouterList { get; } = [];

    internal List<HandedOut<IpAddress>> DnsList { get; } = [];

    internal List<HandedOut<IpAddress>> WinsList { get; } = [];

    internal List<HandedOut<string>> DomainList { get; } = [];

    /// <summary>Remembers addresses that were not in <paramref name="list"/>; returns how many found it full.</summary>
    internal static int Remember(List<HandedOut<IpAddress>> list, ReadOnlySpan<IpAddress> addresses, LeaseServer server, long nowNs)
    {
        var notKept = 0;
        foreach (var address in addresses)
        {
            if (address.IsUnspecified || Contains(list, address))
                continue;
            if (list.Count < ValueCapacity)
                list.Add(new HandedOut<IpAddress>(address, server, nowNs));
            else
                notKept++;
        }
        return notKept;
    }

    /// <summary>Remembers the names in <paramref name="text"/>, separated by spaces or commas; returns how many found the list full.</summary>
    internal int RememberDomains(ReadOnlySpan<byte> text, LeaseServer server, long nowNs)
    {
        var notKept = 0;
        while (!text.IsEmpty)
        {
            var end = text.IndexOfAny((byte)' ', (byte)',');
            var name = PlanText.TrimName(end < 0 ? text : text[..end]);
            text = end < 0 ? [] : text[(end + 1)..];
            if (name.IsEmpty || Knows(name))
                continue;
            if (DomainList.Count < ValueCapacity)
                DomainList.Add(new HandedOut<string>(PlanText.ToName(name), server, nowNs));
            else
                notKept++;
        }
        return notKept;
    }

    internal void Save(SnapshotWriter writer)
    {
        writer.I64(Answered);
        writer.I64(AnsweredV6);
        writer.List(ServerList, static (to, server) => server.Save(to));
        foreach (var list in new[] { RouterList, DnsList, WinsList })
        {
            writer.List(list, static (to, given) =>
            {
                to.Address(given.Value);
                to.I32(given.FirstServer.Number);
                to.I64(given.FirstSeenNs);
            });
        }
        writer.List(DomainList, static (to, given) =>
        {
            to.Text(given.Value);
            to.I32(given.FirstServer.Number);
            to.I64(given.FirstSeenNs);
        });
    }

    internal void Load(SnapshotReader reader)
    {
        (Answered, AnsweredV6) = (reader.I64(), reader.I64());
        ServerList.AddRange(reader.List(LeaseServer.Load));
        foreach (var list in new[] { RouterList, DnsList, WinsList })
        {
            reader.List(from =>
            {
                var (value, number, first) = (from.Address(), from.I32(), from.I64());
                if (Numbered(number) is { } server)
                    list.Add(new HandedOut<IpAddress>(value, server, first));
            });
        }
        reader.List(from =>
        {
            var (value, number, first) = (from.Text() ?? "", from.I32(), from.I64());
            if (Numbered(number) is { } server)
                DomainList.Add(new HandedOut<string>(value, server, first));
        });
    }

    // A server that had to make room gave values that are known still; the first one of all stands in for it.
    private LeaseServer? Numbered(int number) => ServerList.Find(server => server.Number == number) ?? (ServerList.Count > 0 ? ServerList[0] : null);

    private bool Knows(ReadOnlySpan<byte> name)
    {
        foreach (var domain in DomainList)
        {
            if (PlanText.IsSame(name, domain.Value))
                return true;
        }
        return false;
    }

    private static bool Contains(List<HandedOut<IpAddress>> list, IpAddress address)
    {
        foreach (var known in list)
        {
            if (known.Value == address)
                return true;
        }
        return false;
    }
}

/// <summary>A value that was handed out, and by whom first.</summary>
/// <param name="Value">The value.</param>
/// <param name="FirstServer">The server that gave it first.</param>
/// <param name="FirstSeenNs">When, packet time in nanoseconds.</param>
public readonly record struct HandedOut<T>(T Value, LeaseServer FirstServer, long FirstSeenNs);
