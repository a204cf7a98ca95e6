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
    public PlanParts Given => throw new NotImplementedException();

    /// <summary>The parts that both plans hand out, with different values.</summary>
    public PlanParts DifferencesFrom(in AddressPlan other) => throw new NotImplementedException();

    /// <summary>This plan, with the parts of <paramref name="newer"/> where it gives any.</summary>
    public AddressPlan With(in AddressPlan newer) => throw new NotImplementedException();

    /// <summary>The plan in a DHCPv4 message.</summary>
    public static AddressPlan Of(in Observed<LeaseOffered> seen) => throw new NotImplementedException();

    /// <summary>The plan in a DHCPv6 message: DNS servers and search list.</summary>
    public static AddressPlan Of(in Observed<Dhcpv6Offered> seen) => throw new NotImplementedException();
}
