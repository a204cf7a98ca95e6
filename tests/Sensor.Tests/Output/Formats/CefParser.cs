using System.Text;
using System.Text.RegularExpressions;

namespace Sensor.Tests.Output.Formats;

/// <summary>
/// Reads CEF as ArcSight's implementation guide describes it: seven header fields with \| and \\, then key=value pairs where a key is the
/// last run of letters and digits before an equals sign that no backslash stands before.
/// </summary>
internal sealed partial class CefParser
{
    public required string[] Header { get; init; }

    public required Dictionary<string, string> Extension { get; init; }

    public static CefParser Read(string line)
    {
        var header = new List<string>();
        var field = new StringBuilder();
        var at = 0;
        for (; at < line.Length && header.Count < 7; at++)
        {
            if (line[at] == '\\')
            {
                at++;
                Assert.True(at < line.Length && line[at] is '\\' or '|', "an escape of the header that is none");
                field.Append(line[at]);
            }
            else if (line[at] == '|')
            {
                header.Add(field.ToString());
                field.Clear();
            }
            else
            {
                field.Append(line[at]);
            }
        }
        Assert.Equal(7, header.Count);
        return new CefParser { Header = [.. header], Extension = Pairs(line[at..]) };
    }

    private static Dictionary<string, string> Pairs(string text)
    {
        var keys = Key().Matches(text);
        Assert.True(keys.Count > 0 && keys[0].Index == 0, "the extension does not begin with a key");
        var pairs = new Dictionary<string, string>();
        for (var i = 0; i < keys.Count; i++)
        {
            var from = keys[i].Index + keys[i].Length;
            var to = i + 1 < keys.Count ? keys[i + 1].Index : text.Length;
            Assert.True(pairs.TryAdd(keys[i].Groups[1].Value, Unescape(text[from..to])), $"{keys[i].Groups[1].Value} is there twice");
        }
        return pairs;
    }

    private static string Unescape(string value)
    {
        var text = new StringBuilder();
        for (var i = 0; i < value.Length; i++)
        {
            Assert.NotEqual('=', value[i]);
            if (value[i] != '\\')
            {
                text.Append(value[i]);
                continue;
            }
            i++;
            Assert.True(i < value.Length, "a backslash at the end escapes nothing");
            text.Append(value[i] switch
            {
                '\\' or '=' => value[i],
                'n' => '\n',
                'r' => '\r',
                _ => throw new FormatException($"\\{value[i]} is no escape"),
            });
        }
        return text.ToString();
    }

    [GeneratedRegex(@"(?:^| )([A-Za-z0-9]+)=")]
    private static partial Regex Key();
}
