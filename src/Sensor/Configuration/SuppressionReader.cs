using System.Collections.Immutable;
using System.Globalization;
using Sensor.Core.Wire;
using Sensor.Detection.Detectors;
using Sensor.Output.Delivery.Routing;

namespace Sensor.Configuration;

/// <summary>Reads "Alerts:Suppressions".</summary>
internal static class SuppressionReader
{
    private const string Detectors = nameof(Suppression.Detectors), Suspects = nameof(Suppression.Suspects),
        Victims = nameof(Suppression.Victims), Networks = nameof(Suppression.Networks), Vlans = nameof(Suppression.Vlans),
        Until = "Until", Reason = nameof(Suppression.Reason);

    /// <summary>More than anybody can look after; each is tried on every alert.</summary>
    private const int Most = 1000;

    private static readonly string[] Keys = [Detectors, Suspects, Victims, Networks, Vlans, Until, Reason];

    private static readonly string[] DateFormats = ["yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mmK"];

    /// <summary>The suppressions of <paramref name="list"/>.</summary>
    public static ImmutableArray<Suppression> Read(SettingNode? list, string path)
    {
        if (list is null or { Kind: SettingKind.List, Items.Count: 0 })
            return [];
        if (list.Kind != SettingKind.List)
            throw SettingsError.Wanted(list, path, "a list: write [ { … }, { … } ]");
        if (list.Items.Count > Most)
            throw SettingsError.At(list, path, $"more than {Most} suppressions");
        return [.. list.Items.Select((item, index) => Entry(item, string.Create(CultureInfo.InvariantCulture, $"{path}[{index}]")))];
    }

    private static Suppression Entry(SettingNode node, string path)
    {
        SettingsBinder.CheckKeys(node, path, Keys);
        var reason = node.Find(Reason) is { } why ? SettingsBinder.Text(why, $"{path}:{Reason}").Trim() : "";
        if (reason.Length == 0)
            throw SettingsError.At(node, $"{path}:{Reason}", "say why: in a year nobody will know");
        var until = node.Find(Until) ?? throw SettingsError.At(node, $"{path}:{Until}", "say until when: a date such as 2027-01-31, or \"never\"");
        var suppression = new Suppression
        {
            Detectors = [.. Texts(node, path, Detectors).Select((id, index) => DetectorId(node, id, $"{path}:{Detectors}[{index}]"))],
            Suspects = Hosts(node, path, Suspects),
            Victims = Hosts(node, path, Victims),
            Networks = Hosts(node, path, Networks, withMacs: false),
            Vlans = VlanIds(node.Find(Vlans), $"{path}:{Vlans}"),
            UntilNs = Instant(until, $"{path}:{Until}"),
            Reason = reason,
        };
        return suppression.IsEmpty
            ? throw SettingsError.At(node, path, $"names nothing, so it would silence everything: give {string.Join(", ", Keys[..5])} or several of them")
            : suppression;
    }

    private static string[] Texts(SettingNode section, string path, string key) =>
        section.Find(key) is { } value ? SettingsBinder.Texts(value, $"{path}:{key}") : [];

    private static string DetectorId(SettingNode node, string id, string path)
    {
        var known = DetectorCatalog.All.Select(entry => entry.Info.Id).ToList();
        return known.Find(name => name.Equals(id, StringComparison.OrdinalIgnoreCase))
            ?? throw SettingsError.At(node, path, $"there is no detector \"{id}\"{Commands.NearestName.Hint(id, known)}");
    }

    private static HostPattern Hosts(SettingNode section, string path, string key, bool withMacs = true)
    {
        var pattern = new HostPattern();
        var texts = Texts(section, path, key);
        for (var i = 0; i < texts.Length; i++)
        {
            if (withMacs && MacAddress.TryParse(texts[i], out var mac))
                pattern.Add(mac);
            else if (!pattern.TryAdd(texts[i]))
                throw SettingsError.At(section, $"{path}:{key}[{i}]", $"\"{texts[i]}\" is not an address{(withMacs ? ", a network or a MAC" : " or a network")}");
        }
        return pattern;
    }

    private static ImmutableArray<ushort> VlanIds(SettingNode? list, string path)
    {
        if (list is null)
            return [];
        IEnumerable<string> texts = list.Kind switch
        {
            SettingKind.List => list.Items.Select(item => item.Text),
            SettingKind.Number or SettingKind.Word => list.Text.Split(','),
            _ => throw SettingsError.Wanted(list, path, "a list of VLAN numbers: write [ 20, 30 ]"),
        };
        return [.. texts.Select((text, index) =>
            ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var vlan) && vlan is > 0 and < 4095
                ? vlan
                : throw SettingsError.At(list, $"{path}[{index}]", $"\"{text}\" is not a VLAN number from 1 to 4094"))];
    }

    /// <summary>A date holds to the end of its day, UTC; an instant must name its zone, so that nobody has to guess.</summary>
    private static long? Instant(SettingNode node, string path)
    {
        var text = node.Text.Trim();
        if (text.Equals("never", StringComparison.OrdinalIgnoreCase))
            return null;
        if (DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date) && date.Year is > 1970 and < 2262)
            return Nanoseconds(new DateTimeOffset(date.AddDays(1), TimeOnly.MinValue, TimeSpan.Zero));
        var hasZone = text.EndsWith('Z') || (text.Length > 16 && text[^6] is '+' or '-' && text[^3] == ':');
        if (hasZone && DateTimeOffset.TryParseExact(text, DateFormats, CultureInfo.InvariantCulture, DateTimeStyles.None, out var instant)
            && instant.UtcDateTime.Year is >= 1970 and < 2262)
            return Nanoseconds(instant);
        throw SettingsError.Wanted(node, path, "a date such as 2027-01-31, an instant such as 2027-01-31T18:00:00Z, or \"never\"");
    }

    private static long Nanoseconds(DateTimeOffset instant) => (instant.UtcTicks - DateTime.UnixEpoch.Ticks) * 100;
}
