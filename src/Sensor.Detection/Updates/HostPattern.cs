using System.Buffers;
using System.Text;

namespace Sensor.Detection.Updates;

/// <summary>One host pattern of the catalogue, ready for comparing with names from the wire.</summary>
internal sealed class HostPattern
{
    private static readonly SearchValues<byte> Allowed = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-_.*?"u8);

    private static ReadOnlySpan<byte> Wild => "*?"u8;

    private readonly byte[] _pattern;

    private HostPattern(byte[] pattern, int key, UpdateProduct product)
    {
        _pattern = pattern;
        Key = pattern[key..];
        Product = product;
    }

    /// <summary>Whose host it is.</summary>
    public UpdateProduct Product { get; }

    /// <summary>The labels at the pattern's end that have no wildcard: what a matching name must end in.</summary>
    public byte[] Key { get; }

    /// <summary>The pattern's text.</summary>
    public string Text => Encoding.ASCII.GetString(_pattern);

    /// <summary>How exact it is: longer patterns are.</summary>
    public int Weight => _pattern.AsSpan().ContainsAny(Wild) ? _pattern.Length : int.MaxValue;

    /// <summary>Reads a pattern. False when it is no host name but for wildcards, or would match everything.</summary>
    public static bool TryRead(string text, UpdateProduct product, out HostPattern pattern)
    {
        pattern = null!;
        var octets = Encoding.ASCII.GetBytes(text.Trim().TrimEnd('.').ToLowerInvariant());
        if (octets.Length is 0 or > 253 || octets.AsSpan().ContainsAnyExcept(Allowed) || text.Contains(".."))
            return false;
        var lastWild = octets.AsSpan().LastIndexOfAny(Wild);
        var dot = lastWild < 0 ? -1 : octets.AsSpan(lastWild).IndexOf((byte)'.');
        if (octets[0] == (byte)'.' || (lastWild >= 0 && dot < 0))
            return false;
        var key = lastWild < 0 ? 0 : lastWild + dot + 1;
        if (!octets.AsSpan(key).Contains((byte)'.') && lastWild >= 0)
            return false;
        pattern = new HostPattern(octets, key, product);
        return true;
    }

    /// <summary>Whether <paramref name="name"/> (lower case, without trailing dot), which ends in <see cref="Key"/>, is meant.</summary>
    public bool Matches(ReadOnlySpan<byte> name)
    {
        if (_pattern.AsSpan().StartsWith("*."u8) && Key.Length == _pattern.Length - 2)
            return name.Length > Key.Length;
        return Globs(_pattern, name);
    }

    /// <summary>'?' stands for one octet of a label, '*' for any number; neither for a dot.</summary>
    private static bool Globs(ReadOnlySpan<byte> pattern, ReadOnlySpan<byte> name)
    {
        var (p, n, star, from) = (0, 0, -1, 0);
        while (n < name.Length)
        {
            if (p < pattern.Length && pattern[p] == '*')
            {
                (star, from) = (p++, n);
            }
            else if (p < pattern.Length && (pattern[p] == name[n] || (pattern[p] == '?' && name[n] != '.')))
            {
                p++;
                n++;
            }
            else if (star >= 0 && name[from] != '.')
            {
                (p, n) = (star + 1, ++from);
            }
            else
            {
                return false;
            }
        }
        while (p < pattern.Length && pattern[p] == '*')
            p++;
        return p == pattern.Length;
    }
}
