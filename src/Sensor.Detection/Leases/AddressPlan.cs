using Sensor.Core.Observations;
using Sensor.Core.Wire;

namespace Sensor.Detection.Leases;

/// <summary>
/// What a server message hands out, as one stable hash for each part (0: the part was not handed out), so that plans are compared without their
/// texts. Lists of addresses are hashed as sets: another order is the same plan. Names are hashed in lower case without a trailing dot,
/// the proxy URL without trailing NUL, CR, LF and space.
/// </summary>
/// <param name="Routers">Hash of the routers.</param>
/// <param name="Dns">Hash of the DNS servers.</param>
/// <param name="Domain">Hash of the domain.</param>
/// <param name="SearchList">Hash of the search list.</param>
/// <param name="Wins">Hash of the WINS servers.</param>
/// <param name="Wpad">Hash of the proxy URL; an empty option 252 ("no proxy") is a value too.</param>
/// <param name="FirstRouter">The first router, for the text of a finding.</param>
/// <param name="FirstDns">The first DNS server, for the text of a finding.</param>
public readonly record struct AddressPlan(
    ulong Routers, ulong Dns, ulong Domain, ulong SearchList, ulong Wins, ulong Wpad, IpAddress FirstRouter, IpAddress FirstDns)
{
    /// <summary>Which parts are handed out.</summary>
    public PlanParts Given =>
        Flag(Routers != 0, PlanParts.Routers) | Flag(Dns != 0, PlanParts.Dns) | Flag(Domain != 0, PlanParts.Domain)
        | Flag(SearchList != 0, PlanParts.SearchList) | Flag(Wins != 0, PlanParts.Wins) | Flag(Wpad != 0, PlanParts.Wpad);

    /// <summary>The parts that both plans hand out, with different values.</summary>
    public PlanParts DifferencesFrom(in AddressPlan other) =>
        Given & other.Given
        & (Flag(Routers != other.Routers, PlanParts.Routers) | Flag(Dns != other.Dns, PlanParts.Dns)
            | Flag(Domain != other.Domain, PlanParts.Domain) | Flag(SearchList != other.SearchList, PlanParts.SearchList)
            | Flag(Wins != other.Wins, PlanParts.Wins) | Flag(Wpad != other.Wpad, PlanParts.Wpad));

    /// <summary>Whether both plans give the same parts with the same values.</summary>
    public bool IsSameAs(in AddressPlan other) => Given == other.Given && DifferencesFrom(in other) == PlanParts.None;

    /// <summary>This plan, with the parts of <paramref name="newer"/> where it gives any.</summary>
    public AddressPlan With(in AddressPlan newer) => new(
        Newer(Routers, newer.Routers), Newer(Dns, newer.Dns), Newer(Domain, newer.Domain), Newer(SearchList, newer.SearchList),
        Newer(Wins, newer.Wins), Newer(Wpad, newer.Wpad), newer.Routers != 0 ? newer.FirstRouter : FirstRouter,
        newer.Dns != 0 ? newer.FirstDns : FirstDns);

    /// <summary>The plan in a DHCPv4 message.</summary>
    public static AddressPlan Of(in Observed<LeaseOffered> seen)
    {
        ref readonly var fact = ref seen.Fact;
        var routers = seen.Addresses(fact.Routers);
        var dns = seen.Addresses(fact.DnsServers);
        return new AddressPlan(
            HashSet(routers),
            HashSet(dns),
            HashName(seen.Text(fact.Domain)),
            HashName(seen.Text(fact.SearchList)),
            HashSet(seen.Addresses(fact.WinsServers)),
            fact.HasWpad ? NotZero(PlanText.TrimValue(seen.Text(fact.Wpad)).StableHash()) : 0,
            First(routers),
            First(dns));
    }

    /// <summary>The plan in a DHCPv6 message: DNS servers and search list.</summary>
    public static AddressPlan Of(in Observed<Dhcpv6Offered> seen)
    {
        var dns = seen.Addresses(seen.Fact.DnsServers);
        return new AddressPlan(0, HashSet(dns), 0, HashName(seen.Text(seen.Fact.SearchList)), 0, 0, IpAddress.None, First(dns));
    }

    private static PlanParts Flag(bool set, PlanParts part) => set ? part : PlanParts.None;

    private static ulong Newer(ulong old, ulong newer) => newer != 0 ? newer : old;

    private static IpAddress First(ReadOnlySpan<IpAddress> addresses) => addresses.IsEmpty ? IpAddress.None : addresses[0];

    /// <summary>A sum of mixed hashes does not depend on the order.</summary>
    private static ulong HashSet(ReadOnlySpan<IpAddress> addresses)
    {
        if (addresses.IsEmpty)
            return 0;
        var sum = 0UL;
        foreach (var address in addresses)
        {
            var hash = address.StableHash() * 0xFF51_AFD7_ED55_8CCDUL;
            sum += hash ^ (hash >> 33);
        }
        return NotZero(sum);
    }

    private static ulong HashName(ReadOnlySpan<byte> name)
    {
        name = PlanText.TrimName(name);
        if (name.IsEmpty)
            return 0;
        var hash = 14695981039346656037UL;
        foreach (var octet in name)
            hash = (hash ^ PlanText.Lower(octet)) * 1099511628211UL;
        return NotZero(hash);
    }

    private static ulong NotZero(ulong hash) => hash == 0 ? 1 : hash;
}
