using System.Globalization;
using Sensor.Detection.Baselines;
using Sensor.Detection.Leases;

namespace Sensor.Detection.Trust;

/// <summary>The verdict of both: what the operator lists, and what was learned and frozen.</summary>
public sealed partial class TrustPolicy
{
    private TrustPolicy? _learned;

    /// <summary>
    /// What the present is compared with: the operator's virtual routers, domains and owners of names, and everything learned. A change against it
    /// is a finding.
    /// </summary>
    public FrozenBaseline Baseline { get; private init; } = FrozenBaseline.Empty;

    /// <summary>
    /// This policy and what was learned beside it. What is learned is trusted as if it were listed, but no list of it counts as complete: a
    /// newcomer is told as a change, not as foreign.
    /// </summary>
    public TrustPolicy With(FrozenBaseline learned)
    {
        var sections = learned.Entries.SelectMany(TrustItem.Of).Where(static item => item.Section == "Trust").GroupBy(static item => item.Vlan);
        var settings = new TrustSettings { Vlans = sections.ToDictionary(static vlan => vlan.Key.ToString(CultureInfo.InvariantCulture), ListsOf) };
        // What came from the wire may be no URL or name that a list takes: those entries are compared with, not trusted.
        if (!TryCreate(settings, out var policy, out _))
            policy = Empty;
        return new TrustPolicy(_site, _vlans, _pacHashes) { _learned = policy, Baseline = new FrozenBaseline([.. Baseline.Entries, .. learned.Entries]) };
    }

    /// <summary>Whether a name lies under a domain the operator calls his own.</summary>
    public bool IsUnderOwnDomain(ushort vlan, ReadOnlySpan<byte> name)
    {
        name = PlanText.TrimName(name);
        return IsUnder(_site, name) || (Vlan(vlan) is { } scope && IsUnder(scope, name)) || (_learned?.IsUnderOwnDomain(vlan, name) ?? false);
    }

    private static bool IsUnder(TrustScope scope, ReadOnlySpan<byte> name)
    {
        foreach (var domain in scope.Domains)
        {
            if (PlanText.IsUnder(name, domain))
                return true;
        }
        return false;
    }

    private static TrustLists ListsOf(IEnumerable<TrustItem> items)
    {
        var lists = items.ToLookup(static item => item.Key, static item => item.Text);
        return new TrustLists
        {
            DhcpServers = [.. lists[nameof(TrustLists.DhcpServers)]],
            Resolvers = [.. lists[nameof(TrustLists.Resolvers)]],
            WpadHosts = [.. lists[nameof(TrustLists.WpadHosts)]],
            PacUrls = [.. lists[nameof(TrustLists.PacUrls)]],
            PacHashes = [.. lists[nameof(TrustLists.PacHashes)]],
            Proxies = [.. lists[nameof(TrustLists.Proxies)]],
            Routers = [.. lists[nameof(TrustLists.Routers)]],
            GatewayMacs = [.. lists[nameof(TrustLists.GatewayMacs)]],
            WinsServers = [.. lists[nameof(TrustLists.WinsServers)]],
            Domains = [.. lists[nameof(TrustLists.Domains)]],
        };
    }
}
