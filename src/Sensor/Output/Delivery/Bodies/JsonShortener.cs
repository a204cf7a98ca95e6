using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Sensor.Output.Delivery.Bodies;

/// <summary>Leaves whole fields out of a JSON object and notes how many in "sensor.left_out".</summary>
internal static class JsonShortener
{
    private const string Marked = "left_out";

    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The object without the fields of <paramref name="order"/> that had to go.</summary>
    public static string Fit(string body, IReadOnlyList<string> order, int most)
    {
        if (JsonNode.Parse(body) is not JsonObject root)
            return body;
        var mark = MarkedObject(root);
        var shortened = body;
        var leftOut = 0;
        foreach (var path in order)
        {
            if (!Remove(root, path.Split('.')))
                continue;
            mark[Marked] = ++leftOut;
            shortened = Write(root);
            if (BodyShortener.Octets(shortened) <= most)
                break;
        }
        return shortened;
    }

    /// <summary>The object "sensor", which every format of this program has, at the top or among what the format has no name for.</summary>
    private static JsonObject MarkedObject(JsonObject root)
    {
        var parent = root["unmapped"] as JsonObject ?? root;
        if (parent["sensor"] is JsonObject sensor)
            return sensor;
        sensor = [];
        parent["sensor"] = sensor;
        return sensor;
    }

    private static bool Remove(JsonNode? node, ReadOnlySpan<string> path)
    {
        switch (node)
        {
            case JsonObject section when path.Length == 1:
                return section.Remove(path[0]);
            case JsonObject section:
                return Remove(section[path[0]], path[1..]);
            case JsonArray list:
                var removed = false;
                foreach (var item in list)
                    removed |= Remove(item, path);
                return removed;
            default:
                return false;
        }
    }

    private static string Write(JsonObject root)
    {
        using var octets = new MemoryStream();
        using (var json = new Utf8JsonWriter(octets, Options))
            root.WriteTo(json);
        return System.Text.Encoding.UTF8.GetString(octets.GetBuffer(), 0, (int)octets.Length);
    }
}
