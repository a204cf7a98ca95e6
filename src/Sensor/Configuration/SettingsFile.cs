using System.Text.Json;
using Sensor.Commands;

namespace Sensor.Configuration;

/// <summary>Reads a configuration file: JSON with comments and trailing commas, and nothing else that is not JSON.</summary>
internal static class SettingsFile
{
    private const long LargestFile = 16 * 1024 * 1024;

    private static readonly JsonDocumentOptions Options = new()
    {
        CommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
        MaxDepth = 16,
    };

    /// <summary>Reads <paramref name="path"/>.</summary>
    public static SettingNode Read(string path)
    {
        var octets = ReadOctets(path);
        var json = octets.AsMemory();
        if (json.Span.StartsWith("\uFEFF"u8))
            json = json[3..];
        return Parse(json, path);
    }

    /// <summary>Reads JSON that came from <paramref name="source"/>.</summary>
    public static SettingNode Parse(ReadOnlyMemory<byte> json, string source)
    {
        try
        {
            using var document = JsonDocument.Parse(json, Options);
            var root = Convert(document.RootElement, source, "");
            return root.Kind == SettingKind.Section ? root : throw SettingsError.At(root, "", "the outermost value must be a section { … }");
        }
        catch (JsonException wrong)
        {
            throw CommandException.Usage($"{source}:{wrong.LineNumber + 1}:{wrong.BytePositionInLine + 1}: not valid JSON: {Reason(wrong)}");
        }
    }

    /// <summary>Converts a JSON value, refusing keys that are given twice.</summary>
    internal static SettingNode Convert(JsonElement element, string source, string path)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                var section = new SettingNode(source, SettingKind.Section);
                foreach (var member in element.EnumerateObject())
                {
                    var inner = SettingsError.Join(path, member.Name);
                    if (section.Find(member.Name) is not null)
                        throw SettingsError.At(section, inner, "the key is given twice");
                    section.Put(member.Name, Convert(member.Value, source, inner));
                }
                return section;
            case JsonValueKind.Array:
                var list = new SettingNode(source, SettingKind.List);
                foreach (var item in element.EnumerateArray())
                    list.Items.Add(Convert(item, source, $"{path}[{list.Items.Count}]"));
                return list;
            case JsonValueKind.String:
                return new SettingNode(source, SettingKind.Text, element.GetString()!);
            case JsonValueKind.Number:
                return new SettingNode(source, SettingKind.Number, element.GetRawText());
            case JsonValueKind.True or JsonValueKind.False:
                return new SettingNode(source, SettingKind.Boolean, element.GetRawText());
            default:
                return new SettingNode(source, SettingKind.Nothing);
        }
    }

    private static byte[] ReadOctets(string path)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
            if (file.Length > LargestFile)
                throw CommandException.Usage($"{path}: too large for a configuration file");
            var octets = new byte[file.Length];
            file.ReadExactly(octets);
            return octets;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw CommandException.Usage($"{path}: {FileFailure.Reason(failure)}");
        }
    }

    private static string Reason(JsonException wrong)
    {
        var message = wrong.Message;
        var end = message.IndexOf(" LineNumber:", StringComparison.Ordinal);
        return (end < 0 ? message : message[..end]).TrimEnd('.');
    }
}
