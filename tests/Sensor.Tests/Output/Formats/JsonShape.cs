using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Sensor.Tests.Output.Formats;

/// <summary>A rule for one JSON value: says what is wrong with it at a path, or nothing.</summary>
internal delegate IEnumerable<string> JsonRule(JsonElement value, string path);

/// <summary>A small strict schema language: objects know their properties, and anything else is an error.</summary>
internal static partial class JsonShape
{
    public static readonly JsonRule Text = Of(JsonValueKind.String, "a text", static value => true);

    public static readonly JsonRule FilledText = Of(JsonValueKind.String, "a text that is not empty", static value =>
        value.GetString()!.Length > 0);

    public static readonly JsonRule Number = Of(JsonValueKind.Number, "a whole number", static value => value.TryGetInt64(out _));

    public static readonly JsonRule Port = Of(JsonValueKind.Number, "a port", static value => value.TryGetUInt16(out _));

    public static readonly JsonRule Anything = static (_, _) => [];

    public static readonly JsonRule True = Of(JsonValueKind.True, "true", static value => true);

    public static readonly JsonRule Truth = (value, path) =>
        value.ValueKind is JsonValueKind.True or JsonValueKind.False ? [] : [$"{path}: is no boolean"];

    public static readonly JsonRule Address = Of(JsonValueKind.String, "an IP address", static value =>
        IPAddress.TryParse(value.GetString(), out _));

    /// <summary>RFC 3339 in UTC with one to nine digits of a second.</summary>
    public static readonly JsonRule Timestamp = Of(JsonValueKind.String, "a timestamp", static value =>
        Rfc3339().IsMatch(value.GetString()!)
        && DateTimeOffset.TryParse(value.GetString()![..19] + "Z", CultureInfo.InvariantCulture, DateTimeStyles.None, out _));

    public static JsonRule OneOf(params string[] words) =>
        Of(JsonValueKind.String, $"one of {string.Join(' ', words)}", value => words.Contains(value.GetString()));

    public static JsonRule OneOf(params int[] numbers) =>
        Of(JsonValueKind.Number, $"one of {string.Join(' ', numbers)}", value => numbers.Contains(value.GetInt32()));

    public static JsonRule Matching(string pattern) => Of(JsonValueKind.String, $"text like {pattern}", value =>
        Regex.IsMatch(value.GetString()!, $"^(?:{pattern})$"));

    public static JsonRule List(JsonRule each, int least = 1) => (value, path) =>
        value.ValueKind != JsonValueKind.Array ? [$"{path}: is no list"]
        : value.GetArrayLength() < least ? [$"{path}: has fewer than {least} entries"]
        : value.EnumerateArray().SelectMany((item, index) => each(item, $"{path}[{index}]"));

    /// <summary>An object of these properties and no others; names that begin with "!" are required.</summary>
    public static JsonRule Object(params (string Name, JsonRule Rule)[] properties) => (value, path) =>
        value.ValueKind != JsonValueKind.Object ? [$"{path}: is no object"] : InObject(value, path, properties);

    public static JsonRule And(params JsonRule[] rules) => (value, path) => rules.SelectMany(rule => rule(value, path));

    public static JsonRule AtLeastOneOf(params string[] names) => (value, path) =>
        names.Any(name => value.TryGetProperty(name, out _)) ? [] : [$"{path}: has none of {string.Join(' ', names)}"];

    private static IEnumerable<string> InObject(JsonElement value, string path, (string Name, JsonRule Rule)[] properties)
    {
        var seen = new HashSet<string>();
        foreach (var property in value.EnumerateObject())
        {
            if (!seen.Add(property.Name))
                yield return $"{path}.{property.Name}: is there twice";
            var known = Array.Find(properties, candidate => candidate.Name.TrimStart('!') == property.Name);
            if (known.Rule is null)
                yield return $"{path}.{property.Name}: is not in the schema";
            else
                foreach (var wrong in known.Rule(property.Value, $"{path}.{property.Name}"))
                    yield return wrong;
        }
        foreach (var (name, _) in properties)
        {
            if (name[0] == '!' && !seen.Contains(name[1..]))
                yield return $"{path}.{name[1..]}: is missing";
        }
    }

    private static JsonRule Of(JsonValueKind kind, string what, Func<JsonElement, bool> test) => (value, path) =>
        value.ValueKind == kind && test(value) ? [] : [$"{path}: {value} is not {what}"];

    [GeneratedRegex(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{1,9}Z$")]
    private static partial Regex Rfc3339();
}
