using System.Buffers;
using System.Collections.Immutable;
using System.Text;
using Acornima.Ast;

namespace Sensor.Detection.Pac;

/// <summary>What is noted while a script is read; every list is bounded.</summary>
internal sealed class PacNotes(string source)
{
    /// <summary>Honest files of very large sites come near this; no client takes twice as much.</summary>
    private const int AbnormalFile = 512 * 1024;

    /// <summary>A single text of this length holds no host or proxy.</summary>
    private const int AbnormalText = 8 * 1024;

    private static readonly SearchValues<char> HostCharacters =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_*?");

    private readonly SortedSet<string> _functions = new(StringComparer.Ordinal);
    private readonly List<string> _hosts = [], _built = [];
    private readonly List<PacProxy> _proxies = [];
    private readonly List<PacSign> _signs = [];

    public void Function(string name)
    {
        if (_functions.Count < PacReading.MostEntries)
            _functions.Add(Cut(name));
    }

    public void Sign(PacSignKind kind, Node node)
    {
        var line = node.Location.Start.Line;
        if (_signs.Count >= PacReading.MostEntries || _signs.Exists(sign => sign.Kind == kind && sign.Line == line))
            return;
        var shown = Math.Min(PacReading.LongestText, node.End - node.Start);
        _signs.Add(new PacSign(kind, line, source.Substring(node.Start, shown)));
    }

    /// <summary>A text of the script, as written or as put together.</summary>
    public void Text(string text, Node node)
    {
        if (text.Length > AbnormalText)
            Sign(PacSignKind.AbnormalSize, node);
        foreach (var proxy in PacProxies.In(Encoding.Latin1.GetBytes(text)))
            Add(_proxies, proxy);
        // A wildcard pattern may hold a scheme and a path: "http://*.example.com/*".
        var host = text.AsSpan();
        if (host.IndexOf("://") is >= 0 and var scheme)
            host = host[(scheme + 3)..];
        if (host.IndexOfAny('/', ':') is >= 0 and var end)
            host = host[..end];
        if (host.Length is > 3 and <= 253 && host.Contains('.') && !host.ContainsAnyExcept(HostCharacters) && host.ContainsAnyInRange('a', 'z'))
            Add(_hosts, host.ToString().ToLowerInvariant());
    }

    /// <summary>A text that the script puts together.</summary>
    public void Built(string text) => Add(_built, Cut(text));

    public void NoteSize()
    {
        if (source.Length > AbnormalFile)
            _signs.Insert(0, new PacSign(PacSignKind.AbnormalSize, 0, $"{source.Length} characters"));
    }

    public PacReading Reading() => new([.. _functions], [.. _hosts], [.. _proxies], [.. _built], [.. _signs.OrderBy(sign => sign.Line)]);

    private static void Add<T>(List<T> list, T item)
    {
        if (list.Count < PacReading.MostEntries && !list.Contains(item))
            list.Add(item);
    }

    private static string Cut(string text) => text.Length <= PacReading.LongestText ? text : text[..PacReading.LongestText] + "…";
}
