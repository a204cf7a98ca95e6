using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Sensor.Detection.Incidents;
using Sensor.Output.Delivery.Bodies;
using Sensor.Output.Formats;

namespace Sensor.Output.Delivery.Routing;

/// <summary>One message with the counts of a day. A quiet day is told too: silence could mean anything.</summary>
internal static class RollUpNotice
{
    private const int MostShown = 10;

    /// <summary>The message about <paramref name="tally"/>, which ended at <paramref name="nowNs"/>.</summary>
    public static Notice Of(DayTally tally, string target, long nowNs) => new()
    {
        Type = "roll-up",
        Kind = "daily-roll-up",
        MessageId = NameUuid.Of(NameUuid.Own, string.Create(CultureInfo.InvariantCulture, $"roll-up|{target}|{tally.StartNs}|{nowNs}")),
        TimestampNs = nowNs,
        Severity = Severity.Info,
        Title = "Daily roll-up",
        Summary = Text(tally, nowNs),
        Fields = Fields(tally, nowNs),
    };

    private static string Text(DayTally tally, long nowNs)
    {
        var text = new StringBuilder();
        text.Append(PacketTime.Whole(tally.StartNs)).Append(" to ").Append(PacketTime.Whole(nowNs)).Append(" UTC: ");
        text.Append(tally.Total == 0 ? "no alerts" : SummaryLine.Count(tally.Total, "alert"));
        var severities = Enumerable.Range(0, tally.BySeverity.Length).Reverse().Where(severity => tally.BySeverity[severity] > 0)
            .Select(severity => $"{Number(tally.BySeverity[severity])} {Words.Severities[severity]}").ToList();
        if (severities.Count > 0)
            text.Append(" (").AppendJoin(", ", severities).Append(')');
        if (tally.Incidents.Count > 0)
            text.Append(" in ").Append(SummaryLine.Count(tally.Incidents.Count, "incident")).Append(tally.Unlisted > 0 ? " and others" : "");
        if (tally.Suppressed > 0)
            text.Append(", ").Append(Number(tally.Suppressed)).Append(" suppressed");
        foreach (var (detector, count) in tally.ByDetector.OrderByDescending(static pair => pair.Value).Take(MostShown))
            text.Append("; ").Append(detector).Append(' ').Append(Number(count));
        foreach (var incident in Ranked(tally).Take(MostShown))
        {
            text.Append("; incident ").Append(incident.Id).Append(' ').Append(Words.Of(incident.Severity)).Append(" by ").Append(incident.Suspect)
                .Append(": ").Append(SummaryLine.Count(incident.Count, "alert")).Append(", ").Append(SummaryLine.Count(incident.Victims, "victim"));
        }
        if (tally.Incidents.Count > MostShown)
            text.Append("; and ").Append(Number(tally.Incidents.Count - MostShown)).Append(" incidents more");
        return text.ToString();
    }

    private static ImmutableArray<KeyValuePair<string, string>> Fields(DayTally tally, long nowNs) =>
    [
        new("start", PacketTime.Eve(tally.StartNs)), new("end", PacketTime.Eve(nowNs)), new("alerts", Number(tally.Total)),
        new("suppressed", Number(tally.Suppressed)), new("incidents", Number(tally.Incidents.Count)), new("not_listed", Number(tally.Unlisted)),
        .. Enumerable.Range(0, tally.BySeverity.Length).Select(severity =>
            new KeyValuePair<string, string>("severity_" + Words.Severities[severity], Number(tally.BySeverity[severity]))),
        .. tally.ByDetector.Select(static pair =>
            new KeyValuePair<string, string>("detector_" + pair.Key.Replace('-', '_'), Number(pair.Value))),
        .. Ranked(tally).Take(MostShown).Select(static incident =>
            new KeyValuePair<string, string>("incident_" + incident.Id, Number(incident.Count))),
    ];

    private static IEnumerable<TalliedIncident> Ranked(DayTally tally) =>
        tally.Incidents.OrderByDescending(static incident => incident.Severity).ThenByDescending(static incident => incident.Count);

    private static string Number(long number) => EventFormatText.Number(number);
}
