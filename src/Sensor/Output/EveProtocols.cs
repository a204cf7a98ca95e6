using System.Globalization;
using System.Text.Json;
using Sensor.Output.Formats;

namespace Sensor.Output;

/// <summary>
/// The protocol objects that Suricata puts beside an alert (http, tls, dns, llmnr, mdns), with its field names and types, as far as the
/// finding knows the facts: what is not known is left out, never guessed.
/// </summary>
internal static class EveProtocols
{
    private const int DnsVersion = 3;

    /// <summary>Writes those the finding is about.</summary>
    public static void Write(Utf8JsonWriter json, FindingRecord record)
    {
        if (record.TlsServerName is { } serverName)
            WriteTls(json, record, serverName);
        else if (record.Application is "dns" or "llmnr" or "mdns" && record.Fact("name") is { } name)
            WriteQuery(json, record, name);
        else if ((record.Fact("pac_url") ?? record.Fact("payload_url")) is { } url && Uri.TryCreate(url, UriKind.Absolute, out var parsed)
            && parsed.Scheme == "http")
            WriteHttp(json, record, url, parsed);
    }

    private static void WriteTls(Utf8JsonWriter json, FindingRecord record, string serverName)
    {
        json.WriteStartObject("tls"u8);
        Text(json, "subject", record.Fact("certificate_subject"));
        Text(json, "issuerdn", record.Fact("certificate_issuer"));
        json.WriteString("sni"u8, serverName);
        json.WriteEndObject();
    }

    /// <summary>Version 3 of the object: a list of queries, whether the packet asks or answers.</summary>
    private static void WriteQuery(Utf8JsonWriter json, FindingRecord record, string name)
    {
        json.WriteStartObject(record.Application!);
        json.WriteNumber("version"u8, DnsVersion);
        json.WriteString("type"u8, record.Fact("answer") is not null || record.Fact("first_answer") is not null ? "response"u8 : "request"u8);
        json.WriteStartArray("queries"u8);
        json.WriteStartObject();
        json.WriteString("rrname"u8, name);
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteHttp(Utf8JsonWriter json, FindingRecord record, string url, Uri parsed)
    {
        json.WriteStartObject("http"u8);
        json.WriteString("hostname"u8, parsed.Host);
        if (!parsed.IsDefaultPort)
            json.WriteNumber("http_port"u8, parsed.Port);
        // As it stood on the wire: parsing would take "a/../b" away.
        var path = url.IndexOf('/', "http://".Length);
        json.WriteString("url"u8, path < 0 ? "/" : url[path..]);
        if (int.TryParse(record.Fact("http_status"), NumberStyles.None, CultureInfo.InvariantCulture, out var status))
            json.WriteNumber("status"u8, status);
        json.WriteEndObject();
    }

    private static void Text(Utf8JsonWriter json, string name, string? value)
    {
        if (value is not null)
            json.WriteString(name, value);
    }
}
