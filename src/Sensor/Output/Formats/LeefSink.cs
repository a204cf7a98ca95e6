using System.Text;
using Sensor.Detection.Hosts;
using Sensor.Detection.Incidents;
using static Sensor.Output.Formats.EventFormatText;

namespace Sensor.Output.Formats;

/// <summary>
/// IBM's Log Event Extended Format, version 2.0, with the tab as delimiter: one line an event. The format has no escape, so nothing with a
/// control character in it is ever written.
/// </summary>
internal sealed class LeefSink(TextWriter output, bool all, string observer) : FindingSink(all)
{
    private const int MostText = 4000;
    private const char Delimiter = '\t';

    private readonly StringBuilder _line = new(2048);

    /// <inheritdoc/>
    protected override void Write(Incident incident, Finding finding)
    {
        var record = new FindingRecord(Run, incident, finding);
        _line.Clear();
        _line.Append("LEEF:2.0|Sensor|sensor|").Append(LeefHeader(Commands.SensorCli.Version)).Append('|')
            .Append(Number(record.Detector.Sid))
            .Append("|x09|");
        var start = _line.Length;
        WritePacket(record);
        WriteFinding(record);
        _line.Remove(start, 1);                                  // the delimiter before the first pair
        output.Write(_line);
        output.Write('\n');
    }

    private void WritePacket(FindingRecord record)
    {
        var at = record.At;
        Pair("devTime", PacketTime.IsoMilliseconds(at.TimestampNs));
        Pair("devTimeFormat", "yyyy-MM-dd'T'HH:mm:ss.SSSX");
        Pair("cat", Words.Category(record.Detector.Sid, record.Detector.Stage));
        Pair("sev", Number(Scales.Cef(record.Finding.Severity)));
        if (record.HasSource)
            Pair("src", at.Source.ToString());
        if (record.HasPorts)
            Pair("srcPort", Number(at.SourcePort));
        if (record.HasDestination)
            Pair("dst", at.Destination.ToString());
        if (record.HasPorts)
            Pair("dstPort", Number(at.DestinationPort));
        if (!at.SourceMac.IsNone)
            Pair("srcMAC", at.SourceMac.ToString());
        if (!at.DestinationMac.IsNone)
            Pair("dstMAC", at.DestinationMac.ToString());
        Pair("proto", Words.Protocol(at.Protocol));
        if (record.Application is { } application)
            Pair("app", application);
    }

    private void WriteFinding(FindingRecord record)
    {
        var finding = record.Finding;
        Pair("identHostName", observer);
        Pair("eventId", record.Id);
        Pair("incident", record.Incident.Id);
        Pair("detector", record.Detector.Id);
        Pair("title", record.Detector.Title);
        Pair("stage", Words.Of(record.Detector.Stage));
        Pair("confidence", Words.Of(finding.Confidence));
        Pair("attack", string.Join(", ", record.Detector.Techniques));
        Pair("suspect", Who(finding.Suspect));
        if (finding.Victim is { } victim)
            Pair("victim", Who(victim));
        if (record.User is { } user)
            Pair("usrName", user);
        if (record.UserDomain is { } domain)
            Pair("domain", domain);
        if (record.TlsServerName is { } serverName)
            Pair("tlsServerName", serverName);
        if (record.Url is { } url)
            Pair("url", url);
        if (record.Sha256 is { } sha256)
            Pair("sha256", sha256);
        if (record.Vlans().FirstOrDefault() is var vlan and > 0)
            Pair("vlan", Number(vlan));
        if (CommunityId.Of(record.At) is { } community)
            Pair("communityId", community);
        Pair("file", record.File);
        Pair("frame", Number(record.At.FrameNumber));
        Pair("msg", finding.Summary);
        Pair("refutedBy", finding.RefutedBy);
    }

    private static string Who(Host host) => HostText.Whole(host);

    private void Pair(string key, string value)
    {
        if (value.Length > 0)
            _line.Append(Delimiter).Append(key).Append('=').Append(LeefValue(value, MostText));
    }
}
