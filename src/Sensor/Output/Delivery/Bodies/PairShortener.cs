using System.Text;
using Sensor.Output.Formats;

namespace Sensor.Output.Delivery.Bodies;

/// <summary>
/// Leaves whole pairs out of a CEF or LEEF line. A key of CEF ends at an equals sign that no backslash stands before and begins after a space;
/// LEEF separates pairs by tabs, which no value holds.
/// </summary>
internal sealed class PairShortener
{
    private readonly string[] _order;
    private readonly int _headerBars;
    private readonly bool _isCef;

    private PairShortener(string[] order, int headerBars, bool isCef) => (_order, _headerBars, _isCef) = (order, headerBars, isCef);

    /// <summary>For CEF; the label of a custom field goes with it.</summary>
    public static PairShortener Cef { get; } = new(
        [
            "flexString2", "fname", "cs6", "flexString1", "cs5", "fileHash", "request", "suser", "sntdom", "dhost", "shost", "start", "end", "cat",
            "act", "app", "cn2", "cn1", "dmac", "smac", "msg",
        ], headerBars: 7, isCef: true);

    /// <summary>For LEEF.</summary>
    public static PairShortener Leef { get; } = new(
        [
            "refutedBy", "title", "file", "communityId", "attack", "tlsServerName", "sha256", "url", "domain", "usrName", "frame", "app", "dstMAC",
            "srcMAC", "vlan", "victim", "suspect", "msg",
        ], headerBars: 6, isCef: false);

    /// <summary>The line without the pairs that had to go.</summary>
    public string Fit(string line, int most)
    {
        var start = ExtensionAt(line);
        var pairs = _isCef ? CefPairs(line[start..]) : LeefPairs(line[start..]);
        var shortened = line;
        var leftOut = 0;
        foreach (var key in _order)
        {
            if (pairs.RemoveAll(pair => pair.Key == key || (_isCef && pair.Key == key + "Label")) == 0)
                continue;
            leftOut++;
            shortened = Write(line[..start], pairs, leftOut);
            if (BodyShortener.Octets(shortened) <= most)
                break;
        }
        return shortened;
    }

    private string Write(string header, List<(string Key, string Pair)> pairs, int leftOut)
    {
        var line = new StringBuilder(header);
        foreach (var (_, pair) in pairs)
            line.Append(pair).Append(_isCef ? ' ' : '\t');
        var count = EventFormatText.Number(leftOut);
        return line.Append(_isCef ? $"cn3={count} cn3Label=Fields left out" : $"leftOut={count}").ToString();
    }

    private int ExtensionAt(string line)
    {
        var bars = 0;
        for (var at = 0; at < line.Length; at++)
        {
            if (_isCef && line[at] == '\\')
                at++;
            else if (line[at] == '|' && ++bars == _headerBars)
                return at + 1;
        }
        return line.Length;
    }

    private static List<(string Key, string Pair)> LeefPairs(string text) =>
        [.. text.Split('\t').Select(static pair => (pair[..Math.Max(0, pair.IndexOf('=', StringComparison.Ordinal))], pair))];

    private static List<(string Key, string Pair)> CefPairs(string text)
    {
        var pairs = new List<(string, string)>();
        var start = 0;
        var equals = NextEquals(text, 0);
        while (equals >= 0)
        {
            var key = text[start..equals];
            var next = NextEquals(text, equals + 1);
            var end = next < 0 ? text.Length : text.LastIndexOf(' ', next);
            pairs.Add((key, text[start..end]));
            (start, equals) = (end + 1, next);
        }
        return pairs;
    }

    private static int NextEquals(string text, int from)
    {
        for (var at = from; at < text.Length; at++)
        {
            if (text[at] == '\\')
                at++;
            else if (text[at] == '=')
                return at;
        }
        return -1;
    }
}
