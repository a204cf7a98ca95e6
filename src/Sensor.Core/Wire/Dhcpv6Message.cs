namespace Sensor.Core.Wire;

/// <summary>
/// A DHCPv6 message, RFC 8415 (RFC 9915) section 8, taken out of the relay messages around it (section 9).
/// <code>
///  0                   1                   2                   3         relay-forward 12, relay-reply 13:
///  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1       msg-type (1), hop-count (1),
/// +---------------+-----------------------------------------------+      link-address (16), peer-address (16),
/// |   msg-type    |                transaction-id                 |      options, one of them Relay Message (9)
/// +---------------+-----------------------------------------------+
/// |                        options (variable)                     |
/// +---------------------------------------------------------------+
/// </code>
/// </summary>
public readonly ref struct Dhcpv6Message
{
    /// <summary>Relay messages within each other: HOP_COUNT_LIMIT, RFC 8415 section 7.6.</summary>
    public const int MaxRelays = 8;

    private const byte RelayForward = 12, RelayReply = 13;
    private const int TransactionIdAt = 1, OptionsAt = 4, PeerAddressAt = 18, RelayOptionsAt = 34;

    private readonly ReadOnlySpan<byte> _octets; // at least OptionsAt

    private Dhcpv6Message(ReadOnlySpan<byte> octets, byte relayHops, IpAddress peer)
    {
        _octets = octets;
        RelayHops = relayHops;
        PeerAddress = peer;
    }

    /// <summary>msg-type: SOLICIT 1, ADVERTISE 2, REQUEST 3, CONFIRM 4, RENEW 5, REBIND 6, REPLY 7, RELEASE 8, DECLINE 9, RECONFIGURE 10, INFORMATION-REQUEST 11.</summary>
    public byte Type => _octets[0];

    /// <summary>24-bit transaction id.</summary>
    public uint TransactionId => _octets.U24(TransactionIdAt);

    /// <summary>Relay messages that were around it.</summary>
    public byte RelayHops { get; }

    /// <summary>peer-address of the innermost relay message: the client's; none when there was no relay message.</summary>
    public IpAddress PeerAddress { get; }

    /// <summary>Whether a server sends this type: ADVERTISE, REPLY, RECONFIGURE.</summary>
    public bool IsFromServer => Type is 2 or 7 or 10;

    /// <summary>The options, not yet checked.</summary>
    public Dhcpv6Options Options => new(_octets[OptionsAt..]);

    /// <summary>Whether <paramref name="octets"/> begin with a message type between client and server, or a relay's.</summary>
    public static bool LooksLike(ReadOnlySpan<byte> octets) => octets.Length > 0 && octets[0] is >= 1 and <= RelayReply;

    /// <summary>Reads the message in <paramref name="octets"/>; false when it is another type, cut, or nested deeper than <see cref="MaxRelays"/>.</summary>
    public static bool TryRead(ReadOnlySpan<byte> octets, out Dhcpv6Message message)
    {
        message = default;
        var peer = IpAddress.None;
        byte hops = 0;
        while (LooksLike(octets) && octets[0] is RelayForward or RelayReply)
        {
            if (octets.Length < RelayOptionsAt || ++hops > MaxRelays)
                return false;
            peer = IpAddress.ReadV6(octets.Slice(PeerAddressAt, 16));
            var options = new Dhcpv6Options(octets[RelayOptionsAt..]);
            if (!options.MoveTo(Dhcpv6Options.RelayMessage))
                return false;
            octets = options.Value;
        }
        if (octets.Length < OptionsAt || !LooksLike(octets))
            return false;
        message = new Dhcpv6Message(octets, hops, peer);
        return true;
    }
}
