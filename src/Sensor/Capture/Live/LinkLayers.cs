namespace Sensor.Capture.Live;

/// <summary>LINKTYPE_ values (tcpdump.org) of what Linux calls ARPHRD_ (linux/if_arp.h), as packet sockets give their frames.</summary>
internal static class LinkLayers
{
    internal const ushort Ethernet = 1, Raw = 101;

    private static readonly Dictionary<int, ushort> ByHardwareType = new()
    {
        [1] = Ethernet,
        [772] = Ethernet, // loopback
        [65534] = Raw,
        [519] = Raw,
        [768] = Raw,
        [769] = Raw,
        [776] = Raw, // none (tun), raw IP, and tunnels of IP and IPv6
        [801] = 105,
        [802] = 119,
        [803] = 127, // 802.11, with Prism, with radiotap
    };

    /// <summary>The link type, or null for hardware that only libpcap knows how to read.</summary>
    internal static ushort? Of(int hardwareType) => ByHardwareType.TryGetValue(hardwareType, out var linkType) ? linkType : null;

    /// <summary>What the operator calls it.</summary>
    internal static string Describe(int hardwareType) => hardwareType switch
    {
        1 => "ethernet",
        772 => "loopback",
        801 or 802 or 803 => "802.11",
        512 => "ppp",
        _ => Of(hardwareType) is null ? $"type {hardwareType}" : "raw ip",
    };

    /// <summary>The value in files for one of libpcap (DLT_): they differ for raw IP alone.</summary>
    internal static ushort OfPcap(int dataLinkType) => LinkTypes.Registered((ushort)dataLinkType);
}
