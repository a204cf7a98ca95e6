using System.Globalization;
using Sensor.Core.Frames;
using Sensor.Core.Observations;
using Sensor.Detection.Detectors;
using Sensor.Detection.Hosts;
using Sensor.Detection.Incidents;

namespace Sensor.Output.Formats;

/// <summary>A finding with what several formats derive from it: its stable id, its time span, its tags and names.</summary>
internal sealed class FindingRecord(RunView run, Incident incident, Finding finding)
{
    /// <summary>The finding.</summary>
    public Finding Finding { get; } = finding;

    /// <summary>The incident it belongs to.</summary>
    public Incident Incident { get; } = incident;

    /// <summary>The world it was made in.</summary>
    public RunView Run { get; } = run;

    /// <summary>The detector.</summary>
    public DetectorInfo Detector => Finding.Detector;

    /// <summary>The packet that raised it.</summary>
    public Sighting At => Finding.At;

    /// <summary>
    /// A UUID that receivers can tell repeats by: incident, detector, subject, victim, time, and how bad and sure it was (an escalated
    /// finding is told anew). Nothing that depends on file names or workers.
    /// </summary>
    public string Id => field ??= NameUuid.Of(NameUuid.Own, string.Create(
        CultureInfo.InvariantCulture,
        $"finding|{Incident.Id}|{Detector.Sid}|{Finding.Subject:x16}|{IdentityOf(Finding.Victim)}|{At.TimestampNs}|")
        + string.Create(CultureInfo.InvariantCulture, $"{Finding.Severity:D}|{Finding.Confidence:D}"));

    /// <summary>Packet time of the earliest frame of the evidence, nanoseconds.</summary>
    public long StartNs => Math.Min(At.TimestampNs, Finding.Frames.IsEmpty ? long.MaxValue : Finding.Frames.Min(frame =>
        frame.TimestampNs));

    /// <summary>Packet time of the latest frame of the evidence, nanoseconds.</summary>
    public long EndNs => Math.Max(At.TimestampNs, Finding.Frames.IsEmpty ? long.MinValue : Finding.Frames.Max(frame => frame.TimestampNs));

    /// <summary>The capture the packet lies in.</summary>
    public string File => Run.OriginName(At.Origin);

    /// <summary>The segment the packet was seen in.</summary>
    public SegmentKey Segment => Run.Segments.Describe(At.Segment);

    /// <summary>Whether the packet has a source worth telling: any IP packet, and ARP that names its sender.</summary>
    public bool HasSource => At.Protocol != 0 || !At.Source.IsUnspecified;

    /// <summary>Whether the packet has a destination worth telling.</summary>
    public bool HasDestination => At.Protocol != 0 || !At.Destination.IsUnspecified;

    /// <summary>Whether source and destination have ports.</summary>
    public bool HasPorts => Words.HasPorts(At);

    /// <summary>"llmnr", "http" … or null.</summary>
    public string? Application => AppProtocols.Of(At);

    /// <summary>The techniques, with names.</summary>
    public IEnumerable<Technique> Techniques => Detector.Techniques.Select(Technique.Of);

    /// <summary>The URL of the proxy configuration or the payload the finding is about.</summary>
    public string? Url => Fact("pac_url") ?? Fact("wpad_url") ?? Fact("payload_url");

    /// <summary>Whose credential was shown.</summary>
    public string? User => Fact("user");

    /// <summary>The domain of that user.</summary>
    public string? UserDomain => Fact("domain");

    /// <summary>The name a TLS client asked for, where the finding is about the certificate it was shown.</summary>
    public string? TlsServerName => Fact("certificate_subject") is not null ? Fact("update_host") : null;

    /// <summary>SHA-256 of the PAC or the payload the finding is about, lower-case hexadecimal.</summary>
    public string? Sha256 => Fact("pac_sha256") ?? Fact("payload_sha256");

    /// <summary>The VLAN ids, outermost first.</summary>
    public IEnumerable<ushort> Vlans() => new[] { Segment.Vlan1, Segment.Vlan2, Segment.Vlan3 }.Where(vlan => vlan != 0);

    /// <summary>The first value of the fact called <paramref name="name"/>, or null.</summary>
    public string? Fact(string name)
    {
        foreach (var fact in Finding.Metadata)
        {
            if (fact.Key == name && fact.Value.Length > 0)
                return fact.Value;
        }
        return null;
    }

    /// <summary>What makes a host itself in every run: its MAC, else its first address.</summary>
    private static string IdentityOf(Host? host) =>
        host is null ? "" : host.Macs is [var mac, ..] ? mac.ToString() : host.Addresses is [var address, ..] ? address.ToString() : "?";
}
