using System.Globalization;
using System.Text;

namespace Sensor.Detection.Names;

/// <summary>Turns octets from the wire into text that is safe to show: printable ASCII as it is, everything else as \DDD (RFC 4343).</summary>
public static class WireText
{
    /// <summary>Longer texts are cut with an ellipsis: a name has 255 octets, what is longer is shown for orientation only.</summary>
    public const int MaxShown = 320;

    /// <summary>The text of untrusted <paramref name="octets"/>.</summary>
    public static string Printable(ReadOnlySpan<byte> octets)
    {
        var shown = octets.Length > MaxShown ? octets[..MaxShown] : octets;
        if (!shown.ContainsAnyExceptInRange((byte)0x20, (byte)0x7E))
            return shown.Length == octets.Length ? Encoding.ASCII.GetString(shown) : Encoding.ASCII.GetString(shown) + "…";
        var text = new StringBuilder(shown.Length + 16);
        foreach (var octet in shown)
        {
            if (octet is >= 0x20 and <= 0x7E)
                text.Append((char)octet);
            else
                text.Append('\\').Append(octet.ToString("D3", CultureInfo.InvariantCulture));
        }
        return shown.Length == octets.Length ? text.ToString() : text.Append('…').ToString();
    }

    /// <summary>The same text as UTF-8: the octets themselves where they may be shown as they are.</summary>
    public static ReadOnlySpan<byte> PrintableOctets(ReadOnlySpan<byte> octets) =>
        octets.Length <= MaxShown && !octets.ContainsAnyExceptInRange((byte)0x20, (byte)0x7E) ? octets : Encoding.UTF8.GetBytes(Printable(octets));

    /// <summary>The same for text that came from outside (configuration, decoded names).</summary>
    public static string Printable(string text) => Printable(Encoding.UTF8.GetBytes(text));
}
