using Sensor.Core.Wire;

namespace Sensor.Tests.Oracles;

/// <summary>What tshark makes of one frame, cut down to the innermost packet the dissector should arrive at.</summary>
internal sealed record TsharkFrame(
    string Protocols, string Transport, string Source, string Destination, string SourcePort, string DestinationPort, string Vlans);

/// <summary>Reads what tshark makes of every frame of a capture.</summary>
internal static class TsharkFrames
{
    private static readonly string[] Fields =
    [
        "frame.protocols", "ip.src", "ip.dst", "ipv6.src", "ipv6.dst", "tcp.srcport", "tcp.dstport", "udp.srcport", "udp.dstport",
        "vlan.id", "erspan.vlan", "icmp.type", "icmp.code", "icmpv6.type", "icmpv6.code",
    ];

    public static IReadOnlyList<TsharkFrame> Read(string path) =>
    [
        // Blocks of a pcapng file that are no packets are frames to newer versions, without a link layer.
        .. TsharkTable.Read(path, "", Fields).Where(static row => row[0] != "data").Select(Innermost),
    ];

    /// <summary>
    /// Walks tshark's protocol list up to the first transport that carries no tunnel; headers quoted in ICMP errors come after it.
    /// </summary>
    private static TsharkFrame Innermost(string[] fields)
    {
        var protocols = fields[0].Split(':');
        int ip4 = 0, ip6 = 0, udp = 0, at = 0;
        var transport = "";
        var isV6 = false;
        for (; at < protocols.Length && transport is "" or "udp"; at++)
        {
            switch (protocols[at])
            {
                case "ip":
                    (ip4, isV6, transport) = (ip4 + 1, false, "");
                    break;
                case "ipv6":
                    (ip6, isV6, transport) = (ip6 + 1, true, "");
                    break;
                case "vxlan" or "geneve" or "teredo":
                    transport = "";
                    break;
                case "udp":
                    (udp, transport) = (udp + 1, "udp");
                    break;
                case "tcp" or "icmp" or "icmpv6" or "arp":
                    transport = protocols[at];
                    break;
                case var _ when transport == "udp":
                    at = protocols.Length;
                    break;
            }
        }
        var hasIp = transport is not "arp" && ip4 + ip6 > 0;
        var ports = transport switch { "tcp" => 5, "udp" => 7, "icmp" => 11, "icmpv6" => 13, _ => -1 };
        var port = transport == "udp" ? udp - 1 : 0;
        return new(
            fields[0], transport,
            hasIp ? Address(fields, isV6 ? 3 : 1, (isV6 ? ip6 : ip4) - 1) : "",
            hasIp ? Address(fields, isV6 ? 4 : 2, (isV6 ? ip6 : ip4) - 1) : "",
            ports < 0 ? "" : Value(fields, ports, port),
            ports < 0 ? "" : Value(fields, ports + 1, port),
            VlansOf(fields[9], fields[10]));
    }

    private static string VlansOf(string tags, string mirror)
    {
        var ids = tags.Split(',').Where(static id => id is not ("" or "0")).ToList();
        if (tags.Length == 0 && mirror is not ("" or "0"))
            ids.Add(mirror);
        return string.Join(',', ids.TakeLast(3));
    }

    private static string Value(string[] fields, int field, int index) => fields[field].Split(',').ElementAtOrDefault(index) ?? "";

    private static string Address(string[] fields, int field, int index) =>
        IpAddress.TryParse(Value(fields, field, index), out var address) ? address.ToString() : "";
}
