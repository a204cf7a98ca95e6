using System.Globalization;
using System.Text;
using System.Text.Json;
using Sensor.Output.Formats;
using static Sensor.Output.Formats.EventFormatText;

namespace Sensor.Output.Delivery.Bodies;

/// <summary>Notices in every format. JSON formats carry the same object "sensor": notice, kind, severity, summary and the figures as "fields".</summary>
internal static class NoticeBody
{
    private const int MostValue = 1023;

    /// <summary>The body, without a line's end.</summary>
    public static string Render(BodyFormat format, Notice notice, string observer) => format switch
    {
        BodyFormat.Text => Text(notice),
        BodyFormat.Cef => Cef(notice, observer),
        BodyFormat.Leef => Leef(notice, observer),
        BodyFormat.Eve => Json(json => WriteEve(json, notice)),
        BodyFormat.Ecs => Json(json => WriteEcs(json, notice, observer)),
        BodyFormat.Ocsf => Json(json => WriteOcsf(json, notice, observer)),
        _ => Json(json => WriteStix(json, notice, observer)),
    };

    private static string Text(Notice notice)
    {
        var text = new StringBuilder(TextBody.Begin(notice.Severity, notice.Kind)).Append(notice.Summary);
        if (notice.IncidentId.Length > 0)
            text.Append(" | incident ").Append(notice.IncidentId);
        text.Append(" | id ").Append(notice.MessageId).Append(", ").Append(PacketTime.Iso(notice.TimestampNs));
        if (notice.NextStep.Length > 0)
            text.Append(" | next: ").Append(notice.NextStep);
        return TextPage.Printable(text.ToString());
    }

    private static string Cef(Notice notice, string observer)
    {
        var line = new StringBuilder("CEF:0|Sensor|sensor|").Append(CefHeader(Commands.SensorCli.Version)).Append('|').Append(CefHeader(notice.Kind))
            .Append('|').Append(CefHeader(notice.Title)).Append('|').Append(Number(Scales.Cef(notice.Severity))).Append('|');
        line.Append("rt=").Append(Number(PacketTime.Milliseconds(notice.TimestampNs)));
        Pair("cat", notice.Type);
        Pair("externalId", notice.MessageId);
        Pair("dvchost", observer);
        Pair("msg", notice.Summary);
        if (notice.IncidentId.Length > 0)
            Pair("cs1", notice.IncidentId, "Incident");
        Pair("cs2", notice.Kind, "Kind");
        if (notice.Fields.FirstOrDefault(static field => field.Key == "subject").Value is { Length: > 0 } subject)
            Pair("cs3", subject, "Subject");
        if (notice.NextStep.Length > 0)
            Pair("flexString2", notice.NextStep, "Next step");
        return line.ToString();

        void Pair(string key, string value, string? label = null)
        {
            line.Append(' ').Append(key).Append('=').Append(CefValue(value, MostValue));
            if (label is not null)
                line.Append(' ').Append(key).Append("Label=").Append(label);
        }
    }

    private static string Leef(Notice notice, string observer)
    {
        var line = new StringBuilder("LEEF:2.0|Sensor|sensor|").Append(LeefHeader(Commands.SensorCli.Version)).Append('|')
            .Append(LeefHeader(notice.Kind)).Append("|x09|devTime=").Append(PacketTime.IsoMilliseconds(notice.TimestampNs));
        Pair("devTimeFormat", "yyyy-MM-dd'T'HH:mm:ss.SSSX");
        Pair("cat", notice.Type);
        Pair("sev", Number(Scales.Cef(notice.Severity)));
        Pair("identHostName", observer);
        Pair("eventId", notice.MessageId);
        Pair("incident", notice.IncidentId);
        foreach (var (key, value) in notice.Fields)
            Pair(key, value);
        Pair("msg", notice.Summary);
        Pair("nextStep", notice.NextStep);
        return line.ToString();

        void Pair(string key, string value)
        {
            if (value.Length > 0)
                line.Append('\t').Append(key).Append('=').Append(LeefValue(value, MostValue));
        }
    }

    private static void WriteEve(Utf8JsonWriter json, Notice notice)
    {
        json.WriteString("timestamp"u8, PacketTime.Eve(notice.TimestampNs));
        json.WriteString("event_type"u8, "sensor"u8);
        WriteSensor(json, notice);
    }

