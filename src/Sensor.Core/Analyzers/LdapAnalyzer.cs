using System.Text;
using Sensor.Core.Flows;
using Sensor.Core.Observations;
using Sensor.Core.Wire;

namespace Sensor.Core.Analyzers;

/// <summary>Who authenticates over LDAP (RFC 4511): the binds in a stream of messages, until it is encrypted.</summary>
internal sealed class LdapAnalyzer(StreamMemory memory) : FramedStreamAnalyzer(memory)
{
    private const ushort Port = 389, GlobalCatalogPort = 3268;
    private const byte BindRequest = 0x60, BindResponse = 0x61;

    /// <summary>Longer messages no server sends: Active Directory stops at 10 MiB.</summary>
    private const uint MaxMessage = 16 << 20;

    /// <summary>Octets in which a whole bind begins at least: message id, operation, version.</summary>
    private const int Decisive = 12;

    /// <summary>Whether octets, however few, can be the start of a stream: any message on LDAP's ports, a bind elsewhere.</summary>
    public static bool MayStart(ReadOnlySpan<byte> octets, ushort portA, ushort portB)
    {
        var isOwnPort = portA is Port or GlobalCatalogPort || portB is Port or GlobalCatalogPort;
        return isOwnPort ? OperationOf(octets, out _) >= 0 : StartsBind(octets);
    }

    /// <summary>Whether octets in the middle of a stream start a bind request of version 2 or 3.</summary>
    public static bool StartsBind(ReadOnlySpan<byte> octets) =>
        octets.Length >= Decisive && OperationOf(octets, out var body) == BindRequest
        && body is [BerElement.Integer, 1, 2 or 3, BerElement.OctetString, ..];

    /// <inheritdoc/>
    protected override Verdict Measure(ReadOnlySpan<byte> octets, out long total, out bool isOfInterest)
    {
        (total, isOfInterest) = (0, false);
        var operation = OperationOf(octets, out _);
        if (operation < 0)
            return Verdict.NotMine;
        if (operation == 0)
            return Verdict.NeedMore;
        total = BerElement.ReadHead(octets, out var length) + (long)length;
        isOfInterest = operation is BindRequest or BindResponse;
        return Verdict.Parsed;
    }

    /// <inheritdoc/>
    protected override void Read(int direction, ReadOnlySpan<byte> octets, in StreamPlace first, in StreamPlace last, ObservationLog log)
    {
        if (!LdapMessage.TryRead(octets, out var message))
            return;
        var place = new CredentialPlace(
            Connection.SightingOf(direction, in last), CredentialCarrier.Ldap, first.FrameNumber, IsFromServer: message.IsBindAnswer);
        switch (message.Authentication)
        {
            case LdapAuthentication.Simple when message.HasPassword && !message.Name.IsEmpty:
                CredentialFacts.Add(CredentialScheme.Password, in place, log, message.Name);
                break;
            case LdapAuthentication.Sasl when Is(message.Mechanism, "PLAIN"u8):
                CredentialFacts.Add(CredentialScheme.Password, in place, log, PlainUser(message.Token));
                break;
            case LdapAuthentication.Sasl when Is(message.Mechanism, "DIGEST-MD5"u8) && !message.Token.IsEmpty:
                var user = HttpCredentials.Parameter(message.Token, "username"u8);
                ref var fact = ref CredentialFacts.Add(CredentialScheme.Digest, in place, log, user);
                fact.Domain = log.Keep(HttpCredentials.Parameter(message.Token, "realm"u8));
                break;
            default:
                CredentialFacts.AddGss(message.Token, in place, log);
                break;
        }
    }

    /// <summary>
    /// The operation's tag and what of its body is there; 0 when the octets are too few to tell, -1 when this is no LDAP message.
    /// </summary>
    private static int OperationOf(ReadOnlySpan<byte> octets, out ReadOnlySpan<byte> body)
    {
        body = default;
        if (octets[0] != BerElement.Sequence)
            return -1;
        var head = BerElement.ReadHead(octets, out var length);
        if (head <= 0 || length > MaxMessage)
            return head == 0 ? 0 : -1;
        if (octets.Length < head + 2)
            return 0;
        var idLength = octets[head + 1];
        if (octets[head] != BerElement.Integer || idLength is 0 or > 4)
            return -1;
        var at = head + 2 + idLength;
        if (octets.Length <= at)
            return 0;
        // [APPLICATION 0] to [APPLICATION 25], primitive or constructed.
        if ((octets[at] & 0xC0) != 0x40 || (octets[at] & 0x1F) > 25)
            return -1;
        var inner = BerElement.ReadHead(octets[at..], out _);
        body = inner > 0 ? octets[Math.Min(octets.Length, at + inner)..] : default;
        return octets[at];
    }

    /// <summary>RFC 4616: identity to act as, 00, user, 00, password.</summary>
    private static ReadOnlySpan<byte> PlainUser(ReadOnlySpan<byte> token)
    {
        var user = token[(token.IndexOf((byte)0) + 1)..];
        var end = user.IndexOf((byte)0);
        return end < 0 ? default : user[..end];
    }

    private static bool Is(ReadOnlySpan<byte> mechanism, ReadOnlySpan<byte> name) => Ascii.EqualsIgnoreCase(mechanism, name);
}
