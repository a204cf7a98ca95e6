using System.Buffers.Text;
using System.Text;
using Sensor.Core.Observations;
using Sensor.Core.Wire;

namespace Sensor.Core.Analyzers;

/// <summary>
/// What the values of Authorization, Proxy-Authorization, WWW-Authenticate and Proxy-Authenticate say of who authenticates to whom: NTLM
/// and Negotiate (RFC 4559), Basic (RFC 7617), Digest (RFC 7616).
/// </summary>
internal static class HttpCredentials
{
    /// <summary>
    /// Octets of a decoded token that are looked at: all of any NTLM message, whose names stand first; a Kerberos ticket may be longer, and
    /// nothing of it is read.
    /// </summary>
    private const int LongestToken = 4096;

    /// <summary>Octets of a decoded Basic credential that are looked at for the user's name.</summary>
    private const int LongestBasic = 512;

    /// <summary>A request's credential.</summary>
    public static void AddRequest(ReadOnlySpan<byte> value, in CredentialPlace place, ObservationLog log)
    {
        var scheme = AuthenticationScheme.OfCredentials(value);
        var rest = value[scheme.Length..].Trim(" \t\r\n"u8);
        if (IsGss(scheme))
            AddToken(rest, in place, log);
        else if (Ascii.EqualsIgnoreCase(scheme, "Basic"u8))
            AddBasic(rest, in place, log);
        else if (Ascii.EqualsIgnoreCase(scheme, "Digest"u8))
            AddDigest(rest, in place, log);
    }

    /// <summary>The challenges of a response to one request: only NTLM says anything in them.</summary>
    public static void AddChallenges(in HttpHead head, in CredentialPlace place, ObservationLog log)
    {
        var name = place.Carrier == CredentialCarrier.Http ? "www-authenticate"u8 : "proxy-authenticate"u8;
        var fields = head.Fields;
        while (fields.TryNext(out var field))
        {
            if (!Ascii.EqualsIgnoreCase(field.Name, name))
                continue;
            var scheme = AuthenticationScheme.OfCredentials(field.Value);
            if (IsGss(scheme) && field.Value.Length > scheme.Length)
                AddToken(field.Value[scheme.Length..].Trim(" \t\r\n"u8), in place, log);
        }
    }

    private static bool IsGss(ReadOnlySpan<byte> scheme) =>
        Ascii.EqualsIgnoreCase(scheme, "NTLM"u8) || Ascii.EqualsIgnoreCase(scheme, "Negotiate"u8)
        || Ascii.EqualsIgnoreCase(scheme, "Kerberos"u8);

    private static void AddToken(ReadOnlySpan<byte> coded, in CredentialPlace place, ObservationLog log)
    {
        // A challenge may be followed by another after a comma.
        var end = coded.IndexOfAny(" ,"u8);
        Span<byte> token = stackalloc byte[LongestToken];
        CredentialFacts.AddGss(token[..Decode(end < 0 ? coded : coded[..end], token)], in place, log);
        token.Clear();
    }

    /// <summary>The user's name ends at the first colon; without one nothing tells a name from a password.</summary>
    private static void AddBasic(ReadOnlySpan<byte> coded, in CredentialPlace place, ObservationLog log)
    {
        Span<byte> decoded = stackalloc byte[LongestBasic];
        var name = decoded[..Decode(coded, decoded)];
        var colon = name.IndexOf((byte)':');
        CredentialFacts.Add(CredentialScheme.Basic, in place, log, colon < 0 ? default : name[..colon]);
        decoded.Clear();
    }

    private static void AddDigest(ReadOnlySpan<byte> parameters, in CredentialPlace place, ObservationLog log)
    {
        ref var fact = ref CredentialFacts.Add(CredentialScheme.Digest, in place, log, Parameter(parameters, "username"u8));
        fact.Domain = log.Keep(Parameter(parameters, "realm"u8));
        fact.Target = log.Keep(Parameter(parameters, "uri"u8));
    }

    /// <summary>The value of a parameter of a list as in RFC 9110 section 11.2, without its quotes; empty when it is not there.</summary>
    internal static ReadOnlySpan<byte> Parameter(ReadOnlySpan<byte> list, ReadOnlySpan<byte> name)
    {
        while (!list.IsEmpty)
        {
            list = list.TrimStart(" \t\r\n,"u8);
            var equals = list.IndexOf((byte)'=');
            if (equals < 0)
                return default;
            var isIt = Ascii.EqualsIgnoreCase(list[..equals].Trim(" \t"u8), name);
            list = list[(equals + 1)..].TrimStart(" \t"u8);
            var isQuoted = list.StartsWith("\""u8);
            if (isQuoted)
                list = list[1..];
            var end = isQuoted ? list.IndexOf((byte)'"') : list.IndexOf((byte)',');
            var value = end < 0 ? list : list[..end];
            if (isIt)
                return value[..Math.Min(value.Length, NtlmMessage.LongestName)];
            list = end < 0 ? default : list[(end + 1)..];
        }
        return default;
    }

    /// <summary>Decodes as much base64 as fits, up to the first octet that is none.</summary>
    private static int Decode(ReadOnlySpan<byte> coded, Span<byte> target)
    {
        var most = target.Length / 3 * 4;
        var isWhole = coded.Length <= most;
        Base64.DecodeFromUtf8(isWhole ? coded : coded[..most], target, out _, out var written, isWhole);
        return written;
    }
}
