using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Sensor.Configuration;
using Sensor.Output.Delivery.Bodies;
using Sensor.Output.Delivery.Syslog;

namespace Sensor.Output.Delivery;

/// <summary>
/// Puts what the target's protocol wants around a body, within the target's size: the syslog header, the journal's fields, the object of a
/// webhook. The framing of a stream is not part of it.
/// </summary>
internal sealed class MessageComposer
{
    private const string ByteOrderMark = "\uFEFF";

    private readonly TargetSettings _target;
    private readonly BodyFormat _format;
    private readonly SyslogOrigin _origin;
    private readonly int _most;

    /// <summary>A composer for <paramref name="target"/> on this machine.</summary>
    public MessageComposer(TargetSettings target, SensorIdentity identity)
    {
        _target = target;
        _format = TargetDefaults.FormatOf(target);
        _most = TargetDefaults.MaxSizeOf(target);
        var host = target.HostName.Length > 0 ? target.HostName : identity.HostName;
        _origin = new SyslogOrigin(target.Facility, host, target.AppName, identity.ProcessId);
    }

    /// <summary>The message whose body is <paramref name="body"/>.</summary>
    public string Compose(MessageFacts facts, string body) => _target.Type switch
    {
        TargetType.Syslog => Syslog(facts, body),
        TargetType.Journald => Journal(facts, BodyShortener.Fit(_format, body, _most)),
        TargetType.Webhook when _format is BodyFormat.Text or BodyFormat.Cef or BodyFormat.Leef => Wrapped(facts, BodyShortener.Fit(_format, body, _most)),
        _ => BodyShortener.Fit(_format, body, _most),
    };

    private string Syslog(MessageFacts facts, string body)
    {
        var whole = SyslogMessage(facts, body, withNames: true);
        return BodyShortener.Octets(whole) <= _most ? whole : SyslogMessage(facts, body, withNames: false);
    }

    private string SyslogMessage(MessageFacts facts, string body, bool withNames)
    {
        var header = _target.Standard == SyslogStandard.Rfc5424
            ? Rfc5424Header.Write(_origin, facts, withNames)
            : Rfc3164Header.Write(_origin, facts, withHostName: _target.Protocol != SyslogProtocol.Local);
        var room = _most - BodyShortener.Octets(header) - BodyShortener.Octets(ByteOrderMark);
        var fitting = BodyShortener.Fit(_format, body, room);
        return WantsMark(fitting) ? header + ByteOrderMark + fitting : header + fitting;
    }

    /// <summary>
    /// RFC 5424 section 6.4: a MSG that is UTF-8 begins with the mark, one of unsaid encoding does not. ASCII is both; CEF, LEEF and JSON must
    /// begin with their own first character (RFC 8259 section 8.1 forbids the mark).
    /// </summary>
    private bool WantsMark(string body) => _target.Standard == SyslogStandard.Rfc5424 && _format == BodyFormat.Text && _target.Bom switch
    {
        Delivery.ByteOrderMark.Always => true,
        Delivery.ByteOrderMark.Never => false,
        _ => !System.Text.Ascii.IsValid(body),
    };

    /// <summary>The fields of a journal entry as one JSON object, as `journalctl -o json` shows them.</summary>
    private string Journal(MessageFacts facts, string body) => Json(json =>
    {
        json.WriteString("MESSAGE"u8, body);
        json.WriteString("PRIORITY"u8, SyslogSeverity.Of(facts.Severity).ToString(CultureInfo.InvariantCulture));
        json.WriteString("SYSLOG_IDENTIFIER"u8, _target.AppName);
        json.WriteString("SENSOR_DETECTOR"u8, facts.Kind);
        json.WriteString("SENSOR_TIMESTAMP"u8, PacketTime.Iso(facts.TimestampNs));
        foreach (var (name, value) in facts.Data)
            json.WriteString("SENSOR_" + UpperSnakeCase(name), value);
    });

    private static string Wrapped(MessageFacts facts, string body) => Json(json =>
    {
        json.WriteString("id"u8, facts.MessageId);
        json.WriteString("timestamp"u8, PacketTime.Iso(facts.TimestampNs));
        json.WriteString("severity"u8, Words.Of(facts.Severity));
        json.WriteString("kind"u8, facts.Kind);
        json.WriteString("incident_id"u8, facts.IncidentId);
        json.WriteString("text"u8, body);
    });

    private static string UpperSnakeCase(string name) =>
        string.Concat(name.Select(static letter => char.IsAsciiLetterUpper(letter) ? "_" + letter : char.ToUpperInvariant(letter).ToString()));

    private static string Json(Action<Utf8JsonWriter> write)
    {
        using var octets = new MemoryStream();
        using (var json = new Utf8JsonWriter(octets, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }
        return System.Text.Encoding.UTF8.GetString(octets.GetBuffer(), 0, (int)octets.Length);
    }
}
