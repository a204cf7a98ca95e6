using System.Text.Json;
using Sensor.Core.Wire;
using Sensor.Detection.Hosts;
using Sensor.Detection.Incidents;

namespace Sensor.Output;

/// <summary>Incidents whole, one JSON object a line, in the order they began (exposed hosts last, then the inventory); without <c>all</c> only those that raised an alert.</summary>
internal sealed class IncidentSink(TextWriter output, bool all) : IReplaySink, IDisposable
{
    private readonly JsonLine _line = new(output);
    private readonly OrderedIncidents _alerted = new();
    private RunView _run = null!;

    /// <inheritdoc/>
    public void BeginRun(RunView run)
    {
        _run = run;
        _alerted.Clear();
    }

    /// <inheritdoc/>
    public void Found(Incident incident, Finding finding)
    {
    }

    /// <inheritdoc/>
    public void Alerted(Alert alert) => _alerted.Add(alert.Incident);

    /// <inheritdoc/>
    public void EndRun()
    {
        var inventory = _run.Inventory?.Invoke() ?? [];
        foreach (var incident in all ? _run.Incidents().Concat(_run.Exposures()) : _alerted.All)
            Write(incident, inventory);
        if (!all)
            return;
        foreach (var exposed in inventory)
            ExposureJson.WriteLine(_line, exposed);
    }

    /// <inheritdoc/>
    public void End(ReplaySummary summary)
    {
    }

    /// <inheritdoc/>
    public void Dispose() => _line.Dispose();

    private void Write(Incident incident, IReadOnlyList<ExposedHost> inventory)
    {
        var json = _line.Begin();
        json.WriteStartObject();
        json.WriteString("incident_id"u8, incident.Id);
        json.WriteString("severity"u8, Words.Of(incident.Severity));
        json.WriteString("confidence"u8, Words.Of(incident.Confidence));
        json.WriteBoolean("alerted"u8, _alerted.Contains(incident));
        json.WriteString("first_seen"u8, PacketTime.Eve(incident.FirstSeenNs));
        json.WriteString("last_seen"u8, PacketTime.Eve(incident.LastSeenNs));
        if (incident.JoinedIds.Count > 0)
            HostJson.WriteTexts(json, "joined_incidents"u8, incident.JoinedIds);
        HostJson.WriteSuspect(json, incident.Suspect);
        WriteVictims(json, incident);
        ExposureJson.WriteReach(json, incident, inventory);
        WriteStages(json, incident);
        WriteFindings(json, incident);
        WriteChecks(json, incident);
        HostJson.WriteTexts(json, "techniques"u8, Distinct(incident, finding => finding.Detector.Techniques));
        HostJson.WriteTexts(json, "refuted_by"u8, Distinct(incident, finding => [finding.RefutedBy]));
        HostJson.WriteTexts(json, "next_steps"u8, Distinct(incident, finding => finding.NextSteps));
        json.WriteEndObject();
        _line.End();
    }

    private void WriteVictims(Utf8JsonWriter json, Incident incident)
    {
        json.WriteStartArray("victims"u8);
        foreach (var victim in incident.Victims)
        {
            json.WriteStartObject();
            HostJson.WriteAddresses(json, victim.Host, IpAddress.None);
            HostJson.WriteTexts(json, "names"u8, victim.Host.Names);
            json.WriteString("furthest"u8, Words.Of(victim.Furthest));
            json.WriteString("since"u8, PacketTime.Eve(victim.SinceNs));
            HostJson.WriteStages(json, _run, victim);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private void WriteStages(Utf8JsonWriter json, Incident incident)
    {
        json.WriteStartArray("stages"u8);
        foreach (var stage in incident.Findings.GroupBy(recorded => recorded.Finding.Detector.Stage).OrderBy(group => group.Key))
        {
            json.WriteStartObject();
            json.WriteString("stage"u8, Words.Of(stage.Key));
            json.WriteString("first_seen"u8, PacketTime.Eve(stage.Min(recorded => recorded.FirstSeenNs)));
            HostJson.WriteTexts(json, "detectors"u8, stage.Select(recorded => recorded.Finding.Detector.Id).Distinct());
            HostJson.WriteFrames(json, _run, stage.SelectMany(recorded => recorded.Finding.Frames).DistinctBy(frame => (frame.Origin, frame.Number))
                .OrderBy(frame => frame.Origin).ThenBy(frame => frame.Number));
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private void WriteFindings(Utf8JsonWriter json, Incident incident)
    {
        json.WriteStartArray("findings"u8);
        foreach (var recorded in incident.Findings)
        {
            var finding = recorded.Finding;
            json.WriteStartObject();
            json.WriteString("detector"u8, finding.Detector.Id);
            json.WriteNumber("signature_id"u8, finding.Detector.Sid);
            json.WriteString("severity"u8, Words.Of(finding.Severity));
            json.WriteString("confidence"u8, Words.Of(finding.Confidence));
            json.WriteString("stage"u8, Words.Of(finding.Detector.Stage));
            json.WriteString("first_seen"u8, PacketTime.Eve(recorded.FirstSeenNs));
            json.WriteString("last_seen"u8, PacketTime.Eve(recorded.LastSeenNs));
            json.WriteNumber("count"u8, recorded.Count);
            json.WriteString("summary"u8, finding.Summary);
            if (finding.Explanation is { } explanation)
                json.WriteString("explained_by"u8, explanation);
            if (finding.Victim is { } victim)
            {
                json.WriteStartObject("victim"u8);
                HostJson.WriteAddresses(json, victim, HostJson.AddressIn(finding.At, victim));
                json.WriteEndObject();
            }
            HostJson.WriteFrames(json, _run, finding.Frames);
            json.WriteStartObject("facts"u8);
            EveSink.WriteFacts(json, finding);
            json.WriteEndObject();
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static void WriteChecks(Utf8JsonWriter json, Incident incident)
    {
        if (incident.Checks.Count == 0)
            return;
        json.WriteStartArray("checks"u8);
        foreach (var check in incident.Checks)
        {
            json.WriteStartObject();
            json.WriteString("time"u8, PacketTime.Eve(check.TimestampNs));
            json.WriteString("text"u8, check.Text);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static IEnumerable<string> Distinct(Incident incident, Func<Finding, IEnumerable<string>> texts) =>
        incident.Findings.SelectMany(recorded => texts(recorded.Finding)).Distinct();
}
