using Sensor.Core.Observations;

namespace Sensor.Output;

/// <summary>Suricata's name for the application protocol, where the ports alone leave no doubt.</summary>
internal static class AppProtocols
{
    private const byte Tcp = 6, Udp = 17;

    private static readonly (byte Protocol, ushort Port, string Name)[] ByPort =
    [
        (Udp, 53, "dns"), (Tcp, 53, "dns"), (Udp, 67, "dhcp"), (Udp, 68, "dhcp"), (Udp, 546, "dhcpv6"), (Udp, 547, "dhcpv6"),
        (Udp, 137, "nbns"), (Udp, 5353, "mdns"), (Udp, 5355, "llmnr"), (Tcp, 5355, "llmnr"), (Tcp, 80, "http"),
    ];

    /// <summary>The protocol's name, or null.</summary>
    public static string? Of(in Sighting at)
    {
        foreach (var (protocol, port, name) in ByPort)
        {
            if (at.Protocol == protocol && (at.SourcePort == port || at.DestinationPort == port))
                return name;
        }
        return null;
    }
}
