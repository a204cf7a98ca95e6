using System.Collections.Immutable;
using System.Globalization;

namespace Sensor.Detection.Pac;

/// <summary>
/// Reads what a script returned: "PROXY a:80; SOCKS5 b; DIRECT". As browsers do, entries nobody understands are skipped, and when nothing
/// is
/// left the answer is DIRECT.
/// </summary>
public static class PacAnswer
{
    /// <summary>The keyword of the entry that is no proxy.</summary>
    public const string Direct = "DIRECT";

    /// <summary>Entries read: clients try the next only when one fails, and give up long before this.</summary>
    public const int MostEntries = 16;

    private static readonly (string Keyword, int Port)[] Keywords =
        [("PROXY", 80), ("HTTP", 80), ("HTTPS", 443), ("QUIC", 443), ("SOCKS", 1080), ("SOCKS4", 1080), ("SOCKS5", 1080)];

    /// <summary>
    /// The entries of <paramref name="answer"/> in their order; DIRECT has an empty host. Never empty. Default ports are filled in.
    /// </summary>
    public static ImmutableArray<PacProxy> Read(string answer)
    {
        var entries = ImmutableArray.CreateBuilder<PacProxy>();
        foreach (var range in answer.AsSpan().Split(';'))
        {
            if (entries.Count < MostEntries && TryReadEntry(answer.AsSpan()[range].Trim(), out var entry))
                entries.Add(entry);
        }
        if (entries.Count == 0)
            entries.Add(new PacProxy(Direct, "", 0));
        return entries.ToImmutable();
    }

    private static bool TryReadEntry(ReadOnlySpan<char> text, out PacProxy entry)
    {
        entry = default;
        var blank = text.IndexOfAny(' ', '\t');
        var word = blank < 0 ? text : text[..blank];
        var rest = blank < 0 ? [] : text[blank..].Trim();
        if (word.Equals(Direct, StringComparison.OrdinalIgnoreCase))
        {
            entry = new PacProxy(Direct, "", 0);
            return rest.IsEmpty;
        }
        foreach (var (keyword, defaultPort) in Keywords)
        {
            if (word.Equals(keyword, StringComparison.OrdinalIgnoreCase) && TryReadHost(rest, defaultPort, out var host, out var port))
            {
                entry = new PacProxy(keyword, host, port);
                return true;
            }
        }
        return false;
    }

    private static bool TryReadHost(ReadOnlySpan<char> text, int defaultPort, out string host, out int port)
    {
        port = defaultPort;
        host = "";
        if (text.IsEmpty || text.ContainsAny(" \t/@"))
            return false;
        var colon = text.LastIndexOf(':');
        var isPort = colon >= 0 && !text[colon..].Contains(']') && text[..colon].IndexOf(':') is var other && (other < 0 || text[0] == '[');
        if (isPort && (!int.TryParse(text[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out port) || port > ushort.MaxValue))
            return false;
        var name = (isPort ? text[..colon] : text).Trim("[]").ToString();
        host = name.ToLowerInvariant();
        return host.Length is > 0 and <= 255;
    }
}
