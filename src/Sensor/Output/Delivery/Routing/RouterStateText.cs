using System.Text;
using System.Text.Json;
using Sensor.Detection.Incidents;

namespace Sensor.Output.Delivery.Routing;

/// <summary>The router's state as JSON. Reading takes nothing for granted: the store may be damaged, or of another version.</summary>
internal static class RouterStateText
{
    private const int Version = 1, MostReported = 1000, MostText = 512;

    /// <summary>The text.</summary>
    public static string Write(RouterState state)
    {
        using var octets = new MemoryStream();
        using (var json = new Utf8JsonWriter(octets))
        {
            json.WriteStartObject();
            json.WriteNumber("version"u8, Version);
            json.WriteStartArray("windows"u8);
            foreach (var window in state.Windows)
                WriteWindow(json, window);
            json.WriteEndArray();
            json.WriteStartObject("tallies"u8);
            foreach (var (target, tally) in state.Tallies)
                WriteTally(json, target, tally);
            json.WriteEndObject();
            HostJson.WriteTexts(json, "reported"u8, state.Reported);
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(octets.GetBuffer(), 0, (int)octets.Length);
    }

    /// <summary>Adds to <paramref name="state"/> what <paramref name="text"/> holds.</summary>
    public static void Read(string text, RouterState state)
    {
        if (text.Length == 0)
            return;
        try
        {
            using var document = JsonDocument.Parse(text);
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object || Number(root, "version") != Version)
                return;
            foreach (var window in List(root, "windows"))
                ReadWindow(window, state);
            if (root.TryGetProperty("tallies", out var tallies) && tallies.ValueKind == JsonValueKind.Object)
            {
                foreach (var tally in tallies.EnumerateObject())
                    ReadTally(tally.Name, tally.Value, state);
            }
            foreach (var reported in List(root, "reported").Take(MostReported))
            {
                if (reported.ValueKind == JsonValueKind.String)
                    state.AddReported(reported.GetString()!);
            }
        }
        catch (Exception damage) when (damage is JsonException or InvalidOperationException or ArgumentException)
        {
            // Counts since the last summary are lost with it; the findings themselves are in the store.
        }
    }

    private static void WriteWindow(Utf8JsonWriter json, VictimWindow window)
    {
        json.WriteStartObject();
        json.WriteString("target"u8, window.Target);
        json.WriteString("incident"u8, window.IncidentId);
        json.WriteNumber("start"u8, window.StartNs);
        json.WriteNumber("told"u8, window.Told);
        json.WriteNumber("counted"u8, window.Counted);
        json.WriteNumber("first"u8, window.FirstNs);
        json.WriteNumber("last"u8, window.LastNs);
        json.WriteNumber("severity"u8, (int)window.Severity);
        json.WriteString("detector"u8, window.Detector);
        json.WriteString("suspect"u8, Cut(window.Suspect));
        json.WriteEndObject();
    }

    private static void ReadWindow(JsonElement element, RouterState state)
    {
        var (target, incident) = (Text(element, "target"), Text(element, "incident"));
        if (target.Length == 0 || incident.Length == 0)
            return;
        state.Add(new VictimWindow
        {
            Target = target,
            IncidentId = incident,
            StartNs = Number(element, "start"),
            Told = (int)Math.Clamp(Number(element, "told"), 0, int.MaxValue),
            Counted = (int)Math.Clamp(Number(element, "counted"), 0, int.MaxValue),
            FirstNs = Number(element, "first"),
            LastNs = Number(element, "last"),
            Severity = SeverityOf(element),
            Detector = Text(element, "detector"),
            Suspect = Text(element, "suspect"),
        });
    }

    private static void WriteTally(Utf8JsonWriter json, string target, DayTally tally)
    {
        json.WriteStartObject(target);
        json.WriteNumber("start"u8, tally.StartNs);
        json.WriteNumber("suppressed"u8, tally.Suppressed);
        json.WriteNumber("unlisted"u8, tally.Unlisted);
        json.WriteStartArray("severities"u8);
        foreach (var count in tally.BySeverity)
            json.WriteNumberValue(count);
        json.WriteEndArray();
        json.WriteStartObject("detectors"u8);
        foreach (var (detector, count) in tally.ByDetector)
            json.WriteNumber(detector, count);
        json.WriteEndObject();
        json.WriteStartArray("incidents"u8);
        foreach (var incident in tally.Incidents)
        {
            json.WriteStartObject();
            json.WriteString("id"u8, incident.Id);
            json.WriteNumber("severity"u8, (int)incident.Severity);
            json.WriteString("suspect"u8, Cut(incident.Suspect));
            json.WriteNumber("victims"u8, incident.Victims);
            json.WriteNumber("count"u8, incident.Count);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void ReadTally(string target, JsonElement element, RouterState state)
    {
        if (element.ValueKind != JsonValueKind.Object)
            return;
        var tally = new DayTally
        {
            StartNs = Number(element, "start"),
            Suppressed = Number(element, "suppressed"),
            Unlisted = Number(element, "unlisted"),
        };
        var severities = List(element, "severities").ToList();
        for (var i = 0; i < tally.BySeverity.Length && i < severities.Count; i++)
            tally.BySeverity[i] = severities[i].TryGetInt64(out var count) ? count : 0;
        if (element.TryGetProperty("detectors", out var detectors) && detectors.ValueKind == JsonValueKind.Object)
        {
            foreach (var detector in detectors.EnumerateObject())
                tally.ByDetector[detector.Name] = detector.Value.TryGetInt64(out var count) ? count : 0;
        }
        foreach (var incident in List(element, "incidents").Take(DayTally.MaxIncidents))
        {
            tally.Incidents.Add(new TalliedIncident(Text(incident, "id"))
            {
                Severity = SeverityOf(incident),
                Suspect = Text(incident, "suspect"),
                Victims = Number(incident, "victims"),
                Count = Number(incident, "count"),
            });
        }
        state.Add(target, tally);
    }

    private static string Cut(string text) => text.Length <= MostText ? text : text[..MostText];

    private static Severity SeverityOf(JsonElement element) =>
        (Severity)Math.Clamp(Number(element, "severity"), 0, (long)Severity.Critical);

    private static string Text(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()! : "";

    private static long Number(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number) ? number : 0;

    private static JsonElement.ArrayEnumerator List(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Array ? value.EnumerateArray() : default;
}
