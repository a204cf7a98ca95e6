using System.Text;

namespace Sensor.Manual;

/// <summary>An option as a help text shows it.</summary>
/// <param name="Names">Its names, with dashes.</param>
/// <param name="Value">What stands for its value (FILE, none|all); empty where it takes none.</param>
/// <param name="Text">What it does, on one line.</param>
internal sealed record HelpOption(IReadOnlyList<string> Names, string Value, string Text);

/// <summary>
/// A help text taken apart: usage lines, paragraphs, options, examples. It is the one place where a command is described; the manual page and
/// the completions are made from it, so they cannot say anything else.
/// </summary>
internal sealed class HelpPage
{
    private const int ContinuationIndent = 6;

    private readonly List<string> _usages = [], _paragraphs = [], _examples = [];
    private readonly List<HelpOption> _options = [];
    private readonly List<(string Head, string Text)> _entries = [];

    private HelpPage()
    {
    }

    /// <summary>What follows `Usage:`, each line trimmed; a remark beside it is kept, three spaces or more away.</summary>
    public IReadOnlyList<string> Usages => _usages;

    /// <summary>The text that is not indented, each paragraph on one line.</summary>
    public IReadOnlyList<string> Paragraphs => _paragraphs;

    /// <summary>The options, in the order of the text.</summary>
    public IReadOnlyList<HelpOption> Options => _options;

    /// <summary>Other indented lines: what is named, and what is said about it.</summary>
    public IReadOnlyList<(string Head, string Text)> Entries => _entries;

    /// <summary>The lines under `Examples:`.</summary>
    public IReadOnlyList<string> Examples => _examples;

    /// <summary>Takes <paramref name="text"/> apart. Any text is one: what fits nowhere is a paragraph.</summary>
    public static HelpPage Read(string text)
    {
        var page = new HelpPage();
        var paragraph = new StringBuilder();
        List<string>? block = null;
        foreach (var line in text.Split('\n'))
        {
            if (line.Length == 0)
            {
                page.EndParagraph(paragraph);
                block = null;
            }
            else if (line.StartsWith("Usage:", StringComparison.Ordinal) || line is "Examples:" or "Example:")
            {
                page.EndParagraph(paragraph);
                block = line[0] == 'U' ? page._usages : page._examples;
                if (line is not ("Usage:" or "Examples:" or "Example:"))
                    block.Add(line["Usage:".Length..].Trim());
            }
            else if (line[0] != ' ')
            {
                block = null;
                paragraph.Append(paragraph.Length == 0 ? "" : " ").Append(line.Trim());
            }
            else if (block is not null && !IsOption(line))
            {
                block.Add(line.Trim());
            }
            else
            {
                page.EndParagraph(paragraph);
                block = null;
                page.ReadIndented(line);
            }
        }
        page.EndParagraph(paragraph);
        return page;
    }

    private static bool IsOption(string line) => line.AsSpan().TrimStart().StartsWith("-", StringComparison.Ordinal);

    private void EndParagraph(StringBuilder paragraph)
    {
        if (paragraph.Length > 0)
            _paragraphs.Add(paragraph.ToString());
        paragraph.Clear();
    }

    private void ReadIndented(string line)
    {
        var trimmed = line.TrimStart();
        if (line.Length - trimmed.Length >= ContinuationIndent && (_options.Count > 0 || _entries.Count > 0))
        {
            Continue(trimmed);
            return;
        }
        var gap = trimmed.IndexOf("  ", StringComparison.Ordinal);
        var (head, text) = gap < 0 ? (trimmed, "") : (trimmed[..gap], trimmed[gap..].Trim());
        if (trimmed[0] == '-')
            _options.Add(Option(head, text));
        else
            _entries.Add((head, text));
    }

    private static HelpOption Option(string head, string text)
    {
        var names = new List<string>();
        var value = "";
        foreach (var part in head.Split([',', ' '], StringSplitOptions.RemoveEmptyEntries))
        {
            if (part[0] == '-')
                names.Add(part);
            else
                value = value.Length == 0 ? part : $"{value} {part}";
        }
        return new HelpOption(names, value, text);
    }

    private void Continue(string text)
    {
        if (_options is [.., var option])
            _options[^1] = option with { Text = $"{option.Text} {text}".Trim() };
        else
            _entries[^1] = (_entries[^1].Head, $"{_entries[^1].Text} {text}".Trim());
    }
}
