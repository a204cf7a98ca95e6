using System.Buffers;
using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace Sensor.Detection.Pac;

/// <summary>A proxy that a PAC names in plain text: keyword, host and port (0 when none is given).</summary>
public readonly record struct PacProxy(string Keyword, string Host, int Port)
{
    /// <inheritdoc/>
    public override string ToString() => Host.Length == 0 ? Keyword :
        Port == 0 ? $"{Keyword} {Host}" : string.Create(CultureInfo.InvariantCulture, $"{Keyword} {Host}:{Port}");
}

/// <summary>Reads the proxies a PAC names statically. What the script builds at run time is not seen here.</summary>
public static class PacProxies
{
    /// <summary>More proxies than honest files name; the rest is left out.</summary>
    public const int Capacity = 16;

    private const int LongestHost = 255;

    private static readonly string[] Keywords = ["PROXY", "SOCKS", "SOCKS4", "SOCKS5", "HTTP", "HTTPS", "QUIC"];
    private static readonly SearchValues<byte> HostOctets =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_[]:"u8);

    /// <summary>The proxies named in <paramref name="body"/>, each once, in the order of first mention.</summary>
    public static ImmutableArray<PacProxy> In(ReadOnlySpan<byte> body)
    {
        var named = ImmutableArray.CreateBuilder<PacProxy>();
        for (var at = 0; at < body.Length && named.Count < Capacity; at++)
        {
            if (at > 0 && body[at - 1] is not ((byte)'"' or (byte)'\'' or (byte)'`' or (byte)';' or (byte)' '))
                continue;
            if (KeywordAt(body[at..]) is { } keyword && TryReadHost(body[(at + keyword.Length)..], keyword, out var proxy)
                && !named.Contains(proxy))
                named.Add(proxy);
        }
        return named.ToImmutable();
    }

    private static string? KeywordAt(ReadOnlySpan<byte> text)
    {
        if (text.IsEmpty
            || text[0] is not ((byte)'P' or (byte)'S' or (byte)'H' or (byte)'Q' or (byte)'p' or (byte)'s' or (byte)'h' or (byte)'q'))
            return null;
        foreach (var keyword in Keywords)
        {
            if (text.Length > keyword.Length && text[keyword.Length] is (byte)' ' or (byte)'\t'
                && Ascii.EqualsIgnoreCase(text[..keyword.Length], keyword))
                return keyword;
        }
        return null;
    }

    private static bool TryReadHost(ReadOnlySpan<byte> text, string keyword, out PacProxy proxy)
    {
        proxy = default;
        text = text.TrimStart(" \t"u8);
        var length = text.IndexOfAnyExcept(HostOctets);
        if (length < 0)
            length = text.Length;
        if (length is 0 or > LongestHost)
            return false;
        var name = Encoding.ASCII.GetString(text[..length]);
        var colon = name.LastIndexOf(':');
        var port = 0;
        var hasPort = colon > 0 && int.TryParse(name.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out port);
        var host = (hasPort ? name[..colon] : name).Trim('[', ']');
        if (host.Length == 0 || port > ushort.MaxValue || (!hasPort && !host.Contains('.', StringComparison.Ordinal)))
            return false;
        proxy = new PacProxy(keyword, host.ToLowerInvariant(), port);
        return true;
    }
}
