using System.Globalization;
using System.Text;
using Sensor.Core.Wire;
using Sensor.Detection.Baselines;

namespace Sensor.Detection.Trust;

/// <summary>
/// What the operator trusts. The lists of a VLAN add to those of the site. Empty by default: every question is then answered false, except
/// for home networks.
/// </summary>
public sealed partial class TrustPolicy
{
    private const int MaxVlan = 4094;

    private readonly TrustScope _site;
    private readonly Dictionary<ushort, TrustScope> _vlans;
    private readonly HashSet<string> _pacHashes;
    private readonly AddressPrefixes _home;

    private TrustPolicy(TrustScope site, Dictionary<ushort, TrustScope> vlans, HashSet<string> pacHashes)
    {
        _site = site;
        _vlans = vlans;
        _pacHashes = pacHashes;
        _home = new AddressPrefixes();
        _home.AddAll(site.HomeNetworks);
        foreach (var scope in vlans.Values)
            _home.AddAll(scope.HomeNetworks);
    }

    /// <summary>An empty policy.</summary>
    public static TrustPolicy Empty { get; } = new(new TrustScope(), [], []);

    /// <summary>
    /// Reads the operator's lists. False when any entry cannot be read; <paramref name="errors"/> then names each with its path, and the
    /// policy must not be used.
    /// </summary>
    public static bool TryCreate(TrustSettings settings, out TrustPolicy policy, out IReadOnlyList<TrustError> errors)
    {
        var reader = new TrustReader();
        var site = reader.Read(settings, "Trust");
        var vlans = new Dictionary<ushort, TrustScope>();
        foreach (var (key, lists) in settings.Vlans.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            if (!ushort.TryParse(key, NumberStyles.None, CultureInfo.InvariantCulture, out var vlan) || vlan > MaxVlan)
                reader.Errors.Add(new TrustError($"Trust:Vlans:{key}", key, "a VLAN id from 1 to 4094, or 0 for untagged frames"));
            else
                vlans[vlan] = reader.Read(lists, $"Trust:Vlans:{key}", vlan);
        }
        errors = reader.Errors;
        policy = errors.Count == 0 ? new TrustPolicy(site, vlans, reader.PacHashes) { Baseline = new FrozenBaseline(reader.Listed) } : Empty;
        return errors.Count == 0;
    }

    /// <summary>
    /// Whether the operator listed any DHCP server (for this VLAN or for all), so that one that is not listed is foreign; false for a host that is
    /// left undecided.
    /// </summary>
    public bool KnowsDhcpServers(ushort vlan, IpAddress address = default, MacAddress mac = default) =>
        Any(vlan, static scope => scope.HasDhcpServers) && !IsUndecided(vlan, address, mac);

    /// <summary>The trusted resolvers, of all VLANs, that are single addresses: those can be asked.</summary>
    public IEnumerable<IpAddress> ResolverAddresses => _vlans.Values.Prepend(_site).SelectMany(static scope => scope.Resolvers.Addresses)
        .Concat(_learned?.ResolverAddresses ?? []).Distinct();

    /// <summary>The SHA-256 of proxy configurations that the operator pinned, in hexadecimal.</summary>
    public IReadOnlyCollection<string> PacHashesListed => _pacHashes;

    /// <summary>The domains that are the site's own, of all VLANs, each once.</summary>
    public IEnumerable<string> DomainsListed => _vlans.Values.Prepend(_site).SelectMany(static scope => scope.Domains)
        .Concat(_learned?.DomainsListed ?? []).Distinct(StringComparer.OrdinalIgnoreCase);

    /// <summary>The URLs of proxy configurations that are trusted, of all VLANs, each once: those can be fetched.</summary>
    public IEnumerable<string> PacUrlsListed => _vlans.Values.Prepend(_site).SelectMany(static scope => scope.PacUrls).Select(Encoding.UTF8.GetString)
        .Concat(_learned?.PacUrlsListed ?? []).Distinct(StringComparer.Ordinal);

