using System.Text.Json;
using Sensor.Core.Observations;
using Sensor.Core.Wire;
using Sensor.Detection.Incidents;

namespace Sensor.Output.Formats;

/// <summary>OCSF 1.4.0, class Detection Finding (2004), activity Create: one object a line.</summary>
internal sealed class OcsfSink(TextWriter output, bool all, string observer) : FindingSink(all), IDisposable
{
    private const string SchemaVersion = "1.4.0";
    private const int Findings = 2, DetectionFinding = 2004, Create = 1, New = 1;

    /// <summary>
    /// analytic.type_id 1, Rule; evidence file type_id 1, Regular File; fingerprint algorithm_id 3, SHA-256; direction_id 0, Unknown.
    /// </summary>
    private const int Rule = 1, RegularFile = 1, Sha256 = 3, UnknownDirection = 0;

    private static readonly string[] Severities = ["Informational", "Low", "Medium", "High", "Critical"];
    private static readonly string[] Confidences = ["Low", "Medium", "High"];

    private readonly JsonLine _line = new(output);

    /// <inheritdoc/>
    public void Dispose() => _line.Dispose();

    /// <inheritdoc/>
    protected override void Write(Incident incident, Finding finding)
    {
        var record = new FindingRecord(Run, incident, finding);
        var json = _line.Begin();
        json.WriteStartObject();
        WriteClass(json, record);
        WriteMetadata(json, record);
        WriteFindingInfo(json, record);
        WriteEvidence(json, record);
        WriteVictim(json, record);
        if (!finding.NextSteps.IsEmpty)
        {
            json.WriteStartObject("remediation"u8);
            json.WriteString("desc"u8, string.Join(' ', finding.NextSteps));
            json.WriteEndObject();
        }
        json.WriteStartObject("unmapped"u8);
        EveSink.WriteSensor(json, Run, incident, finding);
        json.WriteEndObject();
        json.WriteEndObject();
        _line.End();
    }

    private void WriteClass(Utf8JsonWriter json, FindingRecord record)
    {
        var finding = record.Finding;
        json.WriteNumber("category_uid"u8, Findings);
        json.WriteString("category_name"u8, "Findings"u8);
        json.WriteNumber("class_uid"u8, DetectionFinding);
        json.WriteString("class_name"u8, "Detection Finding"u8);
        json.WriteNumber("activity_id"u8, Create);
        json.WriteString("activity_name"u8, "Create"u8);
        json.WriteNumber("type_uid"u8, (DetectionFinding * 100) + Create);
        json.WriteString("type_name"u8, "Detection Finding: Create"u8);
        json.WriteNumber("time"u8, PacketTime.Milliseconds(record.At.TimestampNs));
        json.WriteNumber("start_time"u8, PacketTime.Milliseconds(record.StartNs));
        json.WriteNumber("end_time"u8, PacketTime.Milliseconds(record.EndNs));
        json.WriteNumber("severity_id"u8, Scales.Ocsf(finding.Severity));
        json.WriteString("severity"u8, Severities[(int)finding.Severity]);
        json.WriteNumber("confidence_id"u8, Scales.Ocsf(finding.Confidence));
        json.WriteString("confidence"u8, Confidences[(int)finding.Confidence]);
        json.WriteNumber("status_id"u8, New);
        json.WriteString("status"u8, "New"u8);
        if (OnlyAlerts)
            json.WriteBoolean("is_alert"u8, true);
        json.WriteString("message"u8, finding.Summary);
    }

