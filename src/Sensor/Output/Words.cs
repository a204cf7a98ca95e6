using Sensor.Core.Observations;
using Sensor.Detection.Incidents;

namespace Sensor.Output;

/// <summary>The words of the outputs for severities, confidences, stages and protocols. They are part of the format and never change.</summary>
internal static class Words
{
    /// <summary>By <see cref="Severity"/>.</summary>
    public static readonly string[] Severities = ["info", "low", "medium", "high", "critical"];

    /// <summary>By <see cref="Confidence"/>.</summary>
    public static readonly string[] Confidences = ["possible", "likely", "certain"];

    private static readonly string[] Stages = ["exposure", "lure", "pac", "proxy", "update", "payload", "credentials"];

    /// <summary>The numbers Suricata's users sort by: 1 is worst. It knows four, so critical and high share the first.</summary>
    private static readonly int[] EveSeverities = [4, 3, 2, 1, 1];

    /// <summary>What the first two digits of a sid stand for.</summary>
    private static readonly (int Section, string Category)[] Categories =
    [
        (11, "Spoofed Name Answer"),
        (12, "Rogue Address Configuration"),
        (13, "Rogue Proxy Configuration"),
        (14, "Rogue Proxy"),
        (15, "Update Interception"),
        (16, "Link-Layer Interception"),
    ];

    /// <summary>Names as IANA and Suricata write them.</summary>
    private static readonly (byte Number, string Name)[] Protocols =
        [(0, "ARP"), (1, "ICMP"), (2, "IGMP"), (6, "TCP"), (17, "UDP"), (47, "GRE"), (58, "IPv6-ICMP"), (112, "VRRP"), (132, "SCTP")];

    /// <summary>The order in which findings speak for their incident: the worst, then the surest, then what sums the others up.</summary>
    public static int Rank(Finding finding) =>
        ((int)finding.Severity * 8) + ((int)finding.Confidence * 2) + (finding.Detector.IsSum ? 1 : 0);

    public static string Of(Severity severity) => Severities[(int)severity];

    public static string Of(Confidence confidence) => Confidences[(int)confidence];

    public static string Of(Stage stage) => Stages[(int)stage];

    public static int EveSeverity(Severity severity) => EveSeverities[(int)severity];

    /// <summary>The category of a detector by its sid, or the stage's name for sids of no known section.</summary>
    public static string Category(int sid, Stage stage)
    {
        foreach (var (section, category) in Categories)
        {
            if (sid / 100 == section)
                return stage == Stage.Exposure ? "Exposure" : category;
        }
        return Of(stage);
    }

    /// <summary>Whether the protocol is ICMP or ICMPv6: the sighting's ports are then type and code.</summary>
    public static bool IsIcmp(byte protocol) => protocol is 1 or 58;

    /// <summary>Whether the sighting has ports.</summary>
    public static bool HasPorts(in Sighting at) => at.Protocol != 0 && !IsIcmp(at.Protocol) && (at.SourcePort | at.DestinationPort) != 0;

    public static string Protocol(byte number)
    {
        foreach (var (known, name) in Protocols)
        {
            if (known == number)
                return name;
        }
        return number.ToString("000", System.Globalization.CultureInfo.InvariantCulture);
    }
}