    /// <summary>
    /// Whether the operator listed any resolver (for this VLAN or for all), so that one that is not listed is foreign; false for a host that is
    /// left undecided.
    /// </summary>
    public bool KnowsResolvers(ushort vlan, IpAddress address = default, MacAddress mac = default) =>
        Any(vlan, static scope => !scope.Resolvers.IsEmpty) && !IsUndecided(vlan, address, mac);

    /// <summary>
    /// Whether the operator listed any WPAD host (for this VLAN or for all), so that one that is not listed is foreign; false for a host that is
    /// left undecided.
    /// </summary>
    public bool KnowsWpadHosts(ushort vlan, IpAddress address = default, MacAddress mac = default) =>
        Any(vlan, static scope => !scope.WpadHosts.IsEmpty) && !IsUndecided(vlan, address, mac);

    /// <summary>
    /// Whether the operator listed any router (for this VLAN or for all), so that one that is not listed is foreign; false for a host that is
    /// left undecided.
    /// </summary>
    public bool KnowsRouters(ushort vlan, IpAddress address = default, MacAddress mac = default) =>
        Any(vlan, static scope => scope.HasRouters) && !IsUndecided(vlan, address, mac);

    /// <summary>
    /// Whether the operator listed any proxy (for this VLAN or for all), so that one that is not listed is foreign; false for a host that is
    /// left undecided.
    /// </summary>
    public bool KnowsProxies(ushort vlan, IpAddress address = default, MacAddress mac = default) =>
        Any(vlan, static scope => !scope.Proxies.IsEmpty || scope.ProxyNames.Count > 0) && !IsUndecided(vlan, address, mac);

    /// <summary>
    /// Whether a host is neither trusted nor foreign, by address or MAC: what is found about it is what would be found without any list.
    /// </summary>
    public bool IsUndecided(ushort vlan, IpAddress address, MacAddress mac) =>
        IsUndecided(_site, address, mac) || (Vlan(vlan) is { } scope && IsUndecided(scope, address, mac));

    /// <summary>Whether a DHCPv4/v6 server is trusted, by address or MAC.</summary>
    public bool IsDhcpServer(ushort vlan, IpAddress address, MacAddress mac) =>
        IsDhcpServer(_site, address, mac) || (Vlan(vlan) is { } scope && IsDhcpServer(scope, address, mac))
        || (_learned?.IsDhcpServer(vlan, address, mac) ?? false);

    /// <summary>Whether a DNS resolver is trusted.</summary>
    public bool IsResolver(ushort vlan, IpAddress address) =>
        _site.Resolvers.Contains(address) || (Vlan(vlan)?.Resolvers.Contains(address) ?? false)
        || (_learned?.IsResolver(vlan, address) ?? false);

    /// <summary>Whether an address is a trusted WPAD host.</summary>
    public bool IsWpadHost(ushort vlan, IpAddress address) =>
        _site.WpadHosts.Contains(address) || (Vlan(vlan)?.WpadHosts.Contains(address) ?? false)
        || (_learned?.IsWpadHost(vlan, address) ?? false);

    /// <summary>Whether a PAC URL is trusted (compared without trailing NUL, CR, LF, space; scheme and host without regard to case).</summary>
    public bool IsPacUrl(ushort vlan, ReadOnlySpan<byte> url)
    {
        url = url.TrimEnd("\0\r\n "u8);
        return Lists(_site.PacUrls, url) || (Vlan(vlan) is { } scope && Lists(scope.PacUrls, url)) || (_learned?.IsPacUrl(vlan, url) ?? false);
    }

    /// <summary>Whether the SHA-256 of a PAC is pinned as trusted.</summary>
    public bool IsPacHash(ReadOnlySpan<byte> sha256) =>
        (_pacHashes.Count > 0 && _pacHashes.Contains(Convert.ToHexString(sha256))) || (_learned?.IsPacHash(sha256) ?? false);

