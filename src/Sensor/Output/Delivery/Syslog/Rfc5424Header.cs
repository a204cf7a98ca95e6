using System.Globalization;
using System.Text;

namespace Sensor.Output.Delivery.Syslog;

/// <summary>
/// The header and structured data of RFC 5424:
/// <code>
/// &lt;PRI&gt;1 TIMESTAMP HOSTNAME APP-NAME PROCID MSGID [sensor@32473 id="…" incident="…" …] MSG
/// </code>
/// </summary>
internal static class Rfc5424Header
{
    /// <summary>32473 is the enterprise number for examples and documentation (RFC 5612): this project has none of its own.</summary>
    private const string StructuredDataId = "sensor@32473";

    private const int MostHostName = 255, MostAppName = 48, MostProcessId = 128, MostMessageId = 32;

    /// <summary>Everything before MSG, the space included.</summary>
    public static string Write(SyslogOrigin origin, MessageFacts facts, bool withNames)
    {
        var header = new StringBuilder(512);
        header.Append(CultureInfo.InvariantCulture, $"<{SyslogSeverity.Priority(origin.Facility, facts.Severity)}>1 ");
        header.Append(Timestamp(facts.TimestampNs)).Append(' ');
        header.Append(SyslogText.HeaderField(origin.HostName, MostHostName)).Append(' ');
        header.Append(SyslogText.HeaderField(origin.AppName, MostAppName)).Append(' ');
        header.Append(SyslogText.HeaderField(origin.ProcessId, MostProcessId)).Append(' ');
        header.Append(SyslogText.HeaderField(facts.Kind, MostMessageId)).Append(" [").Append(StructuredDataId);
        foreach (var (name, value) in facts.Data)
        {
            if (withNames || MessageFacts.IsVital(name))
                header.Append(' ').Append(name).Append("=\"").Append(SyslogText.ParamValue(value)).Append('"');
        }
        return header.Append("] ").ToString();
    }

    /// <summary>RFC 3339 with six fraction digits, the most section 6.2.3 allows, in UTC.</summary>
    private static string Timestamp(long timestampNs) =>
        DateTime.UnixEpoch.AddTicks(timestampNs / 100).ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);
}
