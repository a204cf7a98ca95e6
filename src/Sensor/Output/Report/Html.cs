using System.Buffers;
using System.Globalization;
using System.Text;

namespace Sensor.Output.Report;

/// <summary>
/// Writes HTML. Every text and every attribute value is escaped here, and control and format characters are shown as \uXXXX, so that
/// nothing from the wire can be anything but text. Markup comes from constants of the renderers only.
/// </summary>
internal sealed class Html(TextWriter output)
{
    private static readonly SearchValues<char> Special = SearchValues.Create("<>&\"'`");

    private readonly Stack<string> _open = new();

    /// <summary>Begins an element; attributes come as name and value in turn.</summary>
    public Html Begin(string tag, string? style = null, params ReadOnlySpan<string> attributes)
    {
        WriteTag(tag, style, attributes, ">");
        _open.Push(tag);
        return this;
    }

    /// <summary>An element without content.</summary>
    public Html Empty(string tag, string? style = null, params ReadOnlySpan<string> attributes)
    {
        WriteTag(tag, style, attributes, "/>");
        return this;
    }

    /// <summary>Ends the innermost element.</summary>
    public Html End()
    {
        output.Write("</");
        output.Write(_open.Pop());
        output.Write('>');
        return this;
    }

    /// <summary>Ends the innermost element and the line.</summary>
    public Html EndLine()
    {
        End();
        output.Write('\n');
        return this;
    }

    /// <summary>A text.</summary>
    public Html Text(string text)
    {
        output.Write(Escape(text));
        return this;
    }

    /// <summary>An element that holds a text.</summary>
    public Html Element(string tag, string? style, string text, params ReadOnlySpan<string> attributes) => Begin(tag, style, attributes)
        .Text(text).EndLine();

    /// <summary>An element that holds lines: where a line ends is kept, everything else is escaped.</summary>
    public Html Lines(string tag, string? style, string text)
    {
        Begin(tag, style);
        foreach (var line in text.AsSpan().EnumerateLines())
        {
            Text(line.ToString());
            output.Write('\n');
        }
        return EndLine();
    }

    /// <summary>Constant markup: never anything that was read.</summary>
    public Html Constant(string markup)
    {
        output.Write(markup);
        return this;
    }

    /// <summary>The text as it may stand in an element or an attribute.</summary>
    public static string Escape(string text)
    {
        var printable = TextPage.Printable(text);
        if (printable.AsSpan().IndexOfAny(Special) < 0)
            return printable;
        var escaped = new StringBuilder(printable.Length + 32);
        foreach (var character in printable)
        {
            _ = character switch
            {
                '<' => escaped.Append("&lt;"),
                '>' => escaped.Append("&gt;"),
                '&' => escaped.Append("&amp;"),
                '"' => escaped.Append("&quot;"),
                '\'' => escaped.Append("&#39;"),
                '`' => escaped.Append("&#96;"),
                _ => escaped.Append(character),
            };
        }
        return escaped.ToString();
    }

    /// <summary>A length or place in a drawing.</summary>
    public static string Number(double value) => value.ToString("0.#", CultureInfo.InvariantCulture);

    private void WriteTag(string tag, string? style, ReadOnlySpan<string> attributes, string end)
    {
        output.Write('<');
        output.Write(tag);
        if (style is not null)
            WriteAttribute("class", style);
        for (var i = 0; i + 1 < attributes.Length; i += 2)
            WriteAttribute(attributes[i], attributes[i + 1]);
        output.Write(end);
    }

    private void WriteAttribute(string name, string value)
    {
        output.Write(' ');
        output.Write(name);
        output.Write("=\"");
        output.Write(Escape(value));
        output.Write('"');
    }
}
