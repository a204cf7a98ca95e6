using System.Text.Json;
using Sensor.Core.Frames;
using Sensor.Core.Observations;
using Sensor.Detection.Incidents;
using Sensor.Output.Formats;

namespace Sensor.Output;

/// <summary>
/// Suricata's EVE: one "alert" event a line, told the moment it is found. One line for each alert, or with <c>all</c> for each finding.
/// Field names and types are Suricata's; what it has no name for lies in the object "sensor".
/// </summary>
/// <param name="output">Where lines go.</param>
/// <param name="all">Every finding, not only alerts.</param>
/// <param name="live">
/// The origin is an interface ("in_iface"), no file, and the line carries the finding's id ("sensor.finding_id"): what is delivered at least
/// once must show repeats.
/// </param>
internal sealed class EveSink(TextWriter output, bool all, bool live = false) : FindingSink(all), IDisposable
{
    private const int GeneratorId = 1, Revision = 1;

    private readonly JsonLine _line = new(output);

    /// <inheritdoc/>
    public void Dispose() => _line.Dispose();

    /// <inheritdoc/>
    protected override void Write(Incident incident, Finding finding)
    {
        var json = _line.Begin();
        json.WriteStartObject();
        WritePacket(json, finding.At);
        WriteAlert(json, finding);
        var record = new FindingRecord(Run, incident, finding);
        EveProtocols.Write(json, record);
        WriteSensor(json, Run, incident, finding, live ? record.Id : null);
        json.WriteEndObject();
        _line.End();
    }

    private void WritePacket(Utf8JsonWriter json, in Sighting at)
    {
        json.WriteString("timestamp"u8, PacketTime.Eve(at.TimestampNs));
        json.WriteNumber("pcap_cnt"u8, at.FrameNumber);
        json.WriteString(live ? "in_iface"u8 : "pcap_filename"u8, Run.OriginName(at.Origin));
        json.WriteString("event_type"u8, "alert"u8);
        WriteVlan(json, Run.Segments.Describe(at.Segment));
        var isIp = at.Protocol != 0;
        if (isIp || !at.Source.IsUnspecified)
            json.WriteAddress("src_ip"u8, at.Source);
        if (Words.HasPorts(at))
            json.WriteNumber("src_port"u8, at.SourcePort);
        if (isIp || !at.Destination.IsUnspecified)
            json.WriteAddress("dest_ip"u8, at.Destination);
        if (Words.HasPorts(at))
            json.WriteNumber("dest_port"u8, at.DestinationPort);
        json.WriteString("proto"u8, Words.Protocol(at.Protocol));
        if (Words.IsIcmp(at.Protocol))
        {
            json.WriteNumber("icmp_type"u8, at.SourcePort);
            json.WriteNumber("icmp_code"u8, at.DestinationPort);
        }
        if (AppProtocols.Of(at) is { } application)
            json.WriteString("app_proto"u8, application);
        if (CommunityId.Of(at) is { } id)
            json.WriteString("community_id"u8, id);
        WriteEther(json, at);
    }

    private static void WriteVlan(Utf8JsonWriter json, SegmentKey segment)
    {
        if ((segment.Vlan1 | segment.Vlan2 | segment.Vlan3) == 0)
            return;
        json.WriteStartArray("vlan"u8);
        foreach (var vlan in (ReadOnlySpan<ushort>)[segment.Vlan1, segment.Vlan2, segment.Vlan3])
        {
            if (vlan != 0)
                json.WriteNumberValue(vlan);
        }
        json.WriteEndArray();
    }

    private static void WriteEther(Utf8JsonWriter json, in Sighting at)
    {
        if (at.SourceMac.IsNone && at.DestinationMac.IsNone)
            return;
        json.WriteStartObject("ether"u8);
        if (!at.SourceMac.IsNone)
            json.WriteAddress("src_mac"u8, at.SourceMac);
        if (!at.DestinationMac.IsNone)
            json.WriteAddress("dest_mac"u8, at.DestinationMac);
        json.WriteEndObject();
    }

