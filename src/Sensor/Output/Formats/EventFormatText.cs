using System.Globalization;

namespace Sensor.Output.Formats;

/// <summary>
/// Makes text from the wire fit the one-line formats. CEF has escapes of its own; LEEF has none, so there a control character is shown as
/// \uXXXX and can end neither value nor line.
/// </summary>
internal static class EventFormatText
{
    private static readonly string[] LineEnds = ["\r\n", "\n", "\r"];

    /// <summary>A field of the CEF header: pipe and backslash escaped, line ends as spaces.</summary>
    public static string CefHeader(string text) =>
        TextPage.Printable(text.ReplaceLineEndings(" ")).Replace("\\", "\\\\", StringComparison.Ordinal)
            .Replace("|", "\\|", StringComparison.Ordinal);

    /// <summary>
    /// A value of a CEF extension, at most <paramref name="most"/> characters before escaping: equals sign, backslash and line ends
    /// escaped.
    /// </summary>
    public static string CefValue(string text, int most)
    {
        var lines = Cut(text, most).Split(LineEnds, StringSplitOptions.None);
        return string.Join("\\n", lines.Select(static line => TextPage.Printable(line)
            .Replace("\\", "\\\\", StringComparison.Ordinal).Replace("=", "\\=", StringComparison.Ordinal)));
    }

    /// <summary>A value of a LEEF attribute: no control character, so no tab and no line end.</summary>
    public static string LeefValue(string text, int most) => TextPage.Printable(Cut(text, most));

    /// <summary>A field of the LEEF header, which has no escape for its separator.</summary>
    public static string LeefHeader(string text) => TextPage.Printable(text).Replace('|', '/');

    /// <summary>A number as every format writes it.</summary>
    public static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Cut(string text, int most)
    {
        if (text.Length <= most)
            return text;
        var end = most - 1;
        return (char.IsHighSurrogate(text[end - 1]) ? text[..(end - 1)] : text[..end]) + "…";
    }
}
