using System.Globalization;
using System.Text;

namespace Sensor.Detection.Certificates;

/// <summary>Reads the contents of single DER values. Anything that is not what it should be reads as a value that cannot be mistaken.</summary>
public static class DerValues
{
    /// <summary>Nanoseconds in a second.</summary>
    private const long Second = 1_000_000_000;

    /// <summary>Years that fit nanoseconds since 1970 in 64 bits; later ones ("never expires", 9999) are kept as the last.</summary>
    private const int FirstYear = 1900, LastYear = 2261;

    /// <summary>An object identifier as text ("1.2.840.113549.1.1.4"); empty when it is none or absurdly long.</summary>
    public static string ObjectIdentifier(ReadOnlySpan<byte> content)
    {
        if (content.IsEmpty || content.Length > 64 || (content[^1] & 0x80) != 0)
            return "";
        var text = new StringBuilder();
        var arc = 0UL;
        foreach (var octet in content)
        {
            if (arc >> 56 != 0)
                return "";
            arc = (arc << 7) | (octet & 0x7Fu);
            if ((octet & 0x80) != 0)
                continue;
            if (text.Length == 0)
            {
                var first = Math.Min(arc / 40, 2);
                text.Append(first).Append('.').Append(arc - (first * 40));
            }
            else
            {
                text.Append('.').Append(arc);
            }
            arc = 0;
        }
        return text.ToString();
    }

    /// <summary>A small INTEGER that is not negative, -1 when it is none or does not fit.</summary>
    public static int SmallInteger(ReadOnlySpan<byte> content)
    {
        if (content.IsEmpty || content.Length > 4 || (content[0] & 0x80) != 0)
            return -1;
        var number = 0;
        foreach (var octet in content)
            number = (number << 8) | octet;
        return number;
    }

    /// <summary>An INTEGER in hexadecimal digits without leading zero octets, as serial numbers are shown.</summary>
    public static string Hexadecimal(ReadOnlySpan<byte> content)
    {
        content = content.TrimStart((byte)0);
        return content.IsEmpty ? "00" : Convert.ToHexString(content);
    }

    /// <summary>
    /// UTCTime or GeneralizedTime in universal time (RFC 5280 section 4.1.2.5) in nanoseconds since 1970; seconds may be left out, fractions are
    /// passed over. False when it is no time.
    /// </summary>
    public static bool TryReadTime(in DerValue value, out long timeNs)
    {
        timeNs = 0;
        var text = value.Content;
        var yearDigits = value.Tag == DerTag.UtcTime ? 2 : value.Tag == DerTag.GeneralizedTime ? 4 : 0;
        if (yearDigits == 0 || text.IsEmpty || text[^1] != 'Z')
            return false;
        text = text[..^1];
        var fraction = text.IndexOfAny((byte)'.', (byte)',');
        if (fraction >= 0)
            text = text[..fraction];
        var hasSeconds = text.Length == yearDigits + 10;
        if ((!hasSeconds && text.Length != yearDigits + 8) || text.ContainsAnyExceptInRange((byte)'0', (byte)'9'))
            return false;
        var year = Number(text[..yearDigits]);
        if (yearDigits == 2)
            year += year < 50 ? 2000 : 1900;
        var rest = text[yearDigits..];
        var (month, day, hour, minute) = (Number(rest[..2]), Number(rest[2..4]), Number(rest[4..6]), Number(rest[6..8]));
        var second = hasSeconds ? Number(rest[8..10]) : 0;
        if (year < 1 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month) || hour > 23 || minute > 59 || second > 60)
            return false;
        year = Math.Clamp(year, FirstYear, LastYear);
        day = Math.Min(day, DateTime.DaysInMonth(year, month));
        var time = new DateTime(year, month, day, hour, minute, 0, DateTimeKind.Utc) - DateTime.UnixEpoch;
        timeNs = (((long)time.TotalSeconds) + second) * Second;
        return true;
    }

    /// <summary>A day of packet time as "2012-06-03".</summary>
    public static string Day(long timeNs) => (DateTime.UnixEpoch + TimeSpan.FromTicks(timeNs / 100)).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    /// <summary>A character string of a name or a general name. Control characters and what cannot be decoded become '?'.</summary>
    public static string Text(byte tag, ReadOnlySpan<byte> content)
    {
        var text = tag == DerTag.BmpString ? Encoding.BigEndianUnicode.GetString(content)
            : tag is DerTag.Utf8String ? Encoding.UTF8.GetString(content)
            : Encoding.Latin1.GetString(content);
        var shown = text.Length > MaxText ? text[..MaxText] : text;
        return string.Create(shown.Length, shown, static (target, source) =>
        {
            for (var at = 0; at < source.Length; at++)
                target[at] = char.IsControl(source[at]) || char.IsSurrogate(source[at]) || source[at] is '\u2028' or '\u2029' or '\uFFFD' ? '?' : source[at];
        });
    }

    /// <summary>Characters of a text that are kept; upper bounds of X.520 names are 64.</summary>
    private const int MaxText = 256;

    private static int Number(ReadOnlySpan<byte> digits)
    {
        var number = 0;
        foreach (var digit in digits)
            number = (number * 10) + digit - '0';
        return number;
    }
}
