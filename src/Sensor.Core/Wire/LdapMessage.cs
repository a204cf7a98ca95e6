namespace Sensor.Core.Wire;

/// <summary>How an LDAP client authenticates, RFC 4511 section 4.2 and [MS-ADTS] section 5.1.1.</summary>
public enum LdapAuthentication : byte
{
    /// <summary>None of these, or a bind response.</summary>
    Other,

    /// <summary>A name and the password itself.</summary>
    Simple,

    /// <summary>SASL.</summary>
    Sasl,

    /// <summary>NTLM as Windows spoke it before SASL ("sicily").</summary>
    Sicily,
}

/// <summary>
/// An LDAP message so far as it authenticates: bind request and response, RFC 4511 section 4.2. The password of a simple bind is not read,
/// only whether
/// there is one.
/// <code>
/// 30 … { messageID 02, 60 … { version 02, name 04, 80 password | A3 { mechanism 04, credentials 04 } | 8A or 8B NTLM message } }
/// 30 … { messageID 02, 61 … { resultCode 0A, matchedDN 04, diagnosticMessage 04, …, 87 credentials } }
/// </code>
/// </summary>
public readonly ref struct LdapMessage
{
    private const byte BindRequest = 0x60, BindResponse = 0x61, Password = 0x80, SaslTag = 0xA3;
    private const byte SicilyFirst = 0x8A, SicilyLast = 0x8B, ServerCredentials = 0x87;
    private const byte ApplicationClass = 0x40, ClassBits = 0xC0, LastOperation = 25;

    private LdapMessage(byte operation, ReadOnlySpan<byte> body)
    {
        Operation = operation;
        if (operation == BindRequest)
            ReadRequest(body, out Authentication, out Name, out Mechanism, out Token, out HasPassword);
        else if (operation == BindResponse)
            ReadResponse(body, out Token);
    }

    /// <summary>The tag of the operation.</summary>
    public byte Operation { get; }

    /// <summary>Whether this is a bind request.</summary>
    public bool IsBind => Operation == BindRequest;

    /// <summary>Whether this is the answer to one.</summary>
    public bool IsBindAnswer => Operation == BindResponse;

    /// <summary>How the client authenticates.</summary>
    public readonly LdapAuthentication Authentication;

    /// <summary>The distinguished (or other) name of a bind request.</summary>
    public readonly ReadOnlySpan<byte> Name;

    /// <summary>The SASL mechanism.</summary>
    public readonly ReadOnlySpan<byte> Mechanism;

    /// <summary>What SASL or sicily carries, in either direction: a secret but for what its own reader takes out.</summary>
    public readonly ReadOnlySpan<byte> Token;

    /// <summary>Whether a simple bind has a password (without one it proves nothing: RFC 4513 section 5.1.2).</summary>
    public readonly bool HasPassword;

    /// <summary>Reads a message, of which the last octets may be missing. False when it is none.</summary>
    public static bool TryRead(ReadOnlySpan<byte> octets, out LdapMessage message)
    {
        message = default;
        if (!BerElement.TryTake(ref octets, out var outer) || outer.Tag != BerElement.Sequence)
            return false;
        var inside = outer.Content;
        if (!BerElement.TryTake(ref inside, out var id) || id.Tag != BerElement.Integer || id.Content.Length is 0 or > 4)
            return false;
        if (!BerElement.TryTake(ref inside, out var operation) || (operation.Tag & ClassBits) != ApplicationClass
            || (operation.Tag & 0x1F) > LastOperation)
            return false;
        message = new LdapMessage(operation.Tag, operation.Content);
        return true;
    }

    private static void ReadRequest(
        ReadOnlySpan<byte> body, out LdapAuthentication authentication, out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> mechanism,
        out ReadOnlySpan<byte> token, out bool hasPassword)
    {
        (authentication, hasPassword) = (LdapAuthentication.Other, false);
        mechanism = token = name = default;
        if (!BerElement.TryTake(ref body, out var version) || version.Tag != BerElement.Integer
            || !BerElement.TryTake(ref body, out var nameElement) || nameElement.Tag != BerElement.OctetString
            || !BerElement.TryTake(ref body, out var choice))
            return;
        name = nameElement.Content;
        if (choice.Tag == Password)
        {
            (authentication, hasPassword) = (LdapAuthentication.Simple, !choice.Content.IsEmpty);
        }
        else if (choice.Tag is >= SicilyFirst and <= SicilyLast)
        {
            authentication = LdapAuthentication.Sicily;
            token = choice.Content;
        }
        else if (choice.Tag == SaslTag)
        {
            authentication = LdapAuthentication.Sasl;
            var sasl = choice.Content;
            if (BerElement.TryTake(ref sasl, out var mechanismElement))
                mechanism = mechanismElement.Content;
            if (BerElement.TryTake(ref sasl, out var credentials))
                token = credentials.Content;
        }
    }

    /// <summary>SASL answers in an element of its own; sicily puts its challenge where the matched name would be.</summary>
    private static void ReadResponse(ReadOnlySpan<byte> body, out ReadOnlySpan<byte> token)
    {
        token = default;
        BerElement.TryTake(ref body, out _);
        while (BerElement.TryTake(ref body, out var field))
        {
            if (field.Tag == ServerCredentials || (field.Tag == BerElement.OctetString && field.Content.StartsWith(NtlmMessage.Signature)))
                token = field.Content;
        }
    }
}
