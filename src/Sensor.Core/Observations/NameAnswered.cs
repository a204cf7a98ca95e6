namespace Sensor.Core.Observations;

/// <summary>
/// A host answered for a name: one observation for the question of a DNS, LLMNR or NBNS response, one for each owner name and type of an mDNS
/// response. An mDNS response that repeats a question but has no record of that name gives one more, for the question. Name form as in
/// <see cref="NameAsked"/>.
/// </summary>
public struct NameAnswered : ITopical
{
    /// <summary>The name service.</summary>
    public NameProtocol Protocol;

    /// <summary>DNS response code, low 4 bits (0 no error, 3 no such name).</summary>
    public byte ResponseCode;

    /// <summary>NetBIOS suffix, the 16th octet.</summary>
    public byte Suffix;

    /// <summary>The AA bit; false in LLMNR, where the bit means conflict.</summary>
    public bool Authoritative;

    /// <summary>The TC bit.</summary>
    public bool Truncated;

    /// <summary>The RA bit; false in LLMNR and mDNS, where it is reserved.</summary>
    public bool RecursionAvailable;

    /// <summary>mDNS cache-flush bit on the records (RFC 6762 section 10.2).</summary>
    public bool CacheFlush;

    /// <summary>Whether the message repeats the question (always in LLMNR and DNS, never in an mDNS announcement).</summary>
    public bool QuestionEchoed;

    /// <summary>NetBIOS: wait-for-acknowledgement (RFC 1002 section 4.2.16), no answer yet.</summary>
    public bool IsWait;

    /// <summary>NetBIOS: the group bit of the first NB record.</summary>
    public bool IsGroup;

    /// <summary>Whether the first label of <see cref="Name"/> is `wpad`: what most subscribers ask first.</summary>
    public bool IsWpad;

    /// <summary>Transaction id; 0 in mDNS.</summary>
    public ushort TransactionId;

    /// <summary>Record type: of the question where it is echoed, else of the records.</summary>
    public ushort Type;

    /// <summary>The whole flags word of the header, for marks of known tools.</summary>
    public ushort Flags;

    /// <summary>Answer records counted in the header.</summary>
    public ushort AnswerCount;

    /// <summary>Smallest TTL of the answers, seconds; 0 without answers. mDNS: 0 is a goodbye.</summary>
    public uint Ttl;

    /// <summary>The name that was asked (or, in mDNS, the owner name).</summary>
    public OctetSlice Name;

    /// <summary><c>StableHash</c> of <see cref="Name"/>.</summary>
    public ulong NameHash;

    /// <summary>The first answer's owner name where it is not the question's and no CNAME leads to it; else empty.</summary>
    public OctetSlice OtherOwner;

    /// <summary>The name the first answer points to, if any: CNAME, DNAME, PTR or SRV target.</summary>
    public OctetSlice Target;

    /// <summary>A, AAAA and NB addresses answered and SVCB/HTTPS address hints (RFC 9460), in the order of the message, at most 16.</summary>
    public AddressSlice Addresses;

    /// <summary>
    /// Hash of the answer records' types and data regardless of their order and TTL: equal sets give equal hashes, names in the data are compared
    /// decompressed and in lower case. OPT, and RRSIG and NSEC that were not asked for, are left out. 0 without answers.
    /// </summary>
    public ulong AnswerHash;

    /// <summary>Whether an error or an empty answer: nothing was claimed.</summary>
    public readonly bool IsNegative => !IsWait && (ResponseCode != 0 || AnswerHash == 0);

    /// <inheritdoc/>
    public readonly int Topic => NameTopics.Number(Protocol, IsWpad, IsNegative);
}
