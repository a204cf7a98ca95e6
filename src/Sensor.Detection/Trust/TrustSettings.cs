namespace Sensor.Detection.Trust;

/// <summary>
/// The lists of the operator as they are written in the configuration; every entry is text and is read by <see cref="TrustPolicy.TryCreate"/>.
/// Addresses may be single or with a prefix length ("10.1.0.0/16").
/// </summary>
public record TrustLists
{
    /// <summary>Networks that are inside: addresses with or without a prefix length. Given, they replace the private address space.</summary>
    public IReadOnlyList<string> HomeNetworks { get; init; } = [];

    /// <summary>DHCPv4 and DHCPv6 servers: addresses or MACs.</summary>
    public IReadOnlyList<string> DhcpServers { get; init; } = [];

    /// <summary>DNS resolvers: addresses.</summary>
    public IReadOnlyList<string> Resolvers { get; init; } = [];

    /// <summary>Hosts that may be answered for `wpad`: addresses.</summary>
    public IReadOnlyList<string> WpadHosts { get; init; } = [];

    /// <summary>URLs a PAC may come from: http or https.</summary>
    public IReadOnlyList<string> PacUrls { get; init; } = [];

    /// <summary>SHA-256 of PAC files that are known, 64 hexadecimal digits.</summary>
    public IReadOnlyList<string> PacHashes { get; init; } = [];

    /// <summary>Proxies: addresses or host names, with or without a port.</summary>
    public IReadOnlyList<string> Proxies { get; init; } = [];

    /// <summary>Routers: addresses or MACs.</summary>
    public IReadOnlyList<string> Routers { get; init; } = [];

    /// <summary>MACs the default gateway may have.</summary>
    public IReadOnlyList<string> GatewayMacs { get; init; } = [];

    /// <summary>WINS servers: addresses.</summary>
    public IReadOnlyList<string> WinsServers { get; init; } = [];

    /// <summary>Virtual MACs of VRRP, CARP, HSRP and GLBP groups; their last octets number the group.</summary>
    public IReadOnlyList<string> VirtualRouters { get; init; } = [];

    /// <summary>Domains that DHCP hands out, and under which the site's names lie.</summary>
    public IReadOnlyList<string> Domains { get; init; } = [];

    /// <summary>Who owns a name of LLMNR, mDNS or NetBIOS: "name=MAC".</summary>
    public IReadOnlyList<string> NameOwners { get; init; } = [];

    /// <summary>
    /// Hosts that are not trusted and yet not foreign for being on none of the other lists: addresses or MACs. `sensor learn` writes here what
    /// something speaks against.
    /// </summary>
    public IReadOnlyList<string> Undecided { get; init; } = [];
}

/// <summary>The section "Trust" of the configuration: lists for the whole site, and lists that hold in one VLAN only, in addition.</summary>
public sealed record TrustSettings : TrustLists
{
    /// <summary>Further lists by VLAN id (1 to 4094, 0 for untagged frames; as text: it is a key). They add to those of the site.</summary>
    public IReadOnlyDictionary<string, TrustLists> Vlans { get; init; } = new Dictionary<string, TrustLists>();
}

/// <summary>An entry nobody can read.</summary>
/// <param name="Path">The key's path as configurations write it, e.g. "Trust:Vlans:20:Resolvers:0".</param>
/// <param name="Value">The value as given.</param>
/// <param name="Expected">What was expected, e.g. "an IP address or network".</param>
public sealed record TrustError(string Path, string Value, string Expected)
{
    /// <summary>One line for people.</summary>
    public override string ToString() => $"{Path}: \"{Names.WireText.Printable(Value)}\" is not {Expected}";
}
