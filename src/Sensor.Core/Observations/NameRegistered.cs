namespace Sensor.Core.Observations;

/// <summary>How a name was claimed.</summary>
public enum RegistrationKind : byte
{
    /// <summary>NBNS name registration or multi-homed registration request (opcodes 5, 15), RFC 1002 section 4.2.2.</summary>
    NbnsRegistration,

    /// <summary>NBNS refresh (opcodes 8, 9), section 4.2.4.</summary>
    NbnsRefresh,

    /// <summary>NBNS release (opcode 6), section 4.2.9.</summary>
    NbnsRelease,

    /// <summary>A server accepted an NBNS registration.</summary>
    NbnsAccepted,

    /// <summary>A server or owner refused an NBNS registration.</summary>
    NbnsRefused,

    /// <summary>DNS UPDATE adding a record (RFC 2136 section 2.5.1).</summary>
    DnsUpdateAdd,

    /// <summary>DNS UPDATE deleting records.</summary>
    DnsUpdateDelete,

    /// <summary>mDNS probe: a question with the claimed record in the authority section (RFC 6762 section 8.1).</summary>
    MdnsProbe,

    /// <summary>
    /// mDNS announcement: a multicast response (section 8.3), one for each owner of A, AAAA, CNAME or SRV records that are not a goodbye. A single
    /// message does not show whether somebody had asked. The records come as <see cref="NameAnswered"/> as well.
    /// </summary>
    MdnsAnnouncement,

    /// <summary>A name the sender listed as its own in an NBNS node status response, RFC 1002 section 4.2.18.</summary>
    NbnsNodeStatus,
}

/// <summary>A host claims a name as its own, unasked. Name form as in <see cref="NameAsked"/>.</summary>
public struct NameRegistered
{
    /// <summary>How.</summary>
    public RegistrationKind Kind;

    /// <summary>NetBIOS suffix.</summary>
    public byte Suffix;

    /// <summary>NetBIOS group bit.</summary>
    public bool IsGroup;

    /// <summary>Transaction id.</summary>
    public ushort TransactionId;

    /// <summary>Record type claimed.</summary>
    public ushort Type;

    /// <summary>The name claimed.</summary>
    public OctetSlice Name;

    /// <summary><c>StableHash</c> of <see cref="Name"/>.</summary>
    public ulong NameHash;

    /// <summary>DNS UPDATE: the zone.</summary>
    public OctetSlice Zone;

    /// <summary>Addresses claimed for the name, at most 16.</summary>
    public AddressSlice Addresses;

    /// <summary>Target of a CNAME or similar, if any.</summary>
    public OctetSlice Target;
}
