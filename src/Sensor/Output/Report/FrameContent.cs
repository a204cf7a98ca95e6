using System.Globalization;
using System.Text;

namespace Sensor.Output.Report;

/// <summary>
/// Says in a few words what a datagram or segment carries: the first line of HTTP, the name of NetBIOS, else what is readable.
/// </summary>
internal static class FrameContent
{
    private const int MostText = 160, NetBiosNameAt = 12, NetBiosLetters = 32;

    private static readonly (int Port, string Name)[] Names =
        [(53, "DNS"), (67, "DHCP"), (68, "DHCP"), (137, "NBNS"), (546, "DHCPv6"), (547, "DHCPv6"), (5353, "mDNS"), (5355, "LLMNR")];

    /// <summary>The words for <paramref name="payload"/> between these ports.</summary>
    public static string Of(ReadOnlySpan<byte> payload, int source, int destination)
    {
        // A head of text (HTTP) says most in its first line.
        if (payload.IndexOf((byte)'\r') is > 0 and var end && payload[..end].IndexOfAnyExceptInRange((byte)0x20, (byte)0x7E) < 0)
            return Encoding.ASCII.GetString(payload[..Math.Min(end, MostText)]);
        var name = Array.Find(Names, known => known.Port == source || known.Port == destination).Name;
        if (name == "NBNS" && NetBios(payload) is { } asked)
            return $"NBNS {asked}";
        var readable = Readable(payload);
        return string.Join(' ', new[] { name, readable }.Where(part => !string.IsNullOrEmpty(part)));
    }

    /// <summary>The same with the number of octets.</summary>
    public static string Detailed(ReadOnlySpan<byte> payload, int source, int destination) =>
        string.Create(CultureInfo.InvariantCulture, $"{payload.Length:#,0} octets: {Of(payload, source, destination)}");

    /// <summary>The first name of a NetBIOS message (RFC 1001 section 14.1): each octet is two letters from A to P.</summary>
    private static string? NetBios(ReadOnlySpan<byte> payload)
    {
        if (payload.Length < NetBiosNameAt + 1 + NetBiosLetters || payload[NetBiosNameAt] != NetBiosLetters)
            return null;
        var letters = payload.Slice(NetBiosNameAt + 1, NetBiosLetters);
        if (letters.IndexOfAnyExceptInRange((byte)'A', (byte)'P') >= 0)
            return null;
        var name = new StringBuilder();
        for (var i = 0; i < NetBiosLetters - 2; i += 2)
            name.Append((char)(((letters[i] - 'A') << 4) | (letters[i + 1] - 'A')));
        return name.ToString().TrimEnd(' ', '\0');
    }

    private static string Readable(ReadOnlySpan<byte> octets)
    {
        var text = new StringBuilder();
        foreach (var octet in octets[..Math.Min(octets.Length, MostText)])
        {
            if (octet is >= 0x20 and <= 0x7E)
                text.Append((char)octet);
            else if (text.Length > 0 && text[^1] != '·')
                text.Append('·');
        }
        return text.ToString().Trim('·');
    }
}
