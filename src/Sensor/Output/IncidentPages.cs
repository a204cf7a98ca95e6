using System.Globalization;
using System.Text;
using System.Text.Json;
using Sensor.Detection.Incidents;
using Sensor.Store;

namespace Sensor.Output;

/// <summary>What `sensor incidents` prints. All texts of the store came from the wire once and are escaped.</summary>
internal static class IncidentPages
{
    /// <summary>One incident a line, under a head.</summary>
    public static void WriteList(TextPage page, IReadOnlyList<StoredIncident> incidents)
    {
        if (incidents.Count == 0)
        {
            page.Line("No incidents.");
            return;
        }
        page.Line($"{"last seen",-19}  {"severity",-8}  {"sure",-8}  {"stage",-11}  {"victims",7}  {"incident",-16}  suspect", Ink.Dim);
        foreach (var incident in incidents)
        {
            page.Line(string.Create(CultureInfo.InvariantCulture,
                $"{PacketTime.Whole(incident.LastNs)}  {Words.Of(incident.Severity),-8}  {Words.Of(incident.Confidence),-8}  {StageOf(incident),-11}  {incident.Victims,7}  {Text(incident.Id),-16}  {Text(incident.Suspect)}"));
        }
    }

    /// <summary>One incident with all its findings.</summary>
    public static void WriteOne(TextPage page, StoredIncident incident, IReadOnlyList<ReadFinding> findings)
    {
        page.Line($"Incident {Text(incident.Id)}: {Words.Of(incident.Severity)}, {Words.Of(incident.Confidence)}", Ink.Bold);
        page.Labelled("Suspect", 10, Text(incident.Suspect));
        page.Labelled("Stage", 10, StageOf(incident));
        page.Labelled("Victims", 10, incident.Victims.ToString(CultureInfo.InvariantCulture));
        page.Labelled("First", 10, PacketTime.Whole(incident.FirstNs) + " UTC");
        page.Labelled("Last", 10, PacketTime.Whole(incident.LastNs) + " UTC");
        var label = "Checked";
        foreach (var (time, text) in incident.Checks())
        {
            page.Labelled(label, 10, $"{Text(time.Length > 19 ? time[..19].Replace('T', ' ') : time)}: {Text(text)}");
            label = "";
        }
        foreach (var finding in findings)
        {
            page.Blank();
            page.Line($"{PacketTime.Whole(finding.AtNs)}  {Text(finding.Detector)}  {Words.Of(Bounded(finding.Severity))}, {Words.Of(Bounded(finding.Confidence))}", Ink.Cyan);
            page.Paragraph(Text(finding.Summary), 2);
        }
    }

    /// <summary>One JSON object an incident.</summary>
    public static void WriteLines(TextWriter output, IReadOnlyList<StoredIncident> incidents)
    {
        foreach (var incident in incidents)
        {
            using var buffer = new MemoryStream();
            using (var json = new Utf8JsonWriter(buffer))
            {
                json.WriteStartObject();
                json.WriteString("incident_id"u8, incident.Id);
                json.WriteString("severity"u8, Words.Of(incident.Severity));
                json.WriteString("confidence"u8, Words.Of(incident.Confidence));
                json.WriteString("stage"u8, StageOf(incident));
                json.WriteString("first_seen"u8, PacketTime.Eve(incident.FirstNs));
                json.WriteString("last_seen"u8, PacketTime.Eve(incident.LastNs));
                json.WriteString("suspect"u8, incident.Suspect);
                json.WriteNumber("victims"u8, incident.Victims);
                json.WriteNumber("findings"u8, incident.Findings);
                WriteChecks(json, incident);
                json.WriteEndObject();
            }
            output.Write(Encoding.UTF8.GetString(buffer.ToArray()));
            output.Write('\n');
        }
    }

    /// <summary>The findings as they were told: one EVE object a line.</summary>
    public static void WriteFindingLines(TextWriter output, IReadOnlyList<ReadFinding> findings)
    {
        foreach (var finding in findings)
        {
            output.Write(finding.Json.ReplaceLineEndings(" "));
            output.Write('\n');
        }
    }

    private static void WriteChecks(Utf8JsonWriter json, StoredIncident incident)
    {
        if (incident.Checks() is not { Count: > 0 } checks)
            return;
        json.WriteStartArray("checks"u8);
        foreach (var (time, text) in checks)
        {
            json.WriteStartObject();
            json.WriteString("time"u8, time);
            json.WriteString("text"u8, text);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static string StageOf(StoredIncident incident) => Words.Of(incident.Furthest);

    private static string Text(string text) => TextPage.Printable(text);

    private static Severity Bounded(Severity severity) => severity <= Severity.Critical ? severity : Severity.Info;

    private static Confidence Bounded(Confidence confidence) => confidence <= Confidence.Certain ? confidence : Confidence.Possible;
}
