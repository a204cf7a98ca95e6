using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using Sensor.Commands;

namespace Sensor.Probing;

/// <summary>The interface that probes leave by, and who this machine is on it.</summary>
internal sealed record ProbeInterface
{
    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>Its number, which IPv6 and multicast options take.</summary>
    public required int Index { get; init; }

    /// <summary>Its first IPv4 address; null without one.</summary>
    public IPAddress? Address { get; init; }

    /// <summary>The directed broadcast address of that subnet.</summary>
    public IPAddress? Broadcast { get; init; }

    /// <summary>Its link-local IPv6 address, with scope; null without one.</summary>
    public IPAddress? LinkLocal { get; init; }

    /// <summary>Its hardware address, six octets; empty where it has none.</summary>
    public byte[] Mac { get; init; } = [];

    /// <summary>All its addresses.</summary>
    public IReadOnlyList<IPAddress> Addresses { get; init; } = [];

    /// <summary>Whether <paramref name="address"/> is one of its own, whatever the scope is called.</summary>
    public bool Has(IPAddress address) => Addresses.Any(own => own.GetAddressBytes().AsSpan().SequenceEqual(address.GetAddressBytes()));

    /// <summary>Looks at the interface as it is now; one line with status 1 when it cannot be used.</summary>
    public static ProbeInterface Find(string name)
    {
        var found = NetworkInterface.GetAllNetworkInterfaces().FirstOrDefault(one => one.Name == name)
            ?? throw new CommandException(ExitCode.Failed, $"there is no interface {name}");
        var properties = found.GetIPProperties();
        var four = properties.UnicastAddresses.FirstOrDefault(one => one.Address.AddressFamily == AddressFamily.InterNetwork);
        var six = properties.UnicastAddresses.FirstOrDefault(one => one.Address.IsIPv6LinkLocal);
        if (four is null && six is null)
            throw new CommandException(ExitCode.Failed, $"{name} has no address to send from");
        return new ProbeInterface
        {
            Name = name,
            Index = four is not null ? properties.GetIPv4Properties().Index : properties.GetIPv6Properties().Index,
            Address = four?.Address,
            Broadcast = four is null ? null : BroadcastOf(four.Address, four.PrefixLength),
            LinkLocal = six?.Address,
            Addresses = [.. properties.UnicastAddresses.Select(static one => one.Address)],
            Mac = found.GetPhysicalAddress().GetAddressBytes(),
        };
    }

    /// <summary>The address with all host bits set; a point-to-point link (/31, /32) has none but the limited broadcast.</summary>
    internal static IPAddress BroadcastOf(IPAddress address, int prefixLength)
    {
        if (prefixLength >= 31)
            return IPAddress.Broadcast;
        Span<byte> octets = stackalloc byte[4];
        address.TryWriteBytes(octets, out _);
        for (var bit = prefixLength; bit < 32; bit++)
            octets[bit / 8] |= (byte)(0x80 >> (bit % 8));
        return new IPAddress(octets);
    }
}
