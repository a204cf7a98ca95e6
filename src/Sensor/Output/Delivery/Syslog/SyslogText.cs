using System.Text;

namespace Sensor.Output.Delivery.Syslog;

/// <summary>Texts as the parts of a syslog message allow them.</summary>
internal static class SyslogText
{
    private const string Nil = "-";

    /// <summary>
    /// A header field (RFC 5424 section 6: PRINTUSASCII, "%d33-126"), at most <paramref name="most"/> octets; "-" where nothing is left.
    /// </summary>
    public static string HeaderField(string text, int most)
    {
        var field = new StringBuilder(Math.Min(text.Length, most));
        foreach (var letter in text)
        {
            if (field.Length < most && letter is > ' ' and < '\u007f')
                field.Append(letter);
        }
        return field.Length == 0 ? Nil : field.ToString();
    }

    /// <summary>
    /// A parameter's value (section 6.3.3): quotation mark, backslash and closing bracket are escaped. Control and direction characters, which
    /// the section allows and receivers stumble over, are shown as \uXXXX.
    /// </summary>
    public static string ParamValue(string text) => TextPage.Printable(text)
        .Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("]", "\\]", StringComparison.Ordinal);
}
