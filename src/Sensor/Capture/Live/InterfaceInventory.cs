using System.Net.NetworkInformation;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Sensor.Core.Wire;

namespace Sensor.Capture.Live;

/// <summary>Lists the interfaces of this machine, with what stands against capturing from them.</summary>
internal static class InterfaceInventory
{
    private const long Megabit = 1_000_000;

    /// <summary>All interfaces, by name.</summary>
    internal static IReadOnlyList<InterfaceDescription> List()
    {
        using var probe = new LinkProbe();
        var mayCapture = MayCapture();
        return [.. NetworkInterface.GetAllNetworkInterfaces().OrderBy(static card => card.Name, StringComparer.Ordinal).Select(card => Describe(card, probe, mayCapture))];
    }

    private static InterfaceDescription Describe(NetworkInterface card, LinkProbe probe, bool mayCapture)
    {
        var link = probe.Look(card.Name) ?? default;
        var warnings = new List<string>();
        if (!mayCapture)
            warnings.Add("no permission to capture: run as root or give the program CAP_NET_RAW");
        if (!link.IsUp)
            warnings.Add($"down or without a carrier: ip link set {card.Name} up");
        if (OperatingSystem.IsLinux())
        {
            Offloads(card.Name, warnings);
            if (LinkLayers.Of(link.HardwareType) is null)
                warnings.Add("only libpcap reads this link type: Capture:Source pcap");
        }
        var mac = link.Mac == 0 ? "" : new MacAddress(link.Mac).ToString();
        string[] addresses = [.. card.GetIPProperties().UnicastAddresses.Select(static each => each.Address.ToString().Split('%')[0])];
        return new(card.Name, link.IsUp, LinkLayers.Describe(link.HardwareType), mac, addresses, Speed(card), link.Mtu, warnings);
    }

    private static long Speed(NetworkInterface card)
    {
        try
        {
            // An interface without a speed, such as a virtual one, says -1, in 32 bits.
            return card.Speed > 0 && card.Speed / Megabit < uint.MaxValue ? card.Speed / Megabit : 0;
        }
        catch (PlatformNotSupportedException)
        {
            return 0;
        }
    }

    [SupportedOSPlatform("linux")]
    private static void Offloads(string name, List<string> warnings)
    {
        using var ethtool = new Offloads(name);
        if (ethtool.JoinsSegments)
            warnings.Add($"GRO is on, frames are joined before they are seen: ethtool -K {name} gro off");
        if (ethtool.JoinsInHardware)
            warnings.Add($"LRO is on, the card joins frames and loses their headers: ethtool -K {name} lro off");
    }

    private static bool MayCapture()
    {
        if (!OperatingSystem.IsLinux())
            return true;
        var socket = LinuxSockets.Socket(LinuxSockets.AfPacket, LinuxSockets.SockRaw | LinuxSockets.SockCloseOnExec, 0);
        if (socket < 0)
            return Marshal.GetLastPInvokeError() is not (LinuxSockets.Eperm or LinuxSockets.Eacces);
        LinuxSockets.Close(socket);
        return true;
    }
}
