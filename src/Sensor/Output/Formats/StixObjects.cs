using System.Text.Json;

namespace Sensor.Output.Formats;

/// <summary>
/// Writes STIX 2.1 domain and relationship objects with the properties all of them share (section 3.2), one after the other.
/// </summary>
internal sealed class StixObjects(Utf8JsonWriter json)
{
    /// <summary>
    /// When objects that are no event "were created": the same in every run, so that receivers see one version of them. 2026-01-01.
    /// </summary>
    public const long Epoch = 1_767_225_600_000_000_000;

    /// <summary>The id of the object of <paramref name="type"/> that <paramref name="name"/> stands for.</summary>
    public static string Id(string type, string name) => $"{type}--{NameUuid.Of(NameUuid.Own, $"{type}|{name}")}";

    /// <summary>Begins an object and returns its id.</summary>
    public string Begin(string type, string name, string? createdBy, long createdNs)
    {
        var id = Id(type, name);
        json.WriteStartObject();
        json.WriteString("type"u8, type);
        json.WriteString("spec_version"u8, "2.1"u8);
        json.WriteString("id"u8, id);
        if (createdBy is not null)
            json.WriteString("created_by_ref"u8, createdBy);
        json.WriteString("created"u8, PacketTime.IsoMilliseconds(createdNs));
        json.WriteString("modified"u8, PacketTime.IsoMilliseconds(createdNs));
        return id;
    }

    /// <summary>A text property.</summary>
    public void Text(string name, string value) => json.WriteString(name, value);

    /// <summary>A list of texts or ids; nothing when it is empty, as STIX wants it.</summary>
    public void Texts(string name, IReadOnlyList<string> values)
    {
        if (values.Count == 0)
            return;
        json.WriteStartArray(name);
        foreach (var value in values)
            json.WriteStringValue(value);
        json.WriteEndArray();
    }

    /// <summary>A timestamp to the millisecond.</summary>
    public void Time(string name, long timestampNs) => json.WriteString(name, PacketTime.IsoMilliseconds(timestampNs));

    /// <summary>A whole number.</summary>
    public void Number(string name, int value) => json.WriteNumber(name, value);

    /// <summary>The property external_references with one entry.</summary>
    public void Reference(string source, string? description, string id, string? url = null)
    {
        json.WriteStartArray("external_references"u8);
        json.WriteStartObject();
        json.WriteString("source_name"u8, source);
        if (description is not null)
            json.WriteString("description"u8, description);
        json.WriteString("external_id"u8, id);
        if (url is not null)
            json.WriteString("url"u8, url);
        json.WriteEndObject();
        json.WriteEndArray();
    }

    /// <summary>Ends the object.</summary>
    public void End() => json.WriteEndObject();
}
