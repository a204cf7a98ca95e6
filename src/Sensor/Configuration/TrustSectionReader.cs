using System.Globalization;
using Sensor.Detection.Trust;

namespace Sensor.Configuration;

/// <summary>Reads the section Trust into a policy.</summary>
internal static class TrustSectionReader
{
    private const string Section = "Trust";

    private static readonly string[] ListKeys =
    [
        nameof(TrustLists.HomeNetworks), nameof(TrustLists.DhcpServers), nameof(TrustLists.Resolvers), nameof(TrustLists.WpadHosts),
        nameof(TrustLists.PacUrls), nameof(TrustLists.PacHashes), nameof(TrustLists.Proxies), nameof(TrustLists.Routers),
        nameof(TrustLists.GatewayMacs), nameof(TrustLists.WinsServers), nameof(TrustLists.VirtualRouters),
        nameof(TrustLists.Domains), nameof(TrustLists.NameOwners), nameof(TrustLists.Undecided),
    ];

    private static readonly string[] SiteKeys = [.. ListKeys, nameof(TrustSettings.Vlans)];

    /// <summary>The policy that <paramref name="node"/> describes; the empty one without a node.</summary>
    public static TrustPolicy Read(SettingNode? node)
    {
        if (node is null)
            return TrustPolicy.Empty;
        SettingsBinder.CheckKeys(node, Section, SiteKeys);
        if (node.Members.TrueForAll(member => IsEmpty(member.Value)))
            return TrustPolicy.Empty;
        var settings = Read<TrustSettings>(node, Section) with { Vlans = ReadVlans(node.Find(nameof(TrustSettings.Vlans))) };
        if (TrustPolicy.TryCreate(settings, out var policy, out var errors))
            return policy;
        var error = errors[0];
        var (at, path) = Locate(node, error.Path);
        throw SettingsError.At(at, path, $"\"{error.Value}\" is not {error.Expected}");
    }

    /// <summary>The file that is shipped shows every list, empty: most runs have no more.</summary>
    private static bool IsEmpty(SettingNode value) =>
        value is { Kind: SettingKind.List, Items.Count: 0 } or { Kind: SettingKind.Section, Members.Count: 0 };

    /// <summary>Without reflection, which would cost more than reading a small capture.</summary>
    private static T Read<T>(SettingNode section, string path) where T : TrustLists, new() => new()
    {
        HomeNetworks = List(section, path, nameof(TrustLists.HomeNetworks)),
        DhcpServers = List(section, path, nameof(TrustLists.DhcpServers)),
        Resolvers = List(section, path, nameof(TrustLists.Resolvers)),
        WpadHosts = List(section, path, nameof(TrustLists.WpadHosts)),
        PacUrls = List(section, path, nameof(TrustLists.PacUrls)),
        PacHashes = List(section, path, nameof(TrustLists.PacHashes)),
        Proxies = List(section, path, nameof(TrustLists.Proxies)),
        Routers = List(section, path, nameof(TrustLists.Routers)),
        GatewayMacs = List(section, path, nameof(TrustLists.GatewayMacs)),
        WinsServers = List(section, path, nameof(TrustLists.WinsServers)),
        VirtualRouters = List(section, path, nameof(TrustLists.VirtualRouters)),
        Domains = List(section, path, nameof(TrustLists.Domains)),
        NameOwners = List(section, path, nameof(TrustLists.NameOwners)),
        Undecided = List(section, path, nameof(TrustLists.Undecided)),
    };

    private static string[] List(SettingNode section, string path, string key) =>
        section.Find(key) is { } value ? SettingsBinder.Texts(value, SettingsError.Join(path, key)) : [];

    private static Dictionary<string, TrustLists> ReadVlans(SettingNode? vlans)
    {
        var read = new Dictionary<string, TrustLists>();
        if (vlans is null)
            return read;
        var path = SettingsError.Join(Section, nameof(TrustSettings.Vlans));
        if (vlans.Kind != SettingKind.Section)
            throw SettingsError.Wanted(vlans, path, "a section { … }");
        foreach (var (vlan, lists) in vlans.Members)
        {
            var inner = SettingsError.Join(path, vlan);
            SettingsBinder.CheckKeys(lists, inner, ListKeys);
            read.Add(vlan, Read<TrustLists>(lists, inner));
        }
        return read;
    }

    /// <summary>The node an error's path leads to, which knows its file, and the path as complaints write it: list entries in brackets.</summary>
    private static (SettingNode Node, string Path) Locate(SettingNode trust, string errorPath)
    {
        var (node, path) = (trust, Section);
        foreach (var key in errorPath.Split(':').Skip(1))
        {
            if (node.Kind == SettingKind.Section)
            {
                node = node.Find(key) ?? node;
                path = SettingsError.Join(path, key);
            }
            else
            {
                var index = int.TryParse(key, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
                node = index < node.Items.Count ? node.Items[index] : node;
                path = $"{path}[{key}]";
            }
        }
        return (node, path);
    }
}
