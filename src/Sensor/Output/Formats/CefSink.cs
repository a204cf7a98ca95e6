using System.Text;
using Sensor.Core.Wire;
using Sensor.Detection.Incidents;
using static Sensor.Output.Formats.EventFormatText;

namespace Sensor.Output.Formats;

/// <summary>
/// ArcSight's Common Event Format, version 0: one line an event. IPv6 addresses stand in c6a2 and c6a3, since src and dst take IPv4 only.
/// </summary>
internal sealed class CefSink(TextWriter output, bool all, string observer) : FindingSink(all)
{
    /// <summary>Lengths the format's dictionary allows.</summary>
    private const int MostMessage = 1023, MostCustom = 4000, MostUrl = 1023, MostName = 512, MostPath = 1023, MostDomain = 255;

    private readonly StringBuilder _line = new(2048);

    /// <inheritdoc/>
    protected override void Write(Incident incident, Finding finding)
    {
        var record = new FindingRecord(Run, incident, finding);
        _line.Clear();
        _line.Append("CEF:0|Sensor|sensor|").Append(CefHeader(Commands.SensorCli.Version)).Append('|').Append(Number(record.Detector.Sid))
            .Append('|')
            .Append(CefHeader(Cut(record.Detector.Title))).Append('|').Append(Number(Scales.Cef(finding.Severity))).Append('|');
        var start = _line.Length;
        WritePacket(record);
        WriteFinding(record);
        WriteCustom(record);
        _line.Remove(start, 1);                                  // the space before the first pair
        output.Write(_line);
        output.Write('\n');
    }

    private static string Cut(string title) => title.Length <= MostName ? title : title[..MostName];

    private void WritePacket(FindingRecord record)
    {
        var at = record.At;
        Pair("rt", Number(PacketTime.Milliseconds(at.TimestampNs)));
        Pair("start", Number(PacketTime.Milliseconds(record.StartNs)));
        Pair("end", Number(PacketTime.Milliseconds(record.EndNs)));
        if (record.HasSource)
            Address("src", "c6a2", "Source IPv6 Address", at.Source);
        if (record.HasPorts)
            Pair("spt", Number(at.SourcePort));
        if (record.HasDestination)
            Address("dst", "c6a3", "Destination IPv6 Address", at.Destination);
        if (record.HasPorts)
            Pair("dpt", Number(at.DestinationPort));
        if (!at.SourceMac.IsNone)
            Pair("smac", at.SourceMac.ToString());
        if (!at.DestinationMac.IsNone)
            Pair("dmac", at.DestinationMac.ToString());
        Pair("proto", Words.Protocol(at.Protocol));
        if (record.Application is { } application)
            Pair("app", application);
    }

    private void WriteFinding(FindingRecord record)
    {
        var finding = record.Finding;
        Pair("act", "allowed");
        Pair("cat", Words.Category(record.Detector.Sid, record.Detector.Stage));
        Pair("externalId", record.Id);
        Pair("dvchost", observer, MostName);
        if (finding.Suspect.Names is [var suspect, ..])
            Pair("shost", suspect, MostPath);
        if (finding.Victim?.Names is [var victim, ..])
            Pair("dhost", victim, MostPath);
        if (record.User is { } user)
            Pair("suser", user, MostName);
        if (record.UserDomain is { } domain)
            Pair("sntdom", domain, MostDomain);
        if (record.Url is { } url)
            Pair("request", url, MostUrl);
        if (record.Sha256 is { } sha256)
            Pair("fileHash", sha256);
        Pair("fname", record.File, MostPath);
        Pair("msg", finding.Summary, MostMessage);
    }

    private void WriteCustom(FindingRecord record)
    {
        var finding = record.Finding;
        Custom("cs1", "Incident", record.Incident.Id);
        Custom("cs2", "Detector", record.Detector.Id);
        Custom("cs3", "Stage", Words.Of(record.Detector.Stage));
        Custom("cs4", "Confidence", Words.Of(finding.Confidence));
        Custom("cs5", "ATT&CK", string.Join(", ", record.Detector.Techniques));
        Custom("cs6", "Frames", FrameList.Of(finding.Frames, Run, nameFiles: finding.Frames.Select(frame => frame.Origin).Distinct()
            .Count() > 1));
        Custom("cn1", "Frame", Number(record.At.FrameNumber));
        if (record.Vlans().FirstOrDefault() is var vlan and > 0)
            Custom("cn2", "VLAN", Number(vlan));
        if (CommunityId.Of(record.At) is { } community)
            Custom("flexString1", "Community ID", community);
        Custom("flexString2", "Not so if", finding.RefutedBy);
    }

    private void Address(string v4, string v6, string label, IpAddress address)
    {
        if (address.IsV4)
            Pair(v4, address.ToString());
        else
            Custom(v6, label, address.ToString());
    }

    private void Custom(string key, string label, string value)
    {
        if (value.Length == 0)
            return;
        Pair(key, value, MostCustom);
        Pair(key + "Label", label);
    }

    private void Pair(string key, string value, int most = MostCustom) =>
        _line.Append(' ').Append(key).Append('=').Append(CefValue(value, most));
}
