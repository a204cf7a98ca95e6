using System.Globalization;
using Sensor.Detection.Updates;

namespace Sensor.Configuration;

/// <summary>Reads the section Updates into a policy.</summary>
internal static class UpdateSectionReader
{
    private const string Section = "Updates";

    private static readonly string[] Keys =
    [
        nameof(UpdateSettings.Catalog), nameof(UpdateSettings.WsusServers), nameof(UpdateSettings.Caches), nameof(UpdateSettings.InspectionIssuers),
        nameof(UpdateSettings.Issuers),
    ];

    private static readonly string[] EntryKeys =
    [
        nameof(UpdateCatalogEntry.Vendor), nameof(UpdateCatalogEntry.Product), nameof(UpdateCatalogEntry.Kind), nameof(UpdateCatalogEntry.Hosts),
        nameof(UpdateCatalogEntry.Schemes), nameof(UpdateCatalogEntry.Issuers), nameof(UpdateCatalogEntry.Content),
    ];

    /// <summary>The policy that <paramref name="node"/> describes; the built-in one without a node.</summary>
    public static UpdatePolicy Read(SettingNode? node)
    {
        if (node is null)
            return UpdatePolicy.Default;
        SettingsBinder.CheckKeys(node, Section, Keys);
        if (node.Members.TrueForAll(static member => member.Value is { Kind: SettingKind.List, Items.Count: 0 }))
            return UpdatePolicy.Default;
        var settings = new UpdateSettings
        {
            Catalog = Entries(node.Find(nameof(UpdateSettings.Catalog))),
            WsusServers = List(node, Section, nameof(UpdateSettings.WsusServers), []),
            Caches = List(node, Section, nameof(UpdateSettings.Caches), []),
            InspectionIssuers = List(node, Section, nameof(UpdateSettings.InspectionIssuers), []),
            Issuers = List(node, Section, nameof(UpdateSettings.Issuers), []),
        };
        if (UpdatePolicy.TryCreate(settings, out var policy, out var errors))
            return policy;
        var error = errors[0];
        throw SettingsError.At(node, Bracketed(error.Path), $"\"{error.Value}\" is not {error.Expected}");
    }

    private static UpdateCatalogEntry[] Entries(SettingNode? list)
    {
        var path = SettingsError.Join(Section, nameof(UpdateSettings.Catalog));
        if (list is null)
            return [];
        if (list.Kind != SettingKind.List)
            throw SettingsError.Wanted(list, path, "a list: write [ { … }, { … } ]");
        return [.. list.Items.Select((item, index) => Entry(item, string.Create(CultureInfo.InvariantCulture, $"{path}[{index}]")))];
    }

    private static UpdateCatalogEntry Entry(SettingNode node, string path)
    {
        SettingsBinder.CheckKeys(node, path, EntryKeys);
        var defaults = new UpdateCatalogEntry();
        return new UpdateCatalogEntry
        {
            Vendor = Text(node, path, nameof(UpdateCatalogEntry.Vendor), ""),
            Product = Text(node, path, nameof(UpdateCatalogEntry.Product), ""),
            Kind = Text(node, path, nameof(UpdateCatalogEntry.Kind), defaults.Kind),
            Hosts = List(node, path, nameof(UpdateCatalogEntry.Hosts), []),
            Schemes = List(node, path, nameof(UpdateCatalogEntry.Schemes), [.. defaults.Schemes]),
            Issuers = List(node, path, nameof(UpdateCatalogEntry.Issuers), []),
            Content = List(node, path, nameof(UpdateCatalogEntry.Content), []),
        };
    }

    private static string Text(SettingNode section, string path, string key, string otherwise) => section.Find(key) switch
    {
        null => otherwise,
        { Kind: SettingKind.Text or SettingKind.Word } value => value.Text,
        var value => throw SettingsError.Wanted(value, SettingsError.Join(path, key), "a text"),
    };

    private static string[] List(SettingNode section, string path, string key, string[] otherwise) =>
        section.Find(key) is { } value ? SettingsBinder.Texts(value, SettingsError.Join(path, key)) : otherwise;

    /// <summary>List places as complaints write them: "Updates:Catalog:0:Hosts:1" becomes "Updates:Catalog[0]:Hosts[1]".</summary>
    private static string Bracketed(string path) => string.Concat(path.Split(':').Select(
        static (key, at) => at == 0 ? key : int.TryParse(key, NumberStyles.None, CultureInfo.InvariantCulture, out _) ? $"[{key}]" : ":" + key));
}
