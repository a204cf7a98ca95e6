using System.Text;
using System.Text.RegularExpressions;

namespace Sensor.Manual;

/// <summary>
/// sensor-appsettings(5), made from the annotated configuration: every key with its default and the comment above it. Lines of a comment that
/// are indented or look like JSON are shown as they are.
/// </summary>
internal sealed partial class ConfigurationManual
{
    private readonly Roff _page;
    private readonly List<string> _comment = [];
    private readonly Stack<string> _path = new();
    private bool _isAtKey;

    private ConfigurationManual(string version) =>
        _page = new Roff("sensor-appsettings", 5, version, "configuration of sensor").Section("Description");

    /// <summary>The page about the annotated configuration <paramref name="text"/>.</summary>
    public static string Write(string text, string version)
    {
        var manual = new ConfigurationManual(version);
        foreach (var line in text.Split('\n'))
            manual.Read(line.Trim('\uFEFF', '\r', ' '));
        manual._page.Section("See also").Paragraph("sensor(1), sensor.service(8)");
        return manual._page.ToString();
    }

    private void Read(string line)
    {
        if (line.StartsWith("//", StringComparison.Ordinal))
            _comment.Add(line[2..]);
        else if (line is "{" && _path.Count == 0)
            Comment();
        else if (line.StartsWith('}') || line.StartsWith(']'))
            Close();
        else if (KeyAndValue().Match(line) is { Success: true } entry)
            Key(entry.Groups["key"].Value, entry.Groups["value"].Value.Trim(), entry.Groups["comment"].Value);
        else if (line.Length > 0)
            _comment.Add($"  {line}");
    }

    private void Close()
    {
        _isAtKey = false;
        Comment();
        _path.TryPop(out _);
    }

    private void Key(string key, string value, string beside)
    {
        var path = string.Join(':', _path.Reverse().Append(key));
        if (beside.Length > 0)
            _comment.Add($" {beside}");
        if (value is "{" or "[")
        {
            _path.Push(key);
            if (_path.Count == 1)
                _page.Section(key);
            else
                _page.Subsection(path);
            _isAtKey = false;
            Comment();
            return;
        }
        _page.Term(path, value, "");
        _isAtKey = true;
        Comment();
    }

    /// <summary>Prose flows together; everything else keeps its lines.</summary>
    private void Comment()
    {
        var prose = new StringBuilder();
        var verbatim = new List<string>();
        foreach (var raw in _comment)
        {
            var text = raw.StartsWith(' ') ? raw[1..] : raw;
            if (text.Length > 0 && text[0] is not (' ' or '[' or ']' or '{' or '}' or '"'))
            {
                Verbatim(verbatim);
                prose.Append(prose.Length == 0 ? "" : " ").Append(text);
                continue;
            }
            Prose(prose);
            verbatim.Add(text);
        }
        Prose(prose);
        Verbatim(verbatim);
        _comment.Clear();
    }

    private void Prose(StringBuilder prose)
    {
        if (prose.Length == 0)
            return;
        if (_isAtKey)
            _page.Indented(prose.ToString());
        else
            _page.Paragraph(prose.ToString());
        prose.Clear();
    }

    private void Verbatim(List<string> lines)
    {
        if (lines.Count > 0)
            _page.Verbatim(lines);
        lines.Clear();
    }

    [GeneratedRegex("""^"(?<key>[^"]+)":\s*(?<value>("[^"]*"|[^"/]|/(?!/))*?),?\s*(//\s*(?<comment>.*))?$""")]
    private static partial Regex KeyAndValue();
}
