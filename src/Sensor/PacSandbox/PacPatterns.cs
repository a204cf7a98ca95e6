using System.Buffers;
using System.Text.RegularExpressions;

namespace Sensor.PacSandbox;

/// <summary>
/// shExpMatch. Browsers turn the shell pattern into a regular expression by rewriting only '.', '*' and '?', so that "(a|b)*" works in them
/// as
/// an expression; patterns of plain characters are matched directly, in linear time.
/// </summary>
internal sealed class PacPatterns
{
    private const int MostCached = 256;

    private static readonly SearchValues<char> Special = SearchValues.Create("\\^$+{}()|[]\n\r\u2028\u2029");
    private static readonly TimeSpan Timeout = TimeSpan.FromMilliseconds(500);

    private readonly Dictionary<string, Regex> _expressions = new(StringComparer.Ordinal);

    /// <summary>
    /// Whether <paramref name="text"/> matches <paramref name="pattern"/>. Throws ArgumentException for a pattern no engine takes.
    /// </summary>
    public bool Matches(string text, string pattern)
    {
        if (!pattern.AsSpan().ContainsAny(Special) && !text.AsSpan().ContainsAny('\n', '\r'))
            return MatchesPlain(text, pattern);
        if (!_expressions.TryGetValue(pattern, out var expression))
        {
            var source = pattern.Replace(".", "\\.", StringComparison.Ordinal).Replace("*", ".*", StringComparison.Ordinal).Replace('?', '.');
            expression = new Regex($"^{source}$", RegexOptions.ECMAScript, Timeout);
            if (_expressions.Count < MostCached)
                _expressions.Add(pattern, expression);
        }
        return expression.IsMatch(text);
    }

    // The last star is the only place to go back to: what an earlier one could take, the later one can take too.
    private static bool MatchesPlain(ReadOnlySpan<char> text, ReadOnlySpan<char> pattern)
    {
        int at = 0, place = 0, star = -1, taken = 0;
        while (at < text.Length)
        {
            if (place < pattern.Length && pattern[place] == '*')
            {
                star = place++;
                taken = at;
            }
            else if (place < pattern.Length && (pattern[place] == '?' || pattern[place] == text[at]))
            {
                place++;
                at++;
            }
            else if (star >= 0)
            {
                place = star + 1;
                at = ++taken;
            }
            else
            {
                return false;
            }
        }
        return pattern[place..].IndexOfAnyExcept('*') < 0;
    }
}
