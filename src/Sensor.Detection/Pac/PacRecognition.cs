using System.Buffers;
using System.Text;

namespace Sensor.Detection.Pac;

/// <summary>Tells a proxy auto-configuration file from what merely resembles one. Reads text only; nothing is executed.</summary>
public static class PacRecognition
{
    private static readonly SearchValues<byte> Blanks = SearchValues.Create(" \t\r\n\v\f"u8);

    /// <summary>
    /// Whether <paramref name="body"/> is a PAC: JavaScript that defines FindProxyForURL or FindProxyForURLEx, or, where the request or the
    /// content type already said so (<paramref name="announced"/>), a program that returns proxies however it spells the name.
    /// </summary>
    public static bool IsPac(ReadOnlySpan<byte> body, bool announced)
    {
        if (body is [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..])
            body = Narrowed(body);
        if (body is [0xEF, 0xBB, 0xBF, ..])
            body = body[3..];
        body = SkipBlanks(body);
        if (body.IsEmpty || body[0] == '<')
            return false;
        return DefinesFindProxy(body) || (announced && IsProgramAboutProxies(body));
    }

    /// <summary>
    /// Whether a request target asks for a PAC: its path ends in /wpad.dat, /wpad.da (WinHTTP's old spelling), /proxy.pac or any other
    /// .pac. A ".pac" inside a name ("jquery.pack.js") does not count.
    /// </summary>
    public static bool AsksForPac(ReadOnlySpan<byte> target)
    {
        var end = target.IndexOfAny((byte)'?', (byte)'#');
        var path = end < 0 ? target : target[..end];
        return EndsWithIgnoringCase(path, "/wpad.dat"u8) || EndsWithIgnoringCase(path, "/wpad.da"u8)
            || EndsWithIgnoringCase(path, ".pac"u8);
    }

    /// <summary>Whether a content type is one of those registered by custom for PAC files.</summary>
    public static bool IsPacType(ReadOnlySpan<byte> contentType) =>
        ContainsIgnoringCase(contentType, "x-ns-proxy-autoconfig"u8) || ContainsIgnoringCase(contentType, "x-javascript-config"u8);

    /// <summary>Whether a Host header names a WPAD host: "wpad" or "wpad.…".</summary>
    public static bool IsWpadName(ReadOnlySpan<byte> host) =>
        host.Length >= 4 && Ascii.EqualsIgnoreCase(host[..4], "wpad"u8) && (host.Length == 4 || host[4] is (byte)'.' or (byte)':');

    private static bool DefinesFindProxy(ReadOnlySpan<byte> body)
    {
        for (var from = 0; from < body.Length;)
        {
            var found = body[from..].IndexOf("FindProxyForURL"u8);
            if (found < 0)
                return false;
            var name = from + found;
            var after = name + "FindProxyForURL".Length;
            if (body[after..].StartsWith("Ex"u8))
                after += 2;
            var rest = SkipBlanks(body[after..]);
            var isFunction = PrecededByFunction(body[..name]) && rest is [(byte)'(', ..];
            var isAssigned = rest is [(byte)'=', not (byte)'=', ..];
            if (isFunction || isAssigned)
                return true;
            from = after;
        }
        return false;
    }

    private static bool PrecededByFunction(ReadOnlySpan<byte> before)
    {
        var end = before.LastIndexOfAnyExcept(Blanks);
        if (end < 0)
            return false;
        if (end + 1 == before.Length && before[end] != '/')
            return false;
        before = before[..(end + 1)];
        if (before.EndsWith("*/"u8) && before.LastIndexOf("/*"u8) is >= 0 and var comment)
            before = before[..(before[..comment].LastIndexOfAnyExcept(Blanks) + 1)];
        return before.EndsWith("function"u8);
    }

    private static bool IsProgramAboutProxies(ReadOnlySpan<byte> body) => BuildsCode(body)
        || ((body.IndexOf("function"u8) >= 0 || body.IndexOf("=>"u8) >= 0)
        && (body.IndexOf("PROXY"u8) >= 0 || body.IndexOf("SOCKS"u8) >= 0 || body.IndexOf("DIRECT"u8) >= 0
            || body.IndexOf("\\u00"u8) >= 0));

    /// <summary>A script that makes its functions at run time needs neither the word function nor any proxy in clear.</summary>
    private static bool BuildsCode(ReadOnlySpan<byte> body) =>
        body.IndexOf("eval("u8) >= 0 || body.IndexOf("Function("u8) >= 0 || body.IndexOf("fromCharCode"u8) >= 0
        || body.IndexOf("unescape("u8) >= 0 || body.IndexOf("constructor"u8) >= 0 || body.IndexOf("![]"u8) >= 0;

    private static ReadOnlySpan<byte> SkipBlanks(ReadOnlySpan<byte> text)
    {
        while (true)
        {
            var start = text.IndexOfAnyExcept(Blanks);
            if (start < 0)
                return [];
            text = text[start..];
            if (!text.StartsWith("/*"u8))
                return text;
            var end = text.IndexOf("*/"u8);
            if (end < 0)
                return text;
            text = text[(end + 2)..];
        }
    }

    /// <summary>UTF-16 to octets, so that one search does for both; characters beyond Latin-1 become blanks.</summary>
    private static byte[] Narrowed(ReadOnlySpan<byte> body)
    {
        var high = body[0] == 0xFE ? 0 : 1;
        var narrow = new byte[(body.Length - 2) / 2];
        for (var i = 0; i < narrow.Length; i++)
        {
            var at = 2 + (i * 2);
            narrow[i] = body[at + high] == 0 ? body[at + 1 - high] : (byte)' ';
        }
        return narrow;
    }

    private static bool EndsWithIgnoringCase(ReadOnlySpan<byte> text, ReadOnlySpan<byte> end) =>
        text.Length >= end.Length && Ascii.EqualsIgnoreCase(text[^end.Length..], end);

    private static bool ContainsIgnoringCase(ReadOnlySpan<byte> text, ReadOnlySpan<byte> part)
    {
        for (var i = 0; i + part.Length <= text.Length; i++)
        {
            if (Ascii.EqualsIgnoreCase(text.Slice(i, part.Length), part))
                return true;
        }
        return false;
    }
}
