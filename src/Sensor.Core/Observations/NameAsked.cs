namespace Sensor.Core.Observations;

/// <summary>Which name service a question or answer belongs to.</summary>
public enum NameProtocol : byte
{
    /// <summary>Unicast DNS, RFC 1035, over UDP or TCP.</summary>
    Dns,

    /// <summary>Link-local multicast name resolution, RFC 4795.</summary>
    Llmnr,

    /// <summary>Multicast DNS, RFC 6762.</summary>
    Mdns,

    /// <summary>NetBIOS name service, RFC 1001/1002.</summary>
    Nbns,
}

/// <summary>
/// A host asked for a name. Names are in presentation form, ASCII letters lower-cased, without the trailing dot (the root is empty). ASCII control
/// octets are escaped \DDD, a dot or backslash inside a label by a backslash (RFC 4343 section 2.1); octets from 0x80 stay as they are, because
/// LLMNR and mDNS names are UTF-8 (not checked to be). NetBIOS names are the first 15 octets with trailing spaces and NULs cut, dots as they
/// are, so that <c>WPAD.</c> is "wpad."; octets from 0x80 are escaped \DDD too (the code page is unknown); a scope is appended after a dot.
/// </summary>
public struct NameAsked : ITopical
{
    /// <summary>The name service.</summary>
    public NameProtocol Protocol;

    /// <summary>Whether an mDNS question asked for a unicast answer (QU, RFC 6762 section 5.4), or came from another port than 5353 (legacy, section 6.7).</summary>
    public bool WantsUnicast;

    /// <summary>LLMNR conflict bit (RFC 4795 section 2.1.1): the asker saw two different answers before.</summary>
    public bool Conflict;

    /// <summary>NetBIOS suffix, the 16th octet.</summary>
    public byte Suffix;

    /// <summary>Whether the first label of <see cref="Name"/> is `wpad`: what most subscribers ask first.</summary>
    public bool IsWpad;

    /// <summary>Transaction id; 0 in mDNS.</summary>
    public ushort TransactionId;

    /// <summary>Record type asked (1 A, 28 AAAA, 12 PTR, 255 ANY; NetBIOS 0x20 NB, 0x21 NBSTAT).</summary>
    public ushort Type;

    /// <summary>The whole flags word of the header.</summary>
    public ushort Flags;

    /// <summary>How many known answers an mDNS question listed (section 7.1).</summary>
    public ushort KnownAnswers;

    /// <summary>The name.</summary>
    public OctetSlice Name;

    /// <summary><c>StableHash</c> of <see cref="Name"/>, for pairing without comparing.</summary>
    public ulong NameHash;

    /// <inheritdoc/>
    public readonly int Topic => NameTopics.Number(Protocol, IsWpad, isNegative: false);
}
