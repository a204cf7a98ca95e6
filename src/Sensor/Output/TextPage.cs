using System.Globalization;
using System.Text;

namespace Sensor.Output;

/// <summary>Colours of the text output, as SGR parameters (ECMA-48).</summary>
internal static class Ink
{
    public const string None = "", Bold = "1", Dim = "2", Red = "1;31", Yellow = "1;33", Cyan = "36", Green = "32";
}

/// <summary>
/// Writes paragraphs that fit a width, in colour where there is any. What came from the wire is made harmless: nothing but printable text
/// reaches a terminal.
/// </summary>
internal sealed class TextPage(TextWriter output, int width, bool colour)
{
    private readonly StringBuilder _line = new(256);

    /// <summary>Columns.</summary>
    public int Width => width;

    /// <summary>Ends a line.</summary>
    public void Blank() => output.Write('\n');

    /// <summary>One line, cut at the width only by the terminal.</summary>
    public void Line(string text, string ink = Ink.None)
    {
        output.Write(Inked(Printable(text), ink));
        output.Write('\n');
    }

    /// <summary>A rule with a title at its left and a note at its right.</summary>
    public void Rule(string title, string ink, string note)
    {
        title = Printable(title);
        note = Printable(note);
        var dashes = Math.Max(3, width - Columns(title) - Columns(note) - 8);
        output.Write(Inked("── ", ink) + Inked(title, ink) + " " + Inked(new string('─', dashes), Ink.Dim) + " " + Inked(note, Ink.Dim)
            + Inked(" ──", Ink.Dim));
        output.Write('\n');
    }

    /// <summary>A paragraph wrapped at words; further lines are indented by <paramref name="hang"/> columns.</summary>
    public void Paragraph(string text, int indent = 0, int? hang = null, string ink = Ink.None) => Labelled("", indent, text, hang ?? indent, ink);

    /// <summary>A label in a column of its own, and a paragraph beside it.</summary>
    public void Labelled(string label, int column, string text, int? hang = null, string ink = Ink.None, string labelInk = Ink.Bold)
    {
        _line.Clear();
        _line.Append(Inked(label, labelInk));
        var at = Columns(label);
        var words = new StringBuilder();
        Pad(ref at, column);
        foreach (var word in Printable(text).Split(' '))
        {
            var columns = Columns(word);
            if (words.Length > 0 && at + 1 + columns > width)
            {
                Flush(words, ink);
                at = 0;
                // A hash or URL too long for its column moves to the left rather than beyond the edge: whole, it can be copied.
                Pad(ref at, Math.Min(hang ?? column, Math.Max(0, width - columns)));
            }
            if (words.Length > 0)
            {
                words.Append(' ');
                at++;
            }
            words.Append(word);
            at += columns;
        }
        Flush(words, ink);
    }

    /// <summary>What is safe to show: control and format characters (terminal escapes, direction marks) as \uXXXX.</summary>
    public static string Printable(string text)
    {
        var first = 0;
        while (first < text.Length && !IsHostile(text[first]))
            first++;
        if (first == text.Length)
            return text;
        var shown = new StringBuilder(text, 0, first, text.Length + 16);
        foreach (var character in text.AsSpan(first))
        {
            if (IsHostile(character))
                shown.Append(CultureInfo.InvariantCulture, $"\\u{(int)character:x4}");
            else
                shown.Append(character);
        }
        return shown.ToString();
    }

    /// <summary>Columns a text takes: wide (East Asian) characters take two, marks none. Good enough for host names.</summary>
    public static int Columns(string text)
    {
        var columns = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            columns += Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark ? 0
                : rune.Value is (>= 0x1100 and <= 0x115F) or (>= 0x2E80 and <= 0xA4CF) or (>= 0xAC00 and <= 0xD7A3)
                    or (>= 0xF900 and <= 0xFAFF) or (>= 0xFE30 and <= 0xFE6F) or (>= 0xFF00 and <= 0xFF60) or (>= 0x1F300 and <= 0x1FAFF) ? 2
                : 1;
        }
        return columns;
    }

    /// <summary>Text in colour, or as it is where there is none.</summary>
    public string Inked(string text, string ink) => !colour || ink.Length == 0 || text.Length == 0 ? text : $"\x1b[{ink}m{text}\x1b[0m";

    private static bool IsHostile(char character) => CharUnicodeInfo.GetUnicodeCategory(character)
        is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
        or UnicodeCategory.Surrogate && !char.IsSurrogate(character);

    private void Pad(ref int at, int column)
    {
        var spaces = Math.Max(at == 0 ? 0 : 1, column - at);
        _line.Append(' ', spaces);
        at += spaces;
    }

    private void Flush(StringBuilder words, string ink)
    {
        _line.Append(Inked(words.ToString(), ink));
        words.Clear();
        output.Write(_line.ToString());
        output.Write('\n');
        _line.Clear();
    }
}
