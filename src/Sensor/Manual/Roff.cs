using System.Text;

namespace Sensor.Manual;

/// <summary>Writes man(7) pages: the few macros needed, and every text escaped.</summary>
internal sealed class Roff
{
    private readonly StringBuilder _page = new();
    private bool _awaitsText;

    /// <summary>A page named <paramref name="name"/> in <paramref name="section"/>. It bears no date: the same program makes the same page.</summary>
    public Roff(string name, int section, string version, string summary)
    {
        _page.Append(".\\\" Made from the program itself; changes are lost.\n");
        _page.Append($".TH {name.ToUpperInvariant()} {section} \"\" \"sensor {version}\"\n.nh\n.ad l\n");
        Section("Name");
        _page.Append($"{Escape(name)} \\- {Escape(summary)}\n");
    }

    /// <summary>.SH</summary>
    public Roff Section(string title) => Line($".SH {title.ToUpperInvariant()}");

    /// <summary>.SS</summary>
    public Roff Subsection(string title) => Line($".SS {Escape(title)}");

    /// <summary>A paragraph.</summary>
    public Roff Paragraph(string text) => Line(".PP").Line(Text(text));

    /// <summary>A paragraph of which <paramref name="term"/> is in bold and what follows is not.</summary>
    public Roff Command(string term, string rest) => Line(".PP").Line($"\\fB{Escape(term)}\\fR {Escape(rest)}".TrimEnd());

    /// <summary>.TP: a term with its explanation, which may also follow as <see cref="Indented"/>.</summary>
    public Roff Term(string term, string value, string text)
    {
        Line(".TP");
        Line(value.Length == 0 ? $"\\fB{Escape(term)}\\fR" : $"\\fB{Escape(term)}\\fR \\fI{Escape(value)}\\fR");
        if (text.Length > 0)
            return Line(Text(text));
        _awaitsText = true;
        return this;
    }

    /// <summary>The explanation of the term before, or one more paragraph of it.</summary>
    public Roff Indented(string text)
    {
        if (!_awaitsText)
            Line(".IP");
        _awaitsText = false;
        return Line(Text(text));
    }

    /// <summary>Lines as they are, indented.</summary>
    public Roff Verbatim(IEnumerable<string> lines)
    {
        Line(".PP").Line(".RS 4").Line(".nf");
        foreach (var line in lines)
            Line(line.Length == 0 ? "\\&" : Text(line));
        return Line(".fi").Line(".RE");
    }

    /// <inheritdoc/>
    public override string ToString() => _page.ToString();

    private static string Text(string text)
    {
        var escaped = Escape(text);
        // A dot or an apostrophe at the beginning would be a request.
        return escaped[0] is '.' or '\'' ? "\\&" + escaped : escaped;
    }

    private static string Escape(string text) => text.Replace("\\", "\\e", StringComparison.Ordinal)
        .Replace("-", "\\-", StringComparison.Ordinal).Replace("'", "\\(aq", StringComparison.Ordinal)
        .Replace("^", "\\(ha", StringComparison.Ordinal).Replace("`", "\\(ga", StringComparison.Ordinal)
        .Replace("~", "\\(ti", StringComparison.Ordinal).Replace("…", "...", StringComparison.Ordinal);

    private Roff Line(string line)
    {
        if (_awaitsText)
            _page.Append("\\&\n");
        _awaitsText = false;
        _page.Append(line).Append('\n');
        return this;
    }
}