    private void WriteMetadata(Utf8JsonWriter json, FindingRecord record)
    {
        json.WriteStartObject("metadata"u8);
        json.WriteString("version"u8, SchemaVersion);
        json.WriteString("uid"u8, record.Id);
        json.WriteString("correlation_uid"u8, record.Incident.Id);
        json.WriteString("event_code"u8, EventFormatText.Number(record.Detector.Sid));
        json.WriteString("log_name"u8, record.File);
        json.WriteString("log_provider"u8, observer);
        json.WriteString("original_time"u8, PacketTime.Iso(record.At.TimestampNs));
        json.WriteStartObject("product"u8);
        json.WriteString("name"u8, "sensor"u8);
        json.WriteString("vendor_name"u8, "Sensor"u8);
        json.WriteString("version"u8, Commands.SensorCli.Version);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteFindingInfo(Utf8JsonWriter json, FindingRecord record)
    {
        json.WriteStartObject("finding_info"u8);
        json.WriteString("uid"u8, record.Id);
        json.WriteString("title"u8, record.Detector.Title);
        json.WriteString("desc"u8, record.Finding.Summary);
        HostJson.WriteTexts(json, "types"u8, [Words.Category(record.Detector.Sid, record.Detector.Stage)]);
        HostJson.WriteTexts(json, "data_sources"u8, ["network capture"]);
        json.WriteNumber("created_time"u8, PacketTime.Milliseconds(record.At.TimestampNs));
        json.WriteNumber("first_seen_time"u8, PacketTime.Milliseconds(record.StartNs));
        json.WriteNumber("last_seen_time"u8, PacketTime.Milliseconds(record.EndNs));
        json.WriteStartObject("analytic"u8);
        json.WriteNumber("type_id"u8, Rule);
        json.WriteString("type"u8, "Rule"u8);
        json.WriteString("uid"u8, EventFormatText.Number(record.Detector.Sid));
        json.WriteString("name"u8, record.Detector.Id);
        json.WriteString("desc"u8, record.Detector.Title);
        json.WriteEndObject();
        json.WriteStartArray("attacks"u8);
        foreach (var technique in record.Techniques)
            WriteAttack(json, technique);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteAttack(Utf8JsonWriter json, Technique technique)
    {
        json.WriteStartObject();
        if (technique.TacticId.Length > 0)
        {
            json.WriteStartArray("tactics"u8);
            WriteNamed(json, technique.TacticId, technique.Tactic);
            json.WriteEndArray();
        }
        json.WritePropertyName("technique"u8);
        var parent = Technique.Of(technique.ParentId);
        WriteNamed(json, parent.Id, parent.Name);
        if (technique.IsSub)
        {
            json.WritePropertyName("sub_technique"u8);
            WriteNamed(json, technique.Id, technique.Name);
        }
        json.WriteEndObject();
    }

    private void WriteEvidence(Utf8JsonWriter json, FindingRecord record)
    {
        var at = record.At;
        json.WriteStartArray("evidences"u8);
        json.WriteStartObject();
        WriteEndpoint(json, "src_endpoint"u8, record, record.HasSource, at.Source, at.SourceMac, at.SourcePort);
        WriteEndpoint(json, "dst_endpoint"u8, record, record.HasDestination, at.Destination, at.DestinationMac, at.DestinationPort);
        WriteConnection(json, at);
        if (record.Fact("name") is { } name)
        {
            json.WriteStartObject("query"u8);
            json.WriteString("hostname"u8, name);
            json.WriteEndObject();
        }
        if (record.User is { } user)
            WriteActor(json, user, record.UserDomain);
        if (record.Url is { } url)
        {
            json.WriteStartObject("url"u8);
            json.WriteString("url_string"u8, url);
            json.WriteEndObject();
        }
        if (record.Sha256 is { } sha256)
            WriteFile(json, sha256);
        json.WriteStartObject("data"u8);
        HostJson.WriteFrames(json, Run, record.Finding.Frames);
        json.WriteStartObject("facts"u8);
        EveSink.WriteFacts(json, record.Finding);
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndArray();
    }

    private static void WriteEndpoint(
        Utf8JsonWriter json, ReadOnlySpan<byte> key, FindingRecord record, bool hasAddress, IpAddress address, MacAddress mac, ushort port)
    {
        if (!hasAddress && mac.IsNone)
            return;
        json.WriteStartObject(key);
        if (hasAddress)
            json.WriteString("ip"u8, address.ToString());
        if (!mac.IsNone)
            json.WriteString("mac"u8, mac.ToString());
        if (record.HasPorts)
            json.WriteNumber("port"u8, port);
        if (record.Vlans().FirstOrDefault() is var vlan and > 0)
            json.WriteString("vlan_uid"u8, EventFormatText.Number(vlan));
        json.WriteEndObject();
    }

    private static void WriteConnection(Utf8JsonWriter json, in Sighting at)
    {
        json.WriteStartObject("connection_info"u8);
        json.WriteNumber("direction_id"u8, UnknownDirection);
        json.WriteString("direction"u8, "Unknown"u8);
        json.WriteString("protocol_name"u8, Words.Protocol(at.Protocol).ToLowerInvariant());
        if (at.Protocol != 0)
        {
            json.WriteNumber("protocol_num"u8, at.Protocol);
            json.WriteNumber("protocol_ver_id"u8, at.Source.IsV4 ? 4 : 6);
        }
        if (CommunityId.Of(at) is { } id)
            json.WriteString("uid"u8, id);
        json.WriteEndObject();
    }

    private static void WriteActor(Utf8JsonWriter json, string user, string? domain)
    {
        json.WriteStartObject("actor"u8);
        json.WriteStartObject("user"u8);
        json.WriteString("name"u8, user);
        if (domain is not null)
            json.WriteString("domain"u8, domain);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteFile(Utf8JsonWriter json, string sha256)
    {
        json.WriteStartObject("file"u8);
        json.WriteString("name"u8, sha256);
        json.WriteNumber("type_id"u8, RegularFile);
        json.WriteStartArray("hashes"u8);
        json.WriteStartObject();
        json.WriteNumber("algorithm_id"u8, Sha256);
        json.WriteString("algorithm"u8, "SHA-256"u8);
        json.WriteString("value"u8, sha256);
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteVictim(Utf8JsonWriter json, FindingRecord record)
    {
        if (record.Finding.Victim is not { } victim)
            return;
        json.WriteStartArray("resources"u8);
        json.WriteStartObject();
        json.WriteString("type"u8, "Host"u8);
        json.WriteString("name"u8, HostText.Short(victim));
        if (victim.Macs is [var mac, ..])
            json.WriteString("uid"u8, mac.ToString());
        json.WriteEndObject();
        json.WriteEndArray();
    }

    private static void WriteNamed(Utf8JsonWriter json, string uid, string name)
    {
        json.WriteStartObject();
        json.WriteString("uid"u8, uid);
        json.WriteString("name"u8, name);
        json.WriteEndObject();
    }
}
