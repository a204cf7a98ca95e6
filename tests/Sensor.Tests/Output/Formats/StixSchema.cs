using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using static Sensor.Tests.Output.Formats.JsonShape;

namespace Sensor.Tests.Output.Formats;

/// <summary>
/// A validator of the part of STIX 2.1 the sensor writes: properties, id formats, deterministic ids, references, time order.
/// </summary>
internal static class StixSchema
{
    private const string Uuid5 = "[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}";

    private static readonly JsonSerializerOptions Canonical = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly JsonRule Mark = Matching(@"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z");

    private static readonly JsonRule References = List(Object(("!source_name", FilledText), ("description", Text),
        ("external_id", FilledText), ("url", Matching("https://.+"))));

    private static readonly JsonRule Confidence = OneOf(15, 50, 85);

    /// <summary>Type, its own properties, and for cyber-observable objects the properties its id is made of (section 6).</summary>
    private static readonly Dictionary<string, (JsonRule Rule, string[]? Contributing)> Types = new()
    {
        ["identity"] = (Domain("identity", ("!name", FilledText), ("description", Text), ("!identity_class", OneOf("system"))), null),
        ["observed-data"] = (Domain(
            "observed-data", ("!first_observed", Mark), ("!last_observed", Mark), ("!number_observed", Number), ("!object_refs", List(IdOf(
                "ipv4-addr", "ipv6-addr", "mac-addr", "network-traffic", "domain-name", "url", "file", "user-account"))),
                    ("external_references", References)), null),
        ["indicator"] = (Domain(
            "indicator", ("name", FilledText), ("description", Text),
                ("indicator_types", List(OneOf("anomalous-activity", "malicious-activity"))),
            ("!pattern", Matching(@"\[(ipv4-addr|ipv6-addr|mac-addr):value = '[0-9a-f.:]+'( OR (ipv4-addr|ipv6-addr|mac-addr):value = '[0-9a-f.:]+')*\]")),
            ("!pattern_type", OneOf("stix")), ("pattern_version", OneOf("2.1")), ("!valid_from", Mark), ("confidence", Confidence),
                ("labels", List(FilledText))), null),
        ["sighting"] = (Domain(
            "sighting", ("first_seen", Mark), ("last_seen", Mark), ("count", Number), ("!sighting_of_ref", IdOf("indicator")),
            ("observed_data_refs", List(IdOf("observed-data"))), ("where_sighted_refs", List(IdOf("identity"))),
                ("confidence", Confidence)), null),
        ["attack-pattern"] = (Domain("attack-pattern", ("!name", FilledText), ("!external_references", References)), null),
        ["relationship"] = (Domain(
            "relationship", ("!relationship_type", OneOf("indicates", "targets")), ("!source_ref", IdOf("indicator", "attack-pattern")),
            ("!target_ref", IdOf("attack-pattern", "identity"))), null),
        ["note"] = (Domain("note", ("abstract", Text), ("!content", FilledText),
            ("!object_refs", List(IdOf("sighting", "observed-data", "indicator", "identity")))), null),
        ["ipv4-addr"] = (Observable("ipv4-addr", ("!value", Address), ("resolves_to_refs", List(IdOf("mac-addr")))), ["value"]),
        ["ipv6-addr"] = (Observable("ipv6-addr", ("!value", Address), ("resolves_to_refs", List(IdOf("mac-addr")))), ["value"]),
        ["mac-addr"] = (Observable("mac-addr", ("!value", Matching("[0-9a-f]{2}(:[0-9a-f]{2}){5}"))), ["value"]),
        ["domain-name"] = (Observable("domain-name", ("!value", Matching("[A-Za-z0-9_.-]{1,253}"))), ["value"]),
        ["url"] = (Observable("url", ("!value", Matching("https?://[\\x21-\\x7e]+"))), ["value"]),
        ["file"] = (Observable("file", ("!hashes", Object(("!SHA-256", Matching("[0-9a-f]{64}"))))), ["hashes"]),
        ["user-account"] = (Observable("user-account", ("!account_login", FilledText)), ["account_login"]),
        ["network-traffic"] = (And(
            Observable(
                "network-traffic", ("start", Mark), ("end", Mark), ("is_active", Truth),
                    ("src_ref", IdOf("ipv4-addr", "ipv6-addr", "mac-addr")),
                ("dst_ref", IdOf("ipv4-addr", "ipv6-addr", "mac-addr")), ("src_port", Port), ("dst_port", Port),
                    ("!protocols", List(Matching("[a-z0-9-]+")))),
            AtLeastOneOf("src_ref", "dst_ref")), ["start", "end", "src_ref", "dst_ref", "src_port", "dst_port", "protocols"]),
    };

