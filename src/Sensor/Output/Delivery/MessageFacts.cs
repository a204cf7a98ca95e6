using System.Collections.Immutable;
using System.Globalization;
using Sensor.Detection.Hosts;
using Sensor.Detection.Incidents;
using Sensor.Output.Delivery.Bodies;
using Sensor.Output.Formats;

namespace Sensor.Output.Delivery;

/// <summary>What stands around a body: in syslog's header and structured data, in the journal's fields.</summary>
/// <param name="MessageId">The message's id.</param>
/// <param name="IncidentId">The incident, or empty.</param>
/// <param name="TimestampNs">When, nanoseconds since 1970 UTC.</param>
/// <param name="Severity">How bad.</param>
/// <param name="Kind">Detector id or id of the operational event.</param>
/// <param name="Data">Names in camelCase with values as they are: nothing is escaped yet.</param>
internal sealed record MessageFacts(
    string MessageId, string IncidentId, long TimestampNs, Severity Severity, string Kind, ImmutableArray<KeyValuePair<string, string>> Data)
{
    /// <summary>A name from the wire that is longer is left out: a header must not crowd the body out.</summary>
    private const int LongestName = 64;

    private static readonly string[] Vital = ["id", "incident", "severity", "confidence", "notice"];

    /// <summary>Whether the datum stays when there is no room.</summary>
    public static bool IsVital(string name) => Array.IndexOf(Vital, name) >= 0;

    /// <summary>The facts of a finding.</summary>
    public static MessageFacts Of(FindingRecord record)
    {
        var finding = record.Finding;
        var data = ImmutableArray.CreateBuilder<KeyValuePair<string, string>>();
        Add("id", record.Id);
        Add("incident", record.Incident.Id);
        Add("severity", Words.Of(finding.Severity));
        Add("confidence", Words.Of(finding.Confidence));
        Add("stage", Words.Of(finding.Detector.Stage));
        AddHost("suspect", finding.Suspect, record);
        if (finding.Victim is { } victim)
            AddHost("victim", victim, record);
        Add("technique", string.Join(",", finding.Detector.Techniques));
        if (record.Vlans().FirstOrDefault() is var vlan and > 0)
            Add("vlan", EventFormatText.Number(vlan));
        Add("interface", record.File);
        Add("frame", record.At.FrameNumber.ToString(CultureInfo.InvariantCulture));
        return new MessageFacts(record.Id, record.Incident.Id, finding.At.TimestampNs, finding.Severity, finding.Detector.Id, data.ToImmutable());

        void Add(string name, string value)
        {
            if (value.Length > 0 && (value.Length <= LongestName || IsVital(name)))
                data.Add(new(name, value));
        }

        void AddHost(string name, Host host, FindingRecord from)
        {
            if (HostJson.AddressOf(host, HostJson.AddressIn(from.At, host)) is { IsUnspecified: false } address)
                Add(name, address.ToString());
            if (host.Macs is [var mac, ..])
                Add(name + "Mac", mac.ToString());
            if (host.Names is [var given, ..])
                Add(name + "Name", given);
        }
    }

    /// <summary>The facts of a notice.</summary>
    public static MessageFacts Of(Notice notice)
    {
        var data = ImmutableArray.CreateBuilder<KeyValuePair<string, string>>();
        data.Add(new("id", notice.MessageId));
        if (notice.IncidentId.Length > 0)
            data.Add(new("incident", notice.IncidentId));
        data.Add(new("severity", Words.Of(notice.Severity)));
        data.Add(new("notice", notice.Type));
        foreach (var (name, value) in notice.Fields)
        {
            if (value.Length is > 0 and <= LongestName)
                data.Add(new(CamelCase(name), value));
        }
        return new MessageFacts(notice.MessageId, notice.IncidentId, notice.TimestampNs, notice.Severity, notice.Kind, data.ToImmutable());
    }

    private static string CamelCase(string name) => string.Concat(name.Split('_').Select(
        static (word, at) => at == 0 || word.Length == 0 ? word : char.ToUpperInvariant(word[0]) + word[1..]));
}