    private static void WriteAlert(Utf8JsonWriter json, Finding finding)
    {
        var detector = finding.Detector;
        json.WriteStartObject("alert"u8);
        json.WriteString("action"u8, "allowed"u8);
        json.WriteNumber("gid"u8, GeneratorId);
        json.WriteNumber("signature_id"u8, detector.Sid);
        json.WriteNumber("rev"u8, Revision);
        json.WriteString("signature"u8, detector.Title);
        json.WriteString("category"u8, Words.Category(detector.Sid, detector.Stage));
        json.WriteNumber("severity"u8, Words.EveSeverity(finding.Severity));
        json.WriteStartObject("metadata"u8);
        HostJson.WriteTexts(json, "confidence"u8, Words.Of(finding.Confidence));
        HostJson.WriteTexts(json, "mitre_technique_id"u8, detector.Techniques.AsSpan());
        WriteFacts(json, finding);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    /// <summary>Further facts by name; a name given several times has several values, in the order they were given.</summary>
    internal static void WriteFacts(Utf8JsonWriter json, Finding finding)
    {
        var facts = finding.Metadata.AsSpan();
        for (var first = 0; first < facts.Length; first++)
        {
            var name = facts[first].Key;
            if (name is "confidence" or "mitre_technique_id" || Has(facts[..first], name))
                continue;
            json.WriteStartArray(name);
            foreach (ref readonly var fact in facts[first..])
            {
                if (fact.Key == name)
                    json.WriteStringValue(fact.Value);
            }
            json.WriteEndArray();
        }
    }

    private static bool Has(ReadOnlySpan<KeyValuePair<string, string>> facts, string name)
    {
        foreach (ref readonly var fact in facts)
        {
            if (fact.Key == name)
                return true;
        }
        return false;
    }

    /// <summary>The object "sensor": what the format around it has no name for.</summary>
    internal static void WriteSensor(Utf8JsonWriter json, RunView run, Incident incident, Finding finding, string? findingId = null)
    {
        json.WriteStartObject("sensor"u8);
        if (findingId is not null)
            json.WriteString("finding_id"u8, findingId);
        json.WriteString("detector"u8, finding.Detector.Id);
        json.WriteString("severity"u8, Words.Of(finding.Severity));
        json.WriteString("confidence"u8, Words.Of(finding.Confidence));
        json.WriteString("incident_id"u8, incident.Id);
        json.WriteString("incident_severity"u8, Words.Of(incident.Severity));
        json.WriteString("incident_confidence"u8, Words.Of(incident.Confidence));
        if (incident.JoinedIds.Count > 0)
            HostJson.WriteTexts(json, "joined_incidents"u8, incident.JoinedIds);
        json.WriteString("stage"u8, Words.Of(finding.Detector.Stage));
        HostJson.WriteSuspect(json, finding.Suspect);
        json.WriteStartArray("victims"u8);
        if (finding.Victim is { } victim)
        {
            json.WriteStartObject();
            HostJson.WriteAddresses(json, victim, HostJson.AddressIn(finding.At, victim));
            if (incident.VictimOf(victim) is { } met)
            {
                json.WriteString("furthest"u8, Words.Of(met.Furthest));
                HostJson.WriteStages(json, run, met);
            }
            json.WriteEndObject();
        }
        json.WriteEndArray();
        HostJson.WriteFrames(json, run, finding.Frames.AsSpan());
        json.WriteString("summary"u8, finding.Summary);
        if (finding.Explanation is { } explanation)
            json.WriteString("explained_by"u8, explanation);
        json.WriteString("refuted_by"u8, finding.RefutedBy);
        HostJson.WriteTexts(json, "next_steps"u8, finding.NextSteps.AsSpan());
        HostJson.WriteTexts(json, "techniques"u8, finding.Detector.Techniques.AsSpan());
        json.WriteEndObject();
    }
}
