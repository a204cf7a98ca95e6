using System.Globalization;
using System.Text.Json;
using Sensor.Core.Wire;
using Sensor.Detection.Incidents;

namespace Sensor.Output.Formats;

/// <summary>
/// Elastic Common Schema: one document a line, ready to be indexed. What ECS has no field for lies in the object "sensor".
/// </summary>
internal sealed class EcsSink(TextWriter output, bool all, string observer) : FindingSink(all), IDisposable
{
    private const string EcsVersion = "8.17.0", RuleVersion = "1";

    private readonly JsonLine _line = new(output);

    /// <inheritdoc/>
    public void Dispose() => _line.Dispose();

    /// <inheritdoc/>
    protected override void Write(Incident incident, Finding finding)
    {
        var record = new FindingRecord(Run, incident, finding);
        var json = _line.Begin();
        json.WriteStartObject();
        json.WriteString("@timestamp"u8, PacketTime.Iso(record.At.TimestampNs));
        json.WriteString("message"u8, finding.Summary);
        WriteTexts(json, "ecs"u8, ("version", EcsVersion));
        WriteEvent(json, record);
        WriteRule(json, record);
        WriteEndpoint(json, "source"u8, record.HasSource, record.At.Source, record.At.SourceMac, record.HasPorts ? record.At.SourcePort
            : null);
        WriteEndpoint(
            json, "destination"u8, record.HasDestination, record.At.Destination, record.At.DestinationMac,
            record.HasPorts ? record.At.DestinationPort : null);
        WriteNetwork(json, record);
        WriteObserver(json, record);
        WriteSubject(json, record);
        WriteThreat(json, record);
        EveSink.WriteSensor(json, Run, incident, finding);
        json.WriteEndObject();
        _line.End();
    }

    private static void WriteEvent(Utf8JsonWriter json, FindingRecord record)
    {
        json.WriteStartObject("event"u8);
        json.WriteString("kind"u8, "alert"u8);
        HostJson.WriteTexts(json, "category"u8, ["network", "intrusion_detection"]);
        HostJson.WriteTexts(json, "type"u8, ["info"]);
        json.WriteString("action"u8, record.Detector.Id);
        json.WriteString("code"u8, Text(record.Detector.Sid));
        json.WriteString("dataset"u8, "sensor.alert"u8);
        json.WriteString("module"u8, "sensor"u8);
        json.WriteString("provider"u8, "sensor"u8);
        json.WriteString("id"u8, record.Id);
        json.WriteNumber("severity"u8, Scales.Ecs(record.Finding.Severity));
        json.WriteString("start"u8, PacketTime.Iso(record.StartNs));
        json.WriteString("end"u8, PacketTime.Iso(record.EndNs));
        json.WriteString("reason"u8, record.Finding.Summary);
        json.WriteEndObject();
    }

    private static void WriteRule(Utf8JsonWriter json, FindingRecord record)
    {
        json.WriteStartObject("rule"u8);
        json.WriteString("id"u8, Text(record.Detector.Sid));
        json.WriteString("name"u8, record.Detector.Title);
        json.WriteString("version"u8, RuleVersion);
        json.WriteString("category"u8, Words.Category(record.Detector.Sid, record.Detector.Stage));
        json.WriteString("ruleset"u8, "sensor"u8);
        if (!record.Detector.References.IsDefaultOrEmpty)
            json.WriteString("reference"u8, string.Join("; ", record.Detector.References));
        json.WriteEndObject();
    }

    private static void WriteEndpoint(Utf8JsonWriter json, ReadOnlySpan<byte> key, bool hasAddress, IpAddress address, MacAddress mac,
        ushort? port)
    {
        if (!hasAddress && mac.IsNone)
            return;
        json.WriteStartObject(key);
        if (hasAddress)
        {
            json.WriteString("address"u8, address.ToString());
            json.WriteString("ip"u8, address.ToString());
        }
        if (!mac.IsNone)
            json.WriteString("mac"u8, Mac(mac));
        if (port is { } number)
            json.WriteNumber("port"u8, number);
        json.WriteEndObject();
    }

    private static void WriteNetwork(Utf8JsonWriter json, FindingRecord record)
    {
        json.WriteStartObject("network"u8);
        if (record.At.Protocol == 0)
        {
            json.WriteString("protocol"u8, "arp"u8);
        }
        else
        {
            json.WriteString("type"u8, record.At.Source.IsV4 ? "ipv4"u8 : "ipv6"u8);
            json.WriteString("transport"u8, Words.Protocol(record.At.Protocol).ToLowerInvariant());
            json.WriteString("iana_number"u8, Text(record.At.Protocol));
            if (record.Application is { } application)
                json.WriteString("protocol"u8, application);
        }
        if (CommunityId.Of(record.At) is { } id)
            json.WriteString("community_id"u8, id);
        var vlans = record.Vlans().ToArray();
        if (vlans.Length > 0)
            WriteTexts(json, "vlan"u8, ("id", Text(vlans[0])));
        if (vlans.Length > 1)
        {
            json.WriteStartObject("inner"u8);
            WriteTexts(json, "vlan"u8, ("id", Text(vlans[^1])));
            json.WriteEndObject();
        }
        json.WriteEndObject();
    }

