using Sensor.Core.Wire;
using Sensor.Detection.Hosts;

namespace Sensor.Output;

/// <summary>Writes who a host is, for people.</summary>
internal static class HostText
{
    private const int MostAddresses = 4;

    private static readonly (HostRoles Role, string Word)[] Roles =
    [
        (HostRoles.Router, "router"), (HostRoles.VirtualRouter, "virtual router"), (HostRoles.DhcpServer, "DHCP server"),
        (HostRoles.Resolver, "resolver"), (HostRoles.WpadHost, "WPAD host"), (HostRoles.WinsServer, "WINS server"),
        (HostRoles.SleepProxy, "sleep proxy"), (HostRoles.DhcpClient, "DHCP client"),
    ];

    /// <summary>All that is known: "192.168.1.66, fe80::66, MAC 02:00:00:00:00:66, name kali (DHCP client)".</summary>
    public static string Whole(Host host)
    {
        var parts = new List<string>();
        AddSome(parts, [.. host.Addresses.OrderByDescending(address => address.IsV4)], address => address.ToString());
        AddSome(parts, host.Macs, mac => $"MAC {mac}");
        AddSome(parts, host.Names, name => $"name {name}");
        var roles = Roles.Where(role => host.Is(role.Role)).Select(role => role.Word).ToList();
        var who = parts.Count == 0 ? "unknown" : string.Join(", ", parts);
        return roles.Count == 0 ? who : $"{who} ({string.Join(", ", roles)})";
    }

    /// <summary>Its address, or its MAC where it has none, then its name: "192.168.1.20 (ws1)".</summary>
    public static string Short(Host host)
    {
        var address = HostJson.AddressOf(host, IpAddress.None);
        var who = !address.IsUnspecified ? address.ToString() : host.Macs is [var mac, ..] ? mac.ToString() : "unknown";
        return host.Names is [var name, ..] ? $"{who} ({name})" : who;
    }

    /// <summary>The columns of a table: address, MAC, name; "-" where unknown.</summary>
    public static (string Address, string Mac, string Name) Columns(Host host)
    {
        var address = HostJson.AddressOf(host, IpAddress.None);
        return (address.IsUnspecified ? "-" : address.ToString(), host.Macs is [var mac, ..] ? mac.ToString() : "-", host.Names is [var name, ..] ? name : "-");
    }

    private static void AddSome<T>(List<string> parts, IReadOnlyList<T> values, Func<T, string> word)
    {
        for (var i = 0; i < values.Count && i < MostAddresses; i++)
            parts.Add(word(values[i]));
        if (values.Count > MostAddresses)
            parts.Add($"and {values.Count - MostAddresses} more");
    }
}
