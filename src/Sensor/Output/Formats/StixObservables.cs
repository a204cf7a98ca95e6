using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Sensor.Core.Wire;

namespace Sensor.Output.Formats;

/// <summary>
/// Writes what a finding's packet shows as STIX cyber-observable objects. Their ids are UUIDv5 over the properties that make them what
/// they are, in canonical JSON (section 2.9), so every producer gives the same address the same id.
/// </summary>
internal sealed class StixObservables(Utf8JsonWriter json)
{
    private const int LongestName = 253;

    private readonly List<string> _ids = [];

    /// <summary>Writes them and returns their ids, each once; at least one.</summary>
    public IReadOnlyList<string> Write(FindingRecord record)
    {
        var at = record.At;
        var sourceMac = at.SourceMac.IsNone ? null : Mac(at.SourceMac);
        var destinationMac = at.DestinationMac.IsNone ? null : Mac(at.DestinationMac);
        var source = record.HasSource ? Address(at.Source, record.Finding.Suspect.Has(at.Source) ? sourceMac : null) : sourceMac;
        var destination = record.HasDestination ? Address(at.Destination, null) : destinationMac;
        if (source is not null || destination is not null)
            Traffic(record, source, destination);
        if (record.Fact("name") is { } name && IsDomainName(name))
            Simple("domain-name", name);
        if (record.Url is { } url && Uri.TryCreate(url, UriKind.Absolute, out var parsed) && parsed.Scheme is "http" or "https"
            && url.All(char.IsAscii))
            Simple("url", url);
        if (record.User is { } user)
            Account(record.UserDomain is { } domain ? $"{domain}\\{user}" : user);
        if (record.Sha256 is { Length: 64 } sha256 && sha256.All(char.IsAsciiHexDigitLower))
            File(sha256);
        return _ids;
    }

    /// <summary>STIX takes names as RFC 1034 and 5890 have them; whatever else the wire showed stands in the description.</summary>
    private static bool IsDomainName(string name) =>
        name.Length is > 0 and <= LongestName && name[0] != '.'
        && name.All(static letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_' or '.');

    private string Mac(MacAddress mac) => Simple("mac-addr", mac.ToString());

    private string Address(IpAddress address, string? mac) => Simple(address.IsV4 ? "ipv4-addr" : "ipv6-addr", address.ToString(), mac);

    private string Simple(string type, string value, string? resolvesTo = null)
    {
        var id = Begin(type, $$"""{"value":{{Quoted(value)}}}""", out var isNew);
        if (!isNew)
            return id;
        json.WriteString("value"u8, value);
        if (resolvesTo is not null)
            WriteReferences("resolves_to_refs"u8, resolvesTo);
        json.WriteEndObject();
        return id;
    }

    private void Traffic(FindingRecord record, string? source, string? destination)
    {
        var protocols = ProtocolsOf(record).ToList();
        // The contributing properties that are there, keys in the order of canonical JSON.
        var parts = new List<string>();
        if (record.HasPorts)
            parts.Add(string.Create(CultureInfo.InvariantCulture, $"\"dst_port\":{record.At.DestinationPort}"));
        if (destination is not null)
            parts.Add($"\"dst_ref\":{Quoted(destination)}");
        parts.Add($"\"end\":{Quoted(PacketTime.IsoMilliseconds(record.EndNs))}");
        parts.Add($"\"protocols\":[{string.Join(',', protocols.Select(Quoted))}]");
        if (record.HasPorts)
            parts.Add(string.Create(CultureInfo.InvariantCulture, $"\"src_port\":{record.At.SourcePort}"));
        if (source is not null)
            parts.Add($"\"src_ref\":{Quoted(source)}");
        parts.Add($"\"start\":{Quoted(PacketTime.IsoMilliseconds(record.StartNs))}");
        _ = Begin("network-traffic", $"{{{string.Join(',', parts)}}}", out _);
        json.WriteString("start"u8, PacketTime.IsoMilliseconds(record.StartNs));
        json.WriteString("end"u8, PacketTime.IsoMilliseconds(record.EndNs));
        json.WriteBoolean("is_active"u8, false);
        if (source is not null)
            json.WriteString("src_ref"u8, source);
        if (destination is not null)
            json.WriteString("dst_ref"u8, destination);
        if (record.HasPorts)
        {
            json.WriteNumber("src_port"u8, record.At.SourcePort);
            json.WriteNumber("dst_port"u8, record.At.DestinationPort);
        }
        HostJson.WriteTexts(json, "protocols"u8, protocols);
        json.WriteEndObject();
    }

    private static IEnumerable<string> ProtocolsOf(FindingRecord record)
    {
        if (record.At.Protocol == 0)
            return ["arp"];
        var network = record.At.Source.IsV4 ? "ipv4" : "ipv6";
        var transport = Words.Protocol(record.At.Protocol).ToLowerInvariant();
        return record.Application is { } application ? [network, transport, application] : [network, transport];
    }

    /// <summary>The account whose credential was shown; the login name is what makes it itself (section 6.18).</summary>
    private void Account(string login)
    {
        Begin("user-account", $$"""{"account_login":{{Quoted(login)}}}""", out var isNew);
        if (!isNew)
            return;
        json.WriteString("account_login"u8, login);
        json.WriteEndObject();
    }

    private void File(string sha256)
    {
        Begin("file", $"{{\"hashes\":{{\"SHA-256\":{Quoted(sha256)}}}}}", out var isNew);
        if (!isNew)
            return;
        json.WriteStartObject("hashes"u8);
        json.WriteString("SHA-256"u8, sha256);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private string Begin(string type, string contributing, out bool isNew)
    {
        var id = $"{type}--{NameUuid.Of(NameUuid.StixObservable, contributing)}";
        isNew = !_ids.Contains(id);
        if (!isNew)
            return id;
        _ids.Add(id);
        json.WriteStartObject();
        json.WriteString("type"u8, type);
        json.WriteString("spec_version"u8, "2.1"u8);
        json.WriteString("id"u8, id);
        return id;
    }

    private void WriteReferences(ReadOnlySpan<byte> key, string id)
    {
        json.WriteStartArray(key);
        json.WriteStringValue(id);
        json.WriteEndArray();
    }

    private static string Quoted(string text) => $"\"{JavaScriptEncoder.UnsafeRelaxedJsonEscaping.Encode(text)}\"";
}