    /// <summary>All that is wrong with a bundle.</summary>
    public static IEnumerable<string> Problems(JsonElement bundle)
    {
        foreach (var wrong in Object(("!type", OneOf("bundle")), ("!id", Matching($"bundle--{Uuid5}")),
            ("!objects", List(Anything)))(bundle, "$"))
            yield return wrong;
        var ids = new HashSet<string>();
        var objects = bundle.GetProperty("objects").EnumerateArray().ToList();
        foreach (var thing in objects)
        {
            var type = thing.GetProperty("type").GetString()!;
            if (!Types.TryGetValue(type, out var known))
                yield return $"{type} is no type";
            foreach (var wrong in known.Rule(thing, type))
                yield return wrong;
            if (!ids.Add(thing.GetProperty("id").GetString()!))
                yield return $"{thing.GetProperty("id")} is there twice";
            if (known.Contributing is { } names && thing.GetProperty("id").GetString() != IdOfObservable(thing, type, names))
                yield return $"{type}: the id is not made from its properties";
            foreach (var wrong in OutOfOrder(thing))
                yield return wrong;
        }
        foreach (var reference in objects.SelectMany(ReferencesIn).Where(reference => !ids.Contains(reference)))
            yield return $"{reference} is not in the bundle";
    }

    private static JsonRule Domain(string type, params (string, JsonRule)[] own) => Object([
        ("!type", OneOf(type)), ("!spec_version", OneOf("2.1")), ("!id", Matching($"{type}--{Uuid5}")),
            ("created_by_ref", IdOf("identity")), ("!created", Mark),
        ("!modified", Mark), .. own]);

    private static JsonRule Observable(string type, params (string, JsonRule)[] own) =>
        Object([("!type", OneOf(type)), ("spec_version", OneOf("2.1")), ("!id", Matching($"{type}--{Uuid5}")), .. own]);

    private static JsonRule IdOf(params string[] types) => Matching($"({string.Join('|', types)})--{Uuid5}");

    private static IEnumerable<string> OutOfOrder(JsonElement thing)
    {
        foreach (var (from, to) in new[] { ("first_observed", "last_observed"), ("first_seen", "last_seen"), ("start", "end"),
            ("created", "modified") })
        {
            if (thing.TryGetProperty(from, out var early) && thing.TryGetProperty(to, out var late)
                && string.CompareOrdinal(early.GetString(), late.GetString()) > 0)
                yield return $"{from} is after {to}";
        }
    }

    private static IEnumerable<string> ReferencesIn(JsonElement thing) => thing.EnumerateObject()
        .Where(property => property.Name.EndsWith("_ref", StringComparison.Ordinal)
            || property.Name.EndsWith("_refs", StringComparison.Ordinal))
        .SelectMany(property => property.Value.ValueKind == JsonValueKind.Array ? property.Value.EnumerateArray()
            .Select(item => item.GetString()!) : [property.Value.GetString()!]);

    /// <summary>UUIDv5 over the contributing properties that are there, in canonical JSON (RFC 8785): keys sorted, no blanks.</summary>
    private static string IdOfObservable(JsonElement thing, string type, string[] names)
    {
        var present = names.Where(name => thing.TryGetProperty(name, out _)).Order(StringComparer.Ordinal)
            .Select(name => $"{JsonSerializer.Serialize(name)}:{JsonSerializer.Serialize(thing.GetProperty(name), Canonical)}");
        byte[] name = [.. new Guid("00abedb4-aa42-466c-9c01-fed23315a9b7").ToByteArray(bigEndian: true),
            .. Encoding.UTF8.GetBytes($"{{{string.Join(',', present)}}}")];
#pragma warning disable CA5350 // SHA-1 is what version 5 of UUIDs is made with
        var digest = SHA1.HashData(name)[..16];
#pragma warning restore CA5350
        digest[6] = (byte)((digest[6] & 0x0F) | 0x50);
        digest[8] = (byte)((digest[8] & 0x3F) | 0x80);
        return $"{type}--{new Guid(digest, bigEndian: true)}";
    }
}
