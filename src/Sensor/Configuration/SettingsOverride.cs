using System.Globalization;
using System.Text;
using Sensor.Commands;

namespace Sensor.Configuration;

/// <summary>Puts "Key:Path=value" of the command line over what the files say. A value that begins with [ or { is read as JSON.
/// Of several values for one key the last counts; for a key that takes a list they add up, so that each entry can have its own --set. Either
/// way what the file says is replaced.</summary>
internal static class SettingsOverride
{
    private const string Source = "--set";

    /// <summary>Applies one override to <paramref name="root"/>.</summary>
    public static void Apply(SettingNode root, string assignment)
    {
        var equals = assignment.IndexOf('=', StringComparison.Ordinal);
        var keys = equals < 0 ? [] : assignment[..equals].Trim().Split(':');
        if (keys.Length == 0 || Array.Exists(keys, string.IsNullOrWhiteSpace))
            throw CommandException.Usage($"--set takes Key:Path=value, not \"{assignment}\"", "For example: --set Alerts:MinimumSeverity=high");
        var value = Value(assignment[(equals + 1)..].Trim());
        var section = root;
        for (var i = 0; i < keys.Length - 1; i++)
        {
            var inner = section.Find(keys[i]);
            if (inner is { Kind: SettingKind.List } && i == keys.Length - 2)
            {
                PutItem(inner, keys[^1], value, string.Join(':', keys[..^1]));
                return;
            }
            if (inner is not { Kind: SettingKind.Section })
                section.Put(keys[i], inner = new SettingNode(Source, SettingKind.Section));
            section = inner;
        }
        if (section.Find(keys[^1]) is { Source: Source } before)
            value.Before = before;
        section.Put(keys[^1], value);
    }

    private static SettingNode Value(string text)
    {
        // "[::1]:9117" is an address, no list.
        if (text is not ['[' or '{', ..] or ['[', ':', ..])
            return new SettingNode(Source, SettingKind.Word, text);
        var wrapped = SettingsFile.Parse(Encoding.UTF8.GetBytes($"{{\"value\":{text}}}"), Source);
        return wrapped.Members[0].Value;
    }

    private static void PutItem(SettingNode list, string key, SettingNode value, string path)
    {
        if (!int.TryParse(key, NumberStyles.None, CultureInfo.InvariantCulture, out var index) || index > list.Items.Count)
            throw SettingsError.At(value, SettingsError.Join(path, key), $"the list has {list.Items.Count} entries; name one of them, or the next");
        if (index == list.Items.Count)
            list.Items.Add(value);
        else
            list.Items[index] = value;
    }
}
