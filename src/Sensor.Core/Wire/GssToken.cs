namespace Sensor.Core.Wire;

/// <summary>How a GSS-API token authenticates.</summary>
public enum GssMechanism : byte
{
    /// <summary>Something else, or an intermediate message without a token.</summary>
    Unknown,

    /// <summary>NTLM, [MS-NLMP].</summary>
    Ntlm,

    /// <summary>Kerberos, RFC 4121.</summary>
    Kerberos,
}

/// <summary>
/// A GSS-API token as HTTP Negotiate, SMB and LDAP carry it: an NTLM message as it is, or inside SPNEGO (RFC 4178 section 4.2), or a
/// Kerberos token (RFC 2743 section 3.1).
/// </summary>
public static class GssToken
{
    private const byte InitialToken = 0x60, NegTokenInit = 0xA0, NegTokenResp = 0xA1, TokenField = 0xA2;
    private const int MaxDepth = 3;

    private static ReadOnlySpan<byte> Spnego => [0x2B, 0x06, 0x01, 0x05, 0x05, 0x02];

    private static ReadOnlySpan<byte> Kerberos => [0x2A, 0x86, 0x48, 0x86, 0xF7, 0x12, 0x01, 0x02, 0x02];

    /// <summary>Kerberos as old Windows spells it, cut to 16 bits.</summary>
    private static ReadOnlySpan<byte> MicrosoftKerberos => [0x2A, 0x86, 0x48, 0x82, 0xF7, 0x12, 0x01, 0x02, 0x02];

    /// <summary>The mechanism of <paramref name="token"/>, and of NTLM the message.</summary>
    public static GssMechanism Read(ReadOnlySpan<byte> token, out ReadOnlySpan<byte> message)
    {
        for (var depth = 0; depth < MaxDepth; depth++)
        {
            message = token;
            if (token.StartsWith(NtlmMessage.Signature))
                return GssMechanism.Ntlm;
            if (!BerElement.TryTake(ref token, out var outer))
                break;
            var body = outer.Content;
            if (outer.Tag == InitialToken)
            {
                if (!BerElement.TryTake(ref body, out var mechanism) || mechanism.Tag != BerElement.ObjectIdentifier)
                    break;
                if (mechanism.Content.SequenceEqual(Kerberos) || mechanism.Content.SequenceEqual(MicrosoftKerberos))
                    return GssMechanism.Kerberos;
                if (!mechanism.Content.SequenceEqual(Spnego) || !BerElement.TryTake(ref body, out outer))
                    break;
                body = outer.Content;
            }
            if (outer.Tag is not (NegTokenInit or NegTokenResp) || !TryFindToken(body, out token))
                break;
        }
        message = default;
        return GssMechanism.Unknown;
    }

    /// <summary>mechToken of NegTokenInit and responseToken of NegTokenResp have the same number.</summary>
    private static bool TryFindToken(ReadOnlySpan<byte> body, out ReadOnlySpan<byte> token)
    {
        token = default;
        if (!BerElement.TryTake(ref body, out var sequence) || sequence.Tag != BerElement.Sequence)
            return false;
        var fields = sequence.Content;
        while (BerElement.TryTake(ref fields, out var field))
        {
            var inside = field.Content;
            if (field.Tag != TokenField || !BerElement.TryTake(ref inside, out var octets) || octets.Tag != BerElement.OctetString)
                continue;
            token = octets.Content;
            return true;
        }
        return false;
    }
}