    /// <summary>Whether a proxy is trusted, by address.</summary>
    public bool IsProxy(ushort vlan, IpAddress address) =>
        _site.Proxies.Contains(address) || (Vlan(vlan)?.Proxies.Contains(address) ?? false)
        || (_learned?.IsProxy(vlan, address) ?? false);

    /// <summary>Whether a proxy is trusted, by host name.</summary>
    public bool IsProxyName(ushort vlan, ReadOnlySpan<byte> name)
    {
        if (_site.ProxyNames.Count == 0 && Vlan(vlan) is not { ProxyNames.Count: > 0 })
            return false;
        var text = Encoding.Latin1.GetString(name);
        return _site.ProxyNames.Contains(text) || (Vlan(vlan)?.ProxyNames.Contains(text) ?? false);
    }

    /// <summary>Whether a router is trusted, by address or MAC (gateway MACs are routers' too).</summary>
    public bool IsRouter(ushort vlan, IpAddress address, MacAddress mac) =>
        IsRouter(_site, address, mac) || (Vlan(vlan) is { } scope && IsRouter(scope, address, mac))
        || (_learned?.IsRouter(vlan, address, mac) ?? false);

    /// <summary>Whether a MAC is a trusted gateway MAC.</summary>
    public bool IsGatewayMac(ushort vlan, MacAddress mac) =>
        _site.GatewayMacs.Contains(mac) || (Vlan(vlan)?.GatewayMacs.Contains(mac) ?? false)
        || (_learned?.IsGatewayMac(vlan, mac) ?? false);

    /// <summary>Whether a WINS server is trusted.</summary>
    public bool IsWinsServer(ushort vlan, IpAddress address) =>
        _site.WinsServers.Contains(address) || (Vlan(vlan)?.WinsServers.Contains(address) ?? false)
        || (_learned?.IsWinsServer(vlan, address) ?? false);

    /// <summary>Whether an address is inside the home networks; by default RFC 1918, fc00::/7, link-local and loopback.</summary>
    public bool IsHome(IpAddress address)
    {
        if (address.IsLinkLocal || address.IsLoopback)
            return true;
        return _home.IsEmpty ? address.IsPrivate : _home.Contains(address);
    }

    private static bool IsDhcpServer(TrustScope scope, IpAddress address, MacAddress mac) =>
        scope.DhcpServers.Contains(address) || scope.DhcpServerMacs.Contains(mac);

    private static bool IsUndecided(TrustScope scope, IpAddress address, MacAddress mac) =>
        (address != default && scope.Undecided.Contains(address)) || (!mac.IsNone && scope.UndecidedMacs.Contains(mac));

    private static bool IsRouter(TrustScope scope, IpAddress address, MacAddress mac) =>
        scope.Routers.Contains(address) || scope.RouterMacs.Contains(mac) || scope.GatewayMacs.Contains(mac);

    private static bool Lists(List<byte[]> urls, ReadOnlySpan<byte> url)
    {
        foreach (var trusted in urls)
        {
            if (SameUrl(trusted, url))
                return true;
        }
        return false;
    }

    private static bool SameUrl(ReadOnlySpan<byte> trusted, ReadOnlySpan<byte> url)
    {
        if (trusted.Length != url.Length)
            return false;
        var authority = trusted.IndexOf("://"u8) + 3;
        var path = trusted[authority..].IndexOf((byte)'/');
        var caseless = path < 0 ? trusted.Length : authority + path;
        return Ascii.EqualsIgnoreCase(trusted[..caseless], url[..caseless]) && trusted[caseless..].SequenceEqual(url[caseless..]);
    }

    private bool Any(ushort vlan, Func<TrustScope, bool> has) => has(_site) || (Vlan(vlan) is { } scope && has(scope));

    private TrustScope? Vlan(ushort vlan) => _vlans.Count == 0 ? null : _vlans.GetValueOrDefault(vlan);
}
