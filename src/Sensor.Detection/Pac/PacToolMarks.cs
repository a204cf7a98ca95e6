using System.Collections.Immutable;
using System.Text;
using Sensor.Core.Observations;

namespace Sensor.Detection.Pac;

/// <summary>Where a mark is looked for.</summary>
internal enum MarkPlace : byte
{
    /// <summary>In the PAC itself.</summary>
    Body,

    /// <summary>The Server header contains it.</summary>
    Server,

    /// <summary>The header names in their order begin with it.</summary>
    HeaderOrder,

    /// <summary>A proxy named in the PAC has this host or ":port".</summary>
    Proxy,

    /// <summary>A header that honest servers send is missing.</summary>
    MissingHeader,
}

/// <summary>A trait of a known tool's PAC exchange.</summary>
/// <param name="Tool">The tool.</param>
/// <param name="Place">Where it shows.</param>
/// <param name="Text">What is looked for.</param>
/// <param name="Weight">2: hardly anything else has it; 1: others have it too.</param>
internal sealed record PacToolMark(string Tool, MarkPlace Place, string Text, int Weight);

/// <summary>
/// Marks of known attack tools, as data. They change with every release and are easily edited, so they only confirm what behaviour has
/// shown.
/// </summary>
internal static class PacToolMarks
{
    private static readonly ImmutableArray<PacToolMark> All =
    [
        new("Responder", MarkPlace.Proxy, "isaproxysrv", 2),
        new("Responder", MarkPlace.Proxy, "respproxysrv", 2),
        new("Responder", MarkPlace.Proxy, "proxysrv", 1),
        new("Responder", MarkPlace.Proxy, ":3141", 1),
        new("Responder", MarkPlace.Proxy, ":3128", 1),
        new("Responder", MarkPlace.Server, "BigIP", 1),
        new("Responder", MarkPlace.HeaderOrder, "content-type pragma server content-length", 1),
        new("Responder", MarkPlace.HeaderOrder, "server content-type pragma content-length", 1),
        new("Responder", MarkPlace.MissingHeader, "date", 1),
        new("Responder", MarkPlace.Body, "\"localhost.*\"", 1),
        new("Inveigh", MarkPlace.Proxy, ":8492", 2),
        new("Inveigh", MarkPlace.Proxy, ":8493", 2),
        new("Inveigh", MarkPlace.Server, "Microsoft-HTTPAPI/2.0", 1),
        new("ntlmrelayx", MarkPlace.Server, "SimpleHTTP/", 1),
        new("ntlmrelayx", MarkPlace.Server, "BaseHTTP/", 1),
        new("ntlmrelayx", MarkPlace.Proxy, ":80", 1),
        new("WSuspicious", MarkPlace.Proxy, ":13337", 2),
    ];

    /// <summary>
    /// The tool whose marks weigh most (at least 2 together), and the marks; null when none. <paramref name="proxies"/> are those the
    /// script
    /// names and those it returns when it is run: tools build theirs at run time.
    /// </summary>
    public static (string Tool, int Weight, string Marks)? Strongest(in Observed<HttpAnswered> seen, ImmutableArray<PacProxy> proxies)
    {
        var body = seen.Text(seen.Fact.Body);
        (string Tool, int Weight, string Marks)? best = null;
        foreach (var tool in All.Select(mark => mark.Tool).Distinct())
        {
            var weight = 0;
            var marks = new List<string>();
            foreach (var mark in All)
            {
                if (mark.Tool != tool || !IsThere(mark, in seen, body, proxies))
                    continue;
                weight += mark.Weight;
                marks.Add(Describe(mark));
            }
            if (weight >= 2 && (best is null || weight > best.Value.Weight))
                best = (tool, weight, string.Join(", ", marks));
        }
        return best;
    }

    private static bool IsThere(PacToolMark mark, in Observed<HttpAnswered> seen, ReadOnlySpan<byte> body, ImmutableArray<PacProxy> proxies)
    {
        Span<byte> text = stackalloc byte[64];
        text = text[..Encoding.ASCII.GetBytes(mark.Text, text)];
        return mark.Place switch
        {
            MarkPlace.Body => body.IndexOf(text) >= 0,
            MarkPlace.Server => seen.Text(seen.Fact.Server).IndexOf(text) >= 0,
            MarkPlace.HeaderOrder => seen.Text(seen.Fact.HeaderOrder).StartsWith(text),
            MarkPlace.MissingHeader => !seen.Fact.HeaderOrder.IsEmpty && !HasWord(seen.Text(seen.Fact.HeaderOrder), text),
            _ => NamesProxy(proxies, mark.Text),
        };
    }

    private static bool NamesProxy(ImmutableArray<PacProxy> proxies, string mark)
    {
        foreach (var proxy in proxies)
        {
            if (mark[0] == ':' ? mark == $":{proxy.Port}" : proxy.Host.Split('.')[0] == mark)
                return true;
        }
        return false;
    }

    private static bool HasWord(ReadOnlySpan<byte> words, ReadOnlySpan<byte> word)
    {
        foreach (var range in words.Split((byte)' '))
        {
            if (words[range].SequenceEqual(word))
                return true;
        }
        return false;
    }

    private static string Describe(PacToolMark mark) => mark.Place switch
    {
        MarkPlace.Body => $"{mark.Text} in the script",
        MarkPlace.Server => $"Server header {mark.Text}",
        MarkPlace.HeaderOrder => "order of the header fields",
        MarkPlace.MissingHeader => $"no {mark.Text} header",
        _ => $"proxy {mark.Text}",
    };
}
