using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Sensor.PacSandbox;

/// <summary>The address functions of PAC scripts, on texts.</summary>
internal static class PacAddresses
{
    /// <summary>Reads "a.b.c.d" or an IPv6 address. The BCL's shorthands ("10.1") are names here.</summary>
    public static bool TryParse(string text, out IPAddress address)
    {
        if (TryParseV4(text, out var v4))
        {
            address = new IPAddress(IPAddress.HostToNetworkOrder((int)v4) & 0xFFFFFFFFL);
            return true;
        }
        address = IPAddress.None;
        return text.Contains(':', StringComparison.Ordinal) && !text.Contains('%', StringComparison.Ordinal) && text[0] != '['
            && IPAddress.TryParse(text, out address!);
    }

    /// <summary>Reads four decimal numbers of up to three digits.</summary>
    public static bool TryParseV4(string text, out uint value)
    {
        value = 0;
        var parts = 0;
        foreach (var range in text.AsSpan().Split('.'))
        {
            var part = text.AsSpan()[range];
            if (++parts > 4 || part.Length is 0 or > 3 || !byte.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var octet))
                return false;
            value = (value << 8) | octet;
        }
        return parts == 4;
    }

    /// <summary>isInNet: an IPv4 address, a network and a mask, all as texts.</summary>
    public static bool IsInNet(uint address, string network, string mask) =>
        TryParseV4(network, out var net) && TryParseV4(mask, out var bits) && (address & bits) == (net & bits);

    /// <summary>isInNetEx: an address literal and "prefix/length" of the same family.</summary>
    public static bool IsInPrefix(string text, string prefix)
    {
        var slash = prefix.IndexOf('/', StringComparison.Ordinal);
        if (slash < 0 || !TryParse(text, out var address) || !TryParse(prefix[..slash], out var network)
            || !int.TryParse(prefix.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var length)
            || address.AddressFamily != network.AddressFamily)
            return false;
        var (a, b) = (address.GetAddressBytes(), network.GetAddressBytes());
        if (length > a.Length * 8)
            return false;
        for (var i = 0; i < a.Length && length > 0; i++, length -= 8)
        {
            var mask = (byte)(length >= 8 ? 0xFF : 0xFF << (8 - length));
            if (((a[i] ^ b[i]) & mask) != 0)
                return false;
        }
        return true;
    }

    /// <summary>sortIpAddressList: IPv6 first, then by value; null when one is no address, or there is none.</summary>
    public static string? Sort(string list)
    {
        var addresses = new List<(string Text, byte[] Octets)>();
        foreach (var part in list.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (!TryParse(part, out var address))
                return null;
            addresses.Add((part, address.GetAddressBytes()));
        }
        var sorted = addresses.OrderByDescending(entry => entry.Octets.Length)
            .ThenBy(entry => Convert.ToHexString(entry.Octets), StringComparer.Ordinal);
        return addresses.Count == 0 ? null : string.Join(';', sorted.Select(entry => entry.Text));
    }

    /// <summary>The first IPv4 address, as dnsResolve answers; null when there is none.</summary>
    public static string? FirstV4(IEnumerable<IPAddress> addresses) =>
        addresses.FirstOrDefault(address => address.AddressFamily == AddressFamily.InterNetwork)?.ToString();
}
