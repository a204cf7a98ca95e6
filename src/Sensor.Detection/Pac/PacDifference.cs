using System.Text;
using Sensor.Detection.Names;

namespace Sensor.Detection.Pac;

/// <summary>A short account of how two texts differ, by lines: enough to see what was changed, not a patch.</summary>
public static class PacDifference
{
    private const int ShownLines = 3;
    private const int ShownOctets = 160;

    /// <summary>
    /// The lines at the first difference, old ones marked "-", new ones "+", joined by " | ". Untrusted octets are escaped.
    /// </summary>
    public static string Between(ReadOnlySpan<byte> before, ReadOnlySpan<byte> after)
    {
        var start = LineStart(before, before.CommonPrefixLength(after));
        before = before[start..];
        after = after[start..];
        var tail = CommonTail(before, after);
        var text = new StringBuilder();
        Show(text, '-', before[..^tail]);
        Show(text, '+', after[..^tail]);
        return text.ToString();
    }

    private static int LineStart(ReadOnlySpan<byte> text, int at) => text[..at].LastIndexOf((byte)'\n') + 1;

    /// <summary>Octets at the end that are equal, counted in whole lines.</summary>
    private static int CommonTail(ReadOnlySpan<byte> before, ReadOnlySpan<byte> after)
    {
        var most = Math.Min(before.Length, after.Length);
        var equal = 0;
        while (equal < most && before[^(equal + 1)] == after[^(equal + 1)])
            equal++;
        var newline = before[^equal..].IndexOf((byte)'\n');
        return newline < 0 ? 0 : equal - newline - 1;
    }

    private static void Show(StringBuilder text, char mark, ReadOnlySpan<byte> lines)
    {
        var shown = 0;
        foreach (var range in lines.Split((byte)'\n'))
        {
            var line = lines[range].Trim(" \t\r"u8);
            if (line.IsEmpty)
                continue;
            if (text.Length > 0)
                text.Append(" | ");
            if (shown++ == ShownLines)
            {
                text.Append(mark).Append(" …");
                return;
            }
            text.Append(mark).Append(' ').Append(WireText.Printable(line.Length > ShownOctets ? line[..ShownOctets] : line));
        }
    }
}
