using Sensor.Detection.Hosts;
using Sensor.Detection.Incidents;

namespace Sensor.Output.Formats;

/// <summary>
/// STIX 2.1: one bundle a line for each finding. The packet is observed-data, the suspect's addresses an indicator, this time of it a
/// sighting, the technique an attack-pattern, the hosts and the sensor identities, and what would refute it and what to do a note. All
/// ids are made from names, so the same capture gives the same bundle and receivers join what they were told before.
/// </summary>
internal sealed class StixSink(TextWriter output, bool all, string observer) : FindingSink(all), IDisposable
{
    private readonly JsonLine _line = new(output);

    /// <inheritdoc/>
    public void Dispose() => _line.Dispose();

    /// <inheritdoc/>
    protected override void Write(Incident incident, Finding finding)
    {
        var record = new FindingRecord(Run, incident, finding);
        var json = _line.Begin();
        json.WriteStartObject();
        json.WriteString("type"u8, "bundle"u8);
        json.WriteString("id"u8, Id("bundle", record.Id));
        json.WriteStartArray("objects"u8);
        var objects = new StixObjects(json);
        var sensor = WriteSensor(objects);
        var victim = finding.Victim is { } host ? WriteVictim(objects, record, sensor, host) : null;
        var observables = new StixObservables(json).Write(record);
        var observed = WriteObservedData(objects, record, sensor, observables);
        var indicator = WriteIndicator(objects, record, sensor);
        var sighting = WriteSighting(objects, record, sensor, indicator, observed);
        foreach (var technique in record.Techniques)
            WriteTechnique(objects, record, sensor, indicator, victim, technique);
        WriteNote(objects, record, sensor, [sighting, observed, indicator, .. victim is null ? Array.Empty<string>() : [victim]]);
        json.WriteEndArray();
        json.WriteEndObject();
        _line.End();
    }

    private static string Id(string type, string name) => StixObjects.Id(type, name);

    private string WriteSensor(StixObjects objects)
    {
        var id = objects.Begin("identity", observer, createdBy: null, StixObjects.Epoch);
        objects.Text("name", observer);
        objects.Text("description", "sensor: watches for rogue proxy configuration, poisoned names and intercepted updates");
        objects.Text("identity_class", "system");
        objects.End();
        return id;
    }

    private static string WriteVictim(StixObjects objects, FindingRecord record, string sensor, Host victim)
    {
        var id = objects.Begin("identity", $"{record.Id}|victim", sensor, record.At.TimestampNs);
        objects.Text("name", HostText.Short(victim));
        objects.Text("description", $"Victim: {HostText.Whole(victim)}");
        objects.Text("identity_class", "system");
        objects.End();
        return id;
    }

    private string WriteObservedData(StixObjects objects, FindingRecord record, string sensor, IReadOnlyList<string> observables)
    {
        var id = objects.Begin("observed-data", record.Id, sensor, record.At.TimestampNs);
        objects.Time("first_observed", record.StartNs);
        objects.Time("last_observed", record.EndNs);
        objects.Number("number_observed", Math.Max(1, record.Finding.Frames.Length));
        objects.Texts("object_refs", observables);
        objects.Reference("capture", $"{record.File}: {FrameList.Of(record.Finding.Frames, Run, nameFiles: false)}", record.Incident.Id);
        objects.End();
        return id;
    }

    private static string WriteIndicator(StixObjects objects, FindingRecord record, string sensor)
    {
        var id = objects.Begin("indicator", record.Id, sensor, record.At.TimestampNs);
        objects.Text("name", record.Detector.Title);
        objects.Text("description", record.Finding.Summary);
        objects.Texts("indicator_types", [record.Finding.Confidence == Confidence.Possible ? "anomalous-activity" : "malicious-activity"]);
        objects.Text("pattern", PatternOf(record));
        objects.Text("pattern_type", "stix");
        objects.Text("pattern_version", "2.1");
        objects.Time("valid_from", record.At.TimestampNs);
        objects.Number("confidence", Scales.Stix(record.Finding.Confidence));
        objects.Texts("labels", [record.Detector.Id, Words.Of(record.Detector.Stage), Words.Of(record.Finding.Severity)]);
        objects.End();
        return id;
    }

    /// <summary>Any of the suspect's addresses. They hold no quote or backslash, so nothing is to be escaped.</summary>
    private static string PatternOf(FindingRecord record)
    {
        var suspect = record.Finding.Suspect;
        var terms = suspect.Addresses.Select(address => $"ipv{(address.IsV4 ? 4 : 6)}-addr:value = '{address}'")
            .Concat(suspect.Macs.Select(mac => $"mac-addr:value = '{mac}'")).ToList();
        return $"[{(terms.Count == 0 ? $"mac-addr:value = '{record.At.SourceMac}'" : string.Join(" OR ", terms))}]";
    }

    private static string WriteSighting(StixObjects objects, FindingRecord record, string sensor, string indicator, string observed)
    {
        var id = objects.Begin("sighting", record.Id, sensor, record.At.TimestampNs);
        objects.Time("first_seen", record.StartNs);
        objects.Time("last_seen", record.EndNs);
        objects.Number("count", 1);
        objects.Text("sighting_of_ref", indicator);
        objects.Texts("observed_data_refs", [observed]);
        objects.Texts("where_sighted_refs", [sensor]);
        objects.Number("confidence", Scales.Stix(record.Finding.Confidence));
        objects.End();
        return id;
    }

    private static void WriteTechnique(
        StixObjects objects, FindingRecord record, string sensor, string indicator, string? victim, Technique technique)
    {
        var pattern = objects.Begin("attack-pattern", technique.Id, createdBy: null, StixObjects.Epoch);
        objects.Text("name", technique.Name);
        objects.Reference("mitre-attack", null, technique.Id, technique.Url);
        objects.End();
        WriteRelationship(objects, record, sensor, indicator, "indicates", pattern);
        if (victim is not null)
            WriteRelationship(objects, record, sensor, pattern, "targets", victim);
    }

    private static void WriteRelationship(StixObjects objects, FindingRecord record, string sensor, string source, string type,
        string target)
    {
        objects.Begin("relationship", $"{source}|{type}|{target}", sensor, record.At.TimestampNs);
        objects.Text("relationship_type", type);
        objects.Text("source_ref", source);
        objects.Text("target_ref", target);
        objects.End();
    }

    private static void WriteNote(StixObjects objects, FindingRecord record, string sensor, IReadOnlyList<string> about)
    {
        var steps = record.Finding.NextSteps.Select((step, index) => $"{index + 1}. {step}");
        objects.Begin("note", record.Id, sensor, record.At.TimestampNs);
        objects.Text("abstract",
            $"{Words.Of(record.Finding.Severity)}, {Words.Of(record.Finding.Confidence)}; incident {record.Incident.Id}");
        objects.Text("content", $"Not so if: {record.Finding.RefutedBy}\nNext:\n{string.Join('\n', steps)}");
        objects.Texts("object_refs", about);
        objects.End();
    }
}