    private static void WriteEcs(Utf8JsonWriter json, Notice notice, string observer)
    {
        json.WriteString("@timestamp"u8, PacketTime.Iso(notice.TimestampNs));
        json.WriteString("message"u8, notice.Summary);
        json.WriteStartObject("ecs"u8);
        json.WriteString("version"u8, "8.17.0"u8);
        json.WriteEndObject();
        json.WriteStartObject("event"u8);
        json.WriteString("kind"u8, notice.Type == "summary" ? "alert"u8 : "event"u8);
        ReadOnlySpan<string> categories = notice.Type == "operational" ? ["host"] : ["network", "intrusion_detection"];
        HostJson.WriteTexts(json, "category"u8, categories);
        HostJson.WriteTexts(json, "type"u8, ["info"]);
        json.WriteString("action"u8, notice.Kind);
        json.WriteString("dataset"u8, "sensor." + notice.Type.Replace('-', '_'));
        json.WriteString("module"u8, "sensor"u8);
        json.WriteString("id"u8, notice.MessageId);
        json.WriteNumber("severity"u8, Scales.Ecs(notice.Severity));
        json.WriteEndObject();
        json.WriteStartObject("observer"u8);
        json.WriteString("hostname"u8, observer);
        json.WriteString("vendor"u8, "Sensor"u8);
        json.WriteString("product"u8, "sensor"u8);
        json.WriteString("type"u8, "ids"u8);
        json.WriteString("version"u8, Commands.SensorCli.Version);
        json.WriteEndObject();
        WriteSensor(json, notice);
    }

    /// <summary>OCSF's Base Event (class 0): none of its classes tells of the observer's own state.</summary>
    private static void WriteOcsf(Utf8JsonWriter json, Notice notice, string observer)
    {
        const int Other = 99;
        json.WriteNumber("category_uid"u8, 0);
        json.WriteNumber("class_uid"u8, 0);
        json.WriteString("class_name"u8, "Base Event"u8);
        json.WriteNumber("activity_id"u8, Other);
        json.WriteString("activity_name"u8, notice.Type);
        json.WriteNumber("type_uid"u8, Other);
        json.WriteNumber("time"u8, PacketTime.Milliseconds(notice.TimestampNs));
        json.WriteNumber("severity_id"u8, Scales.Ocsf(notice.Severity));
        json.WriteString("message"u8, notice.Summary);
        json.WriteStartObject("metadata"u8);
        json.WriteString("version"u8, "1.4.0"u8);
        json.WriteString("uid"u8, notice.MessageId);
        json.WriteString("event_code"u8, notice.Kind);
        json.WriteString("log_provider"u8, observer);
        json.WriteStartObject("product"u8);
        json.WriteString("name"u8, "sensor"u8);
        json.WriteString("vendor_name"u8, "Sensor"u8);
        json.WriteString("version"u8, Commands.SensorCli.Version);
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteStartObject("unmapped"u8);
        WriteSensor(json, notice);
        json.WriteEndObject();
    }

    private static void WriteStix(Utf8JsonWriter json, Notice notice, string observer)
    {
        json.WriteString("type"u8, "bundle"u8);
        json.WriteString("id"u8, StixObjects.Id("bundle", notice.MessageId));
        json.WriteStartArray("objects"u8);
        var objects = new StixObjects(json);
        var sensor = objects.Begin("identity", observer, createdBy: null, StixObjects.Epoch);
        objects.Text("name", observer);
        objects.Text("identity_class", "system");
        objects.End();
        objects.Begin("note", notice.MessageId, sensor, notice.TimestampNs);
        objects.Text("abstract", $"{Words.Of(notice.Severity)}; {notice.Title}");
        objects.Text("content", notice.NextStep.Length == 0 ? notice.Summary : $"{notice.Summary}\nNext: {notice.NextStep}");
        objects.Texts("object_refs", [sensor]);
        objects.End();
        json.WriteEndArray();
    }

    private static void WriteSensor(Utf8JsonWriter json, Notice notice)
    {
        json.WriteStartObject("sensor"u8);
        json.WriteString("notice"u8, notice.Type);
        json.WriteString("kind"u8, notice.Kind);
        json.WriteString("message_id"u8, notice.MessageId);
        if (notice.IncidentId.Length > 0)
            json.WriteString("incident_id"u8, notice.IncidentId);
        json.WriteString("severity"u8, Words.Of(notice.Severity));
        json.WriteString("summary"u8, notice.Summary);
        json.WriteStartObject("fields"u8);
        foreach (var (key, value) in notice.Fields)
        {
            if (long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
                json.WriteNumber(key, number);
            else
                json.WriteString(key, value);
        }
        json.WriteEndObject();
        if (notice.NextStep.Length > 0)
            HostJson.WriteTexts(json, "next_steps"u8, [notice.NextStep]);
        json.WriteEndObject();
    }

    private static string Json(Action<Utf8JsonWriter> write)
    {
        using var output = new StringWriter();
        using var line = new JsonLine(output);
        var json = line.Begin();
        json.WriteStartObject();
        write(json);
        json.WriteEndObject();
        line.End();
        return output.ToString().TrimEnd('\n');
    }
}