    private void WriteObserver(Utf8JsonWriter json, FindingRecord record)
    {
        json.WriteStartObject("observer"u8);
        json.WriteString("hostname"u8, observer);
        json.WriteString("vendor"u8, "Sensor"u8);
        json.WriteString("product"u8, "sensor"u8);
        json.WriteString("type"u8, "ids"u8);
        json.WriteString("version"u8, Commands.SensorCli.Version);
        json.WriteStartObject("ingress"u8);
        WriteTexts(json, "interface"u8, ("name", record.File));
        json.WriteEndObject();
        json.WriteEndObject();
    }

    /// <summary>What the finding is about: the name that was asked for, the proxy configuration, and everybody to search for.</summary>
    private static void WriteSubject(Utf8JsonWriter json, FindingRecord record)
    {
        if (record.Fact("name") is { } name)
        {
            json.WriteStartObject("dns"u8);
            WriteTexts(json, "question"u8, ("name", name));
            json.WriteEndObject();
        }
        if (record.Url is { } url)
            WriteUrl(json, url);
        if (record.User is { } user)
            WriteUser(json, user, record.UserDomain);
        if (record.TlsServerName is { } serverName)
            WriteTls(json, record, serverName);
        if (record.Sha256 is { } sha256)
        {
            json.WriteStartObject("file"u8);
            WriteTexts(json, "hash"u8, ("sha256", sha256));
            json.WriteEndObject();
        }
        var (suspect, victim) = (record.Finding.Suspect, record.Finding.Victim);
        json.WriteStartObject("related"u8);
        HostJson.WriteTexts(json, "ip"u8, suspect.Addresses.Concat(victim?.Addresses ?? []).Select(address => address.ToString())
            .Distinct());
        HostJson.WriteTexts(json, "hosts"u8, suspect.Names.Concat(victim?.Names ?? []).Distinct());
        if (record.Sha256 is { } hash)
            HostJson.WriteTexts(json, "hash"u8, [hash]);
        if (record.User is { } account)
            HostJson.WriteTexts(json, "user"u8, [account]);
        json.WriteEndObject();
    }

    private static void WriteUrl(Utf8JsonWriter json, string url)
    {
        if (Uri.TryCreate(url, UriKind.Absolute, out _))
            WriteTexts(json, "url"u8, ("original", url), ("full", url));
        else
            WriteTexts(json, "url"u8, ("original", url));
    }

    private static void WriteUser(Utf8JsonWriter json, string user, string? domain)
    {
        if (domain is not null)
            WriteTexts(json, "user"u8, ("name", user), ("domain", domain));
        else
            WriteTexts(json, "user"u8, ("name", user));
    }

    private static void WriteTls(Utf8JsonWriter json, FindingRecord record, string serverName)
    {
        json.WriteStartObject("tls"u8);
        WriteTexts(json, "client"u8, ("server_name", serverName));
        json.WriteStartObject("server"u8);
        json.WriteString("subject"u8, record.Fact("certificate_subject"));
        if (record.Fact("certificate_issuer") is { } issuer)
            json.WriteString("issuer"u8, issuer);
        if (record.Fact("certificate_sha256") is { } sha256)
            WriteTexts(json, "hash"u8, ("sha256", sha256));
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteThreat(Utf8JsonWriter json, FindingRecord record)
    {
        var techniques = record.Techniques.ToList();
        if (techniques.Count == 0)
            return;
        var parents = techniques.Select(technique => Technique.Of(technique.ParentId)).Distinct().ToList();
        var subs = techniques.Where(technique => technique.IsSub).ToList();
        json.WriteStartObject("threat"u8);
        json.WriteString("framework"u8, "MITRE ATT&CK"u8);
        WriteNamed(json, "tactic"u8, [.. techniques.Where(technique => technique.TacticId.Length > 0).Select(technique =>
            (technique.TacticId, technique.Tactic)).Distinct()]);
        json.WriteEndObject();
        json.WriteStartObject("technique"u8);
        WriteIdsAndNames(json, [.. parents.Select(technique => (technique.Id, technique.Name))]);
        if (subs.Count > 0)
        {
            WriteNamed(json, "subtechnique"u8, [.. subs.Select(technique => (technique.Id, technique.Name))]);
            json.WriteEndObject();
        }
        json.WriteEndObject();
        json.WriteEndObject();
    }

    /// <summary>Begins an object that holds ids and names; the caller ends it.</summary>
    private static void WriteNamed(Utf8JsonWriter json, ReadOnlySpan<byte> key, IReadOnlyList<(string Id, string Name)> things)
    {
        json.WriteStartObject(key);
        WriteIdsAndNames(json, things);
    }

    private static void WriteIdsAndNames(Utf8JsonWriter json, IReadOnlyList<(string Id, string Name)> things)
    {
        HostJson.WriteTexts(json, "id"u8, things.Select(thing => thing.Id));
        HostJson.WriteTexts(json, "name"u8, things.Select(thing => thing.Name));
    }

    private static void WriteTexts(Utf8JsonWriter json, ReadOnlySpan<byte> key, params ReadOnlySpan<(string Name, string Value)> texts)
    {
        json.WriteStartObject(key);
        foreach (var (name, value) in texts)
            json.WriteString(name, value);
        json.WriteEndObject();
    }

    /// <summary>As ECS wants it: upper case, with hyphens (RFC 7042).</summary>
    private static string Mac(MacAddress mac) => mac.ToString().ToUpperInvariant().Replace(':', '-');

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
