using System.Globalization;
using System.Text;

namespace Sensor.Detection.Leases;

/// <summary>How names and URLs of an address plan are compared and kept.</summary>
internal static class PlanText
{
    /// <summary>Octets of a value that are kept as text; a proxy URL of honest length is far below.</summary>
    private const int KeptOctets = 512;

    /// <summary>Lower case of an ASCII letter, anything else as it is.</summary>
    public static byte Lower(byte octet) => octet is >= (byte)'A' and <= (byte)'Z' ? (byte)(octet | 0x20) : octet;

    /// <summary>A name without a trailing dot, NUL or white space, and without leading dots (as in ".example.net").</summary>
    public static ReadOnlySpan<byte> TrimName(ReadOnlySpan<byte> name) => name.TrimEnd(". \0\r\n\t"u8).TrimStart(". "u8);

    /// <summary>A value without the trailing NUL, CR, LF and space that servers add by habit.</summary>
    public static ReadOnlySpan<byte> TrimValue(ReadOnlySpan<byte> value) => value.TrimEnd(" \0\r\n"u8);

    /// <summary>Whether the trimmed <paramref name="name"/> equals the kept <paramref name="domain"/>.</summary>
    public static bool IsSame(ReadOnlySpan<byte> name, string domain)
    {
        name = name[..Math.Min(name.Length, KeptOctets)];
        if (name.Length != domain.Length)
            return false;
        for (var i = 0; i < name.Length; i++)
        {
            if (Lower(name[i]) != domain[i])
                return false;
        }
        return true;
    }

    /// <summary>Whether <paramref name="name"/> is <paramref name="domain"/> or lies under it; under a single label only one label deep.</summary>
    public static bool IsUnder(ReadOnlySpan<byte> name, string domain)
    {
        if (IsSame(name, domain))
            return true;
        var dot = name.Length - domain.Length - 1;
        if (dot <= 0 || name[dot] != '.' || !IsSame(name[(dot + 1)..], domain))
            return false;
        return domain.Contains('.', StringComparison.Ordinal) || !name[..dot].Contains((byte)'.');
    }

    /// <summary>The trimmed <paramref name="name"/> in lower case, every octet one character so that it compares octet by octet.</summary>
    public static string ToName(ReadOnlySpan<byte> name) => string.Create(Math.Min(name.Length, KeptOctets), name, static (text, octets) =>
    {
        for (var i = 0; i < text.Length; i++)
            text[i] = (char)Lower(octets[i]);
    });

    /// <summary>The trimmed start of <paramref name="value"/> as printable ASCII, others as \xHH.</summary>
    public static string ToText(ReadOnlySpan<byte> value)
    {
        value = TrimValue(value);
        value = value[..Math.Min(value.Length, KeptOctets)];
        var text = new StringBuilder(value.Length);
        foreach (var octet in value)
        {
            if (octet is >= 0x20 and < 0x7F)
                text.Append((char)octet);
            else
                text.Append(CultureInfo.InvariantCulture, $"\\x{octet:X2}");
        }
        return text.ToString();
    }
}
