using System.Globalization;
using System.Text;
using Sensor.Core.Wire;
using Sensor.Detection.Baselines;

namespace Sensor.Detection.Trust;

/// <summary>Reads the operator's lists entry by entry and notes every entry that cannot be read, with its path.</summary>
internal sealed class TrustReader
{
    private const string AnAddress = "an IP address or network";
    private const int HashOctets = 32;

    public List<TrustError> Errors { get; } = [];

    /// <summary>What the lists say that is compared with the present rather than asked for.</summary>
    public List<LearnedEntry> Listed { get; } = [];

    public HashSet<string> PacHashes { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Reads one set of lists below <paramref name="path"/>.</summary>
    public TrustScope Read(TrustLists lists, string path, ushort vlan = FrozenBaseline.EveryVlan)
    {
        var scope = new TrustScope { Vlan = vlan };
        Each(lists.HomeNetworks, path, "HomeNetworks", AnAddress, scope.HomeNetworks.TryAdd);
        Each(lists.DhcpServers, path, "DhcpServers", "an IP address, network or MAC", text => AddressOrMac(text, scope.DhcpServers, scope.DhcpServerMacs));
        Each(lists.Resolvers, path, "Resolvers", AnAddress, scope.Resolvers.TryAdd);
        Each(lists.WpadHosts, path, "WpadHosts", AnAddress, scope.WpadHosts.TryAdd);
        Each(lists.PacUrls, path, "PacUrls", "an http or https URL", text => Url(text, scope.PacUrls));
        Each(lists.PacHashes, path, "PacHashes", "a SHA-256 of 64 hexadecimal digits", Hash);
        Each(lists.Proxies, path, "Proxies", "an IP address, network or host name, with or without a port", text => Proxy(text, scope));
        Each(lists.Routers, path, "Routers", "an IP address, network or MAC", text => AddressOrMac(text, scope.Routers, scope.RouterMacs));
        Each(lists.GatewayMacs, path, "GatewayMacs", "a MAC such as 00:11:22:33:44:55", text => Mac(text, scope.GatewayMacs));
        Each(lists.WinsServers, path, "WinsServers", AnAddress, scope.WinsServers.TryAdd);
        Each(lists.VirtualRouters, path, "VirtualRouters", "a virtual router's MAC such as 00:00:5e:00:01:0a", text => VirtualRouter(text, vlan));
        Each(lists.Domains, path, "Domains", "a domain name", text => Domain(text, scope));
        Each(lists.NameOwners, path, "NameOwners", "name=MAC", text => NameOwner(text, vlan));
        Each(lists.Undecided, path, "Undecided", "an IP address, network or MAC", text => AddressOrMac(text, scope.Undecided, scope.UndecidedMacs));
        return scope;
    }

    private void Each(IReadOnlyList<string> values, string path, string key, string expected, Func<string, bool> read)
    {
        for (var i = 0; i < values.Count; i++)
        {
            var value = values[i] ?? "";
            if (!read(value.Trim()))
                Errors.Add(new TrustError(string.Create(CultureInfo.InvariantCulture, $"{path}:{key}:{i}"), value, expected));
        }
    }

    private static bool Mac(string text, HashSet<MacAddress> into) =>
        MacAddress.TryParse(text, out var mac) && !mac.IsNone && !mac.IsGroup && (into.Add(mac) || true);

    private static bool AddressOrMac(string text, AddressPrefixes addresses, HashSet<MacAddress> macs) =>
        addresses.TryAdd(text) || Mac(text, macs);

    private static bool Url(string text, List<byte[]> into)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https"))
            return false;
        into.Add(Encoding.UTF8.GetBytes(text));
        return true;
    }

    private bool VirtualRouter(string text, ushort vlan)
    {
        if (!MacAddress.TryParse(text, out var mac) || !mac.IsVirtualRouter)
            return false;
        Listed.Add(LearnedEntry.OfList(BaselineKind.VirtualRouter, vlan, "", mac.ToString()));
        return true;
    }

    private bool Domain(string text, TrustScope scope)
    {
        var name = text.Trim('.').ToLowerInvariant();
        if (Uri.CheckHostName(name) != UriHostNameType.Dns)
            return false;
        scope.Domains.Add(name);
        Listed.Add(LearnedEntry.OfList(BaselineKind.DhcpDomain, scope.Vlan, "", name));
        return true;
    }

    private bool NameOwner(string text, ushort vlan)
    {
        var equals = text.LastIndexOf('=');
        if (equals <= 0 || !MacAddress.TryParse(text.AsSpan(equals + 1).Trim(), out var mac))
            return false;
        Listed.Add(LearnedEntry.OfList(BaselineKind.NameOwner, vlan, text[..equals].Trim().ToLowerInvariant(), mac.ToString()));
        return true;
    }

    private bool Hash(string text)
    {
        if (text.Length != HashOctets * 2 || !text.All(char.IsAsciiHexDigit))
            return false;
        PacHashes.Add(text);
        return true;
    }

    private static bool Proxy(string text, TrustScope scope)
    {
        if (scope.Proxies.TryAdd(text))
            return true;
        var host = WithoutPort(text);
        if (host is null)
            return false;
        if (scope.Proxies.TryAdd(host))
            return true;
        if (Uri.CheckHostName(host) != UriHostNameType.Dns || host.All(c => char.IsAsciiDigit(c) || c == '.'))
            return false;
        scope.ProxyNames.Add(host.TrimEnd('.'));
        return true;
    }

    // "host:port" and "[v6]:port"; the port is not looked at later: a proxy is trusted as a host.
    private static string? WithoutPort(string text)
    {
        var colon = text.LastIndexOf(':');
        if (colon < 0)
            return text;
        if (!ushort.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out _))
            return null;
        var host = text[..colon];
        return host.StartsWith('[') && host.EndsWith(']') ? host[1..^1] : host;
    }
}
