using System.Text.Encodings.Web;
using System.Text.Json;
using Sensor.Core.Wire;
using Sensor.Detection.Incidents;
using Sensor.Output;

namespace Sensor.Evidence;

/// <summary>
/// What lies in the folder: every incident with its files, every file with its SHA-256. No clock and no machine is in it.
/// </summary>
internal sealed class EvidenceManifest
{
    private const int Version = 1;

    private readonly List<Entry> _entries = [];

    /// <summary>Adds an incident; its files are added to the returned entry as they are written.</summary>
    public Entry Add(RunView run, IncidentEvidence evidence)
    {
        var frames = evidence.Frames;
        var entry = new Entry(
            run.Name, evidence.Incident, frames.Count, frames.Values.Count(frame => frame.IsMasked), evidence.Missing, evidence.LeftOut);
        _entries.Add(entry);
        return entry;
    }

    /// <summary>Writes it as indented JSON.</summary>
    public void Write(Stream stream, IReadOnlyList<string> inputs)
    {
        using var json = new Utf8JsonWriter(stream, new JsonWriterOptions
        {
            Indented = true,
            NewLine = "\n",
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        });
        json.WriteStartObject();
        json.WriteString("kind"u8, EvidenceFolder.Kind);
        json.WriteNumber("version"u8, Version);
        json.WriteString("sensor"u8, Commands.SensorCli.Version);
        HostJson.WriteTexts(json, "inputs"u8, inputs);
        json.WriteStartArray("incidents"u8);
        foreach (var entry in _entries)
            WriteIncident(json, entry);
        json.WriteEndArray();
        json.WriteStartArray("files"u8);
        foreach (var entry in _entries)
        {
            foreach (var (file, kind) in entry.Files)
                WriteFile(json, entry, file, kind);
        }
        json.WriteEndArray();
        json.WriteEndObject();
        json.Flush();
        stream.Write("\n"u8);
    }

    private static void WriteIncident(Utf8JsonWriter json, Entry entry)
    {
        var incident = entry.Incident;
        json.WriteStartObject();
        json.WriteString("incident_id"u8, incident.Id);
        if (entry.World.Length > 0)
            json.WriteString("world"u8, entry.World);
        json.WriteString("severity"u8, Words.Of(incident.Severity));
        json.WriteString("confidence"u8, Words.Of(incident.Confidence));
        json.WriteString("first_seen"u8, PacketTime.Iso(incident.FirstSeenNs));
        json.WriteString("last_seen"u8, PacketTime.Iso(incident.LastSeenNs));
        HostJson.WriteSuspect(json, incident.Suspect);
        json.WriteStartArray("victims"u8);
        foreach (var victim in incident.Victims)
        {
            json.WriteStartObject();
            HostJson.WriteAddresses(json, victim.Host, IpAddress.None);
            json.WriteString("furthest"u8, Words.Of(victim.Furthest));
            json.WriteEndObject();
        }
        json.WriteEndArray();
        HostJson.WriteTexts(json, "detectors"u8, incident.Findings.Select(recorded => recorded.Finding.Detector.Id).Distinct());
        json.WriteNumber("frames"u8, entry.Frames);
        json.WriteNumber("frames_masked"u8, entry.Masked);
        json.WriteNumber("frames_missing"u8, entry.Missing);
        json.WriteNumber("frames_left_out"u8, entry.LeftOut);
        HostJson.WriteTexts(json, "files"u8, entry.Files.Select(file => file.File.Name));
        json.WriteEndObject();
    }

    private static void WriteFile(Utf8JsonWriter json, Entry entry, EvidenceFile file, string kind)
    {
        json.WriteStartObject();
        json.WriteString("name"u8, file.Name);
        json.WriteString("kind"u8, kind);
        json.WriteString("incident_id"u8, entry.Incident.Id);
        json.WriteNumber("octets"u8, file.Octets);
        json.WriteString("sha256"u8, file.Sha256);
        json.WriteEndObject();
    }

    /// <summary>An incident of the manifest: its frames are counted, not kept.</summary>
    internal sealed record Entry(string World, Incident Incident, int Frames, int Masked, int Missing, long LeftOut)
    {
        /// <summary>Its files with what they are: frames, pac or payload.</summary>
        public List<(EvidenceFile File, string Kind)> Files { get; } = [];
    }
}
