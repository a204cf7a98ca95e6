using System.Text;

namespace Sensor.Core.Wire;

/// <summary>
/// Takes the scheme out of the values of WWW-Authenticate, Proxy-Authenticate, Authorization and Proxy-Authorization (RFC 9110 section 11).
/// Never anything but the scheme: what follows it, and what could be a credential without a scheme, is not touched.
/// </summary>
public static class AuthenticationScheme
{
    private const int Longest = 20;

    private static readonly byte[][] Bare = ["NTLM"u8.ToArray(), "Negotiate"u8.ToArray(), "Kerberos"u8.ToArray(), "Basic"u8.ToArray(), "Digest"u8.ToArray()];

    /// <summary>The scheme of one credential; empty when there is none.</summary>
    public static ReadOnlySpan<byte> OfCredentials(ReadOnlySpan<byte> value)
    {
        var scheme = FirstWord(value);
        return scheme.Length < value.Length || IsBare(scheme) ? scheme : default;
    }

    /// <summary>
    /// Writes the schemes of a list of challenges ("Negotiate, Basic realm="a, b"") into <paramref name="target"/>, each after a space unless it is
    /// the first, and returns how many octets <paramref name="target"/> then holds.
    /// </summary>
    public static int AppendChallenges(ReadOnlySpan<byte> value, Span<byte> target, int used)
    {
        while (value.Length > 0)
        {
            var challenge = value[..EndOfPart(value)];
            value = value[Math.Min(challenge.Length + 1, value.Length)..];
            var scheme = FirstWord(challenge.Trim(" \t\r\n"u8));
            if (scheme.IsEmpty || target.Length - used < scheme.Length + 1)
                continue;
            if (used > 0)
                target[used++] = (byte)' ';
            scheme.CopyTo(target[used..]);
            used += scheme.Length;
        }
        return used;
    }

    /// <summary>The word at the start, when it is a short token that ends the value or is followed by white space (not "=").</summary>
    private static ReadOnlySpan<byte> FirstWord(ReadOnlySpan<byte> value)
    {
        var end = 0;
        while (end < value.Length && (char.IsAsciiLetterOrDigit((char)value[end]) || value[end] is (byte)'-' or (byte)'_'))
            end++;
        return end is > 0 and <= Longest && (end == value.Length || value[end] is (byte)' ' or (byte)'\t') ? value[..end] : default;
    }

    private static int EndOfPart(ReadOnlySpan<byte> value)
    {
        var quoted = false;
        for (var at = 0; at < value.Length; at++)
        {
            if (value[at] == '"')
                quoted = !quoted;
            else if (value[at] == ',' && !quoted)
                return at;
        }
        return value.Length;
    }

    private static bool IsBare(ReadOnlySpan<byte> scheme)
    {
        foreach (var known in Bare)
        {
            if (Ascii.EqualsIgnoreCase(scheme, known))
                return true;
        }
        return false;
    }
}
