using Sensor.Core.Wire;

namespace Sensor.Detection.Baselines;

/// <summary>A value that something learned gives to a list of the configuration.</summary>
/// <param name="Section">"Trust" or "Updates".</param>
/// <param name="Key">The list's key.</param>
/// <param name="Vlan">The VLAN id; 0 when untagged.</param>
/// <param name="Text">The value.</param>
/// <param name="What">What the entry says of it, for people.</param>
/// <param name="Entry">The entry.</param>
public sealed record TrustItem(string Section, string Key, ushort Vlan, string Text, string What, LearnedEntry Entry)
{
    private const string Trust = "Trust", Updates = "Updates";

    /// <summary>The values that <paramref name="entry"/> gives to lists; none where no list takes such.</summary>
    public static IEnumerable<TrustItem> Of(LearnedEntry entry) => entry.Kind switch
    {
        BaselineKind.DhcpServer => Both(entry, "DhcpServers", "DHCP server"),
        BaselineKind.DhcpWpad => IsUrl(entry.Value) ? [Item(entry, Trust, "PacUrls", entry.Value, $"option 252 of {entry.Key}")] : [],
        BaselineKind.DhcpRouter => [Item(entry, Trust, "Routers", entry.Value, $"router by DHCP of {entry.Key}")],
        BaselineKind.DhcpDns => [Item(entry, Trust, "Resolvers", entry.Value, $"resolver by DHCP of {entry.Key}")],
        BaselineKind.DhcpDomain => IsHostName(entry.Value) ? [Item(entry, Trust, "Domains", entry.Value, $"domain by DHCP of {entry.Key}")] : [],
        BaselineKind.DhcpWins => [Item(entry, Trust, "WinsServers", entry.Value, $"WINS by DHCP of {entry.Key}")],
        BaselineKind.Resolver => [Item(entry, Trust, "Resolvers", entry.Key, "answers DNS")],
        BaselineKind.WpadAnswer => IsPlace(entry.Value) ? [Item(entry, Trust, "WpadHosts", entry.Value, $"answered for {entry.Key}")] : [],
        BaselineKind.PacServer => [Item(entry, Trust, "WpadHosts", entry.Value, $"serves {entry.Key}")],
        BaselineKind.Pac => [Item(entry, Trust, "PacHashes", entry.Value, entry.Key)],
        BaselineKind.Proxy => [Item(entry, Trust, "Proxies", entry.Key, "used as a proxy")],
        BaselineKind.RouterAdvert => Both(entry, "Routers", "advertises itself as router"),
        BaselineKind.RouterAdvertDns => [Item(entry, Trust, "Resolvers", entry.Value, $"resolver advertised by {entry.Key}")],
        BaselineKind.Gateway =>
        [
            Item(entry, Trust, "Routers", entry.Key, "gateway"), Item(entry, Trust, "GatewayMacs", entry.Value, $"MAC of the gateway {entry.Key}"),
        ],
        BaselineKind.VirtualRouter => [Item(entry, Trust, "VirtualRouters", entry.Value, $"virtual router at {entry.Key}")],
        BaselineKind.NameOwner => entry.Value.Length > 0 && !entry.Key.Contains('=') ? [Item(entry, Trust, "NameOwners", $"{entry.Key}={entry.Value}", "owner of a name")] : [],
        BaselineKind.Wins => [Item(entry, Trust, "WinsServers", entry.Key, "answers NetBIOS names of others")],
        BaselineKind.Wsus =>
        [
            Item(entry, Updates, "WsusServers", entry.Key, "answers as WSUS"),
            .. IsHostName(entry.Value) ? [Item(entry, Updates, "WsusServers", entry.Value, $"name of {entry.Key}")] : Array.Empty<TrustItem>(),
        ],
        BaselineKind.UpdateIssuer => !entry.Key.Contains('=') ? [Item(entry, Updates, "Issuers", $"{entry.Key}={entry.Value}", "signs for its update hosts")] : [],
        BaselineKind.UpdateCache => [Item(entry, Updates, "Caches", entry.Key, $"answers for {entry.Value}")],
        _ => [],
    };

    /// <summary>Whether the value is an address or a MAC.</summary>
    public bool IsHost => IpAddress.TryParse(Text, out _) || MacAddress.TryParse(Text, out _);

    private static TrustItem[] Both(LearnedEntry entry, string key, string what) => MacAddress.TryParse(entry.Value, out _)
        ? [Item(entry, Trust, key, entry.Key, what), Item(entry, Trust, key, entry.Value, $"MAC of {entry.Key}")]
        : [Item(entry, Trust, key, entry.Key, what)];

    private static TrustItem Item(LearnedEntry entry, string section, string key, string text, string what) =>
        new(section, key, entry.Vlan, text, what, entry);

    private static bool IsUrl(string text) => Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" && !text.Contains('\\');

    private static bool IsHostName(string text) =>
        Uri.CheckHostName(text) == UriHostNameType.Dns && !text.All(static c => char.IsAsciiDigit(c) || c == '.');

    private static bool IsPlace(string text) => IpAddress.TryParse(text, out var address) && !address.IsUnspecified && !address.IsLoopback;
}
