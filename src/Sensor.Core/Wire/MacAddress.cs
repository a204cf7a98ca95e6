using System.Globalization;

namespace Sensor.Core.Wire;

/// <summary>An IEEE 802 48-bit hardware address, kept in the low 48 bits of <see cref="Value"/> (first octet on the wire is the highest).</summary>
public readonly record struct MacAddress(ulong Value) : IComparable<MacAddress>, ISpanFormattable
{
    private const int Octets = 6, TextLength = 17;

    /// <summary>00:00:00:00:00:00, also used where a link type carries no hardware address.</summary>
    public static readonly MacAddress None;

    /// <summary>ff:ff:ff:ff:ff:ff.</summary>
    public static readonly MacAddress Broadcast = new(0xFFFF_FFFF_FFFF);

    /// <summary>Whether no address is known.</summary>
    public bool IsNone => Value == 0;

    /// <summary>Group bit of the first octet: multicast or broadcast.</summary>
    public bool IsGroup => (Value & 0x0100_0000_0000) != 0;

    /// <summary>The IEEE organisation part, upper 24 bits.</summary>
    public uint Organisation => (uint)(Value >> 24);

    /// <summary>
    /// Whether the address belongs to a first-hop redundancy group and so legitimately moves between routers: VRRP/CARP 00:00:5e:00:01,
    /// VRRPv6 00:00:5e:00:02, HSRP 00:00:0c:07:ac, HSRPv2 00:00:0c:9f:fx, HSRP IPv6 00:05:73:a0:0x, GLBP 00:07:b4:00.
    /// </summary>
    public bool IsVirtualRouter =>
        (Value >> 8) is 0x00005E0001 or 0x00005E0002 or 0x00000C07AC
        || (Value >> 12) is 0x00000C9FF or 0x000573A00
        || (Value >> 16) is 0x0007B400;

    /// <summary>Parses "aa:bb:cc:dd:ee:ff" or with dashes. False for anything else.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out MacAddress address)
    {
        address = default;
        if (text.Length != TextLength)
            return false;
        ulong value = 0;
        for (var i = 0; i < Octets; i++)
        {
            if (i > 0 && text[(i * 3) - 1] is not (':' or '-'))
                return false;
            if (!byte.TryParse(text.Slice(i * 3, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var octet))
                return false;
            value = (value << 8) | octet;
        }
        address = new MacAddress(value);
        return true;
    }

    /// <inheritdoc/>
    public int CompareTo(MacAddress other) => Value.CompareTo(other.Value);

    /// <summary>Lower-case hexadecimal with colons.</summary>
    public override string ToString() => string.Create(TextLength, Value, static (text, value) => Write(value, text));

    /// <summary>The text of <see cref="ToString()"/>; there are no other formats.</summary>
    public string ToString(string? format, IFormatProvider? formatProvider) => ToString();

    /// <summary>Writes the text of <see cref="ToString()"/>, so that a sentence with addresses in it needs no string for each.</summary>
    public bool TryFormat(Span<char> destination, out int charsWritten, ReadOnlySpan<char> format, IFormatProvider? provider)
    {
        charsWritten = 0;
        if (destination.Length < TextLength)
            return false;
        Write(Value, destination);
        charsWritten = TextLength;
        return true;
    }

    private static void Write(ulong value, Span<char> text)
    {
        const string Digits = "0123456789abcdef";
        for (var i = 0; i < Octets; i++)
        {
            var octet = (int)(value >> (8 * (Octets - 1 - i))) & 0xFF;
            text[i * 3] = Digits[octet >> 4];
            text[(i * 3) + 1] = Digits[octet & 0xF];
            if (i < Octets - 1)
                text[(i * 3) + 2] = ':';
        }
    }
}
