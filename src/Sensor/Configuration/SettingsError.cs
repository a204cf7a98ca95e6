using Sensor.Commands;

namespace Sensor.Configuration;

/// <summary>Complaints about the configuration: always the file, the key's path, and what is wrong, in one line.</summary>
internal static class SettingsError
{
    /// <summary>A complaint about the value at <paramref name="path"/>.</summary>
    public static CommandException At(SettingNode node, string path, string complaint) =>
        CommandException.Usage(path.Length == 0 ? $"{node.Source}: {complaint}" : $"{node.Source}: {path}: {complaint}");

    /// <summary>A complaint about a value that is not what the key wants.</summary>
    public static CommandException Wanted(SettingNode node, string path, string wanted) => At(node, path, $"{node.Shown} is not {wanted}");

    /// <summary>A complaint about a key that does not exist.</summary>
    public static CommandException UnknownKey(SettingNode node, string path, string key, IEnumerable<string> known) =>
        At(node, Join(path, key), $"there is no such key{NearestName.Hint(key, known)}");

    /// <summary>The path of <paramref name="key"/> below <paramref name="path"/>.</summary>
    public static string Join(string path, string key) => path.Length == 0 ? key : $"{path}:{key}";
}
