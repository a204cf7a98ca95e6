using Sensor.Core.Wire;

namespace Sensor.Detection.Trust;

/// <summary>The lists of the site or of one VLAN, read.</summary>
internal sealed class TrustScope
{
    /// <summary>The VLAN it holds in; <see cref="Baselines.FrozenBaseline.EveryVlan"/> for the site's.</summary>
    public ushort Vlan { get; init; }

    public List<string> Domains { get; } = [];

    public AddressPrefixes HomeNetworks { get; } = new();

    public AddressPrefixes DhcpServers { get; } = new();

    public HashSet<MacAddress> DhcpServerMacs { get; } = [];

    public AddressPrefixes Resolvers { get; } = new();

    public AddressPrefixes WpadHosts { get; } = new();

    public List<byte[]> PacUrls { get; } = [];

    public AddressPrefixes Proxies { get; } = new();

    public HashSet<string> ProxyNames { get; } = new(StringComparer.OrdinalIgnoreCase);

    public AddressPrefixes Routers { get; } = new();

    public HashSet<MacAddress> RouterMacs { get; } = [];

    public HashSet<MacAddress> GatewayMacs { get; } = [];

    public AddressPrefixes WinsServers { get; } = new();

    public AddressPrefixes Undecided { get; } = new();

    public HashSet<MacAddress> UndecidedMacs { get; } = [];

    public bool HasDhcpServers => !DhcpServers.IsEmpty || DhcpServerMacs.Count > 0;

    public bool HasRouters => !Routers.IsEmpty || RouterMacs.Count > 0;
}
