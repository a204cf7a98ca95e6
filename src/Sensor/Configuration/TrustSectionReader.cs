using System.Globalization;
using Sensor.Detection.Trust;

namespace Sensor.Configuration;

/// <summary>Reads the section Trust into a policy.</summary>
internal static class TrustSectionReader
{
    private const string Section = "Trust";

    /// <summary>The policy that <paramref name="node"/> describes; the empty one without a node.</summary>
    public static TrustPolicy Read(SettingNode? node)
    {
        if (node is null or { Kind: SettingKind.Section, Members.Count: 0 })
            return TrustPolicy.Empty;
        var settings = SettingsBinder.Bind<TrustSettings>(node, Section);
        if (TrustPolicy.TryCreate(settings, out var policy, out var errors))
            return policy;
        var error = errors[0];
        var (at, path) = Locate(node, error.Path);
        throw SettingsError.At(at, path, $"\"{error.Value}\" is not {error.Expected}");
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
