namespace Sensor.Configuration;

/// <summary>One difference between two configurations.</summary>
/// <param name="Key">The key's path: "Alerts:MinimumSeverity".</param>
/// <param name="Old">What it was, as it may be shown; null: not written, the default held.</param>
/// <param name="New">What it is; null: not written any more.</param>
internal sealed record SettingChange(string Key, string? Old, string? New)
{
    /// <summary>The outermost section.</summary>
    public string Section => Key.Split(':')[0];

    /// <inheritdoc/>
    public override string ToString() => Old is not null && Old == New
        ? $"{Key} changed (not shown)" : $"{Key} {Old ?? "(default)"} → {New ?? "(default)"}";
}

/// <summary>
/// The values of a configuration by their paths. What may hold a secret is compared, but never shown: a webhook's address often is one.
/// </summary>
internal sealed class SettingValues
{
    private static readonly string[] SecretEndings = ["Secret", "Password", "PassPhrase", "Token", "ApiKey"];

    private readonly Dictionary<string, (string Value, string Shown)> _values = new(StringComparer.OrdinalIgnoreCase);

    private SettingValues()
    {
    }

    /// <summary>A configuration in which nothing is written.</summary>
    public static SettingValues None { get; } = new();

    /// <summary>The values below <paramref name="root"/>.</summary>
    public static SettingValues Of(SettingNode root)
    {
        var values = new SettingValues();
        values.Add("", "", root);
        return values;
    }

    /// <summary>What differs, in the order of the keys.</summary>
    public static IReadOnlyList<SettingChange> Changes(SettingValues old, SettingValues now)
    {
        var changes = new List<SettingChange>();
        foreach (var key in old._values.Keys.Union(now._values.Keys, StringComparer.OrdinalIgnoreCase).Order(StringComparer.OrdinalIgnoreCase))
        {
            var (before, after) = (old.Find(key), now.Find(key));
            if (before?.Value != after?.Value)
                changes.Add(new SettingChange(key, before?.Shown, after?.Shown));
        }
        return changes;
    }

    private (string Value, string Shown)? Find(string key) => _values.TryGetValue(key, out var value) ? value : null;

    private void Add(string path, string key, SettingNode node)
    {
        switch (node.Kind)
        {
            case SettingKind.Section:
                foreach (var (name, inner) in node.Members)
                    Add(SettingsError.Join(path, name), name, inner);
                break;
            case SettingKind.List when node.Items.Exists(static item => item.Kind is SettingKind.Section or SettingKind.List):
                for (var i = 0; i < node.Items.Count; i++)
                    Add($"{path}[{NameOf(node.Items[i]) ?? i.ToString(System.Globalization.CultureInfo.InvariantCulture)}]", key, node.Items[i]);
                break;
            default:
                var value = TextOf(node);
                // An empty list says what not writing it says.
                if (value != "[]")
                    _values[path] = (value, Shown(key, value));
                break;
        }
    }

    /// <summary>A target is known by its name, so that putting another before it does not change it.</summary>
    private static string? NameOf(SettingNode item) => item.Kind == SettingKind.Section ? item.Find("Name")?.Text : null;

    private static string TextOf(SettingNode node)
    {
        var own = node.Kind == SettingKind.List ? $"[{string.Join(", ", node.Items.Select(static item => item.Text))}]" : node.Text;
        return node.Before is { } before ? $"{TextOf(before)}, {own}" : own;
    }

    private static string Shown(string key, string value)
    {
        if (Array.Exists(SecretEndings, ending => key.EndsWith(ending, StringComparison.OrdinalIgnoreCase)))
            return "(not shown)";
        if (!key.EndsWith("Url", StringComparison.OrdinalIgnoreCase))
            return value;
        return Uri.TryCreate(value, UriKind.Absolute, out var url) ? $"{url.Scheme}://{url.Host}/…" : "(not shown)";
    }
}
