namespace Sensor.Core.Wire;

/// <summary>
/// The header of a DNS message, RFC 1035 section 4.1.1, shared by LLMNR (RFC 4795 section 2.1.1), mDNS (RFC 6762 section 18) and NBNS
/// (RFC 1002 section 4.2.1.1), which give some flags another meaning. Only the header is checked: sections may still be cut.
/// <code>
///   0                   1                   2                   3
///   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
///  +-------------------------------+-+-------+-+-+-+-+-----+-------+
///  |              id               |R| opcode|A|T|D|A|  Z  | rcode |
///  +-------------------------------+-+-------+-+-+-+-+-----+-------+
///  |      questions (zone)         |    answers (prerequisite)     |
///  +-------------------------------+-------------------------------+
///  |     authorities (update)      |           additional          |
///  +-------------------------------+-------------------------------+
/// </code>
/// </summary>
public readonly ref struct DnsMessage
{
    /// <summary>Octets of the header; the first question starts here.</summary>
    public const int HeaderSize = 12;

    private const int IdAndFlagsAt = 0, CountsAt = 4;

    private readonly uint _idAndFlags;
    private readonly ulong _counts;

    private DnsMessage(ReadOnlySpan<byte> octets)
    {
        Octets = octets;
        _idAndFlags = octets.U32(IdAndFlagsAt);
        _counts = octets.U64(CountsAt);
    }

    /// <summary>The whole message: names point into it.</summary>
    public ReadOnlySpan<byte> Octets { get; }

    /// <summary>Transaction id.</summary>
    public ushort Id => (ushort)(_idAndFlags >> 16);

    /// <summary>The flags word.</summary>
    public ushort Flags => (ushort)_idAndFlags;

    /// <summary>QR: a response.</summary>
    public bool IsResponse => (Flags & 0x8000) != 0;

    /// <summary>Opcode, 4 bits (see <see cref="DnsOpcode"/> and <see cref="NbnsOpcode"/>).</summary>
    public int Opcode => (Flags >> 11) & 0xF;

    /// <summary>AA: authoritative answer. LLMNR: C, conflict.</summary>
    public bool IsAuthoritative => (Flags & 0x0400) != 0;

    /// <summary>TC: the message was cut to fit its datagram.</summary>
    public bool IsTruncated => (Flags & 0x0200) != 0;

    /// <summary>RA: recursion available.</summary>
    public bool IsRecursionAvailable => (Flags & 0x0080) != 0;

    /// <summary>Response code, 4 bits.</summary>
    public byte ResponseCode => (byte)(Flags & 0xF);

    /// <summary>QDCOUNT: questions promised (UPDATE: zones).</summary>
    public ushort QuestionCount => (ushort)(_counts >> 48);

    /// <summary>ANCOUNT: answers promised (UPDATE: prerequisites).</summary>
    public ushort AnswerCount => (ushort)(_counts >> 32);

    /// <summary>NSCOUNT: authority records promised (UPDATE: updates).</summary>
    public ushort AuthorityCount => (ushort)(_counts >> 16);

    /// <summary>ARCOUNT: additional records promised.</summary>
    public ushort AdditionalCount => (ushort)_counts;

    /// <summary>Whether <paramref name="octets"/> hold at least a header.</summary>
    public static bool TryRead(ReadOnlySpan<byte> octets, out DnsMessage message)
    {
        message = default;
        if (octets.Length < HeaderSize)
            return false;
        message = new DnsMessage(octets);
        return true;
    }
}

/// <summary>Opcodes of DNS messages (IANA "DNS OpCodes").</summary>
public static class DnsOpcode
{
    /// <summary>A standard query.</summary>
    public const int Query = 0;

    /// <summary>Dynamic update, RFC 2136.</summary>
    public const int Update = 5;

    /// <summary>Whether <paramref name="opcode"/> is registered: query, inverse query, status, notify, update, stateful operations.</summary>
    public static bool IsKnown(int opcode) => ((0b0111_0111 >> opcode) & 1) != 0;
}

/// <summary>Opcodes of NBNS messages, RFC 1002 section 4.2.1.1; 9 and 15 are what implementations use beside them.</summary>
public static class NbnsOpcode
{
    /// <summary>Name query, node status.</summary>
    public const int Query = 0;

    /// <summary>Registration.</summary>
    public const int Registration = 5;

    /// <summary>Release.</summary>
    public const int Release = 6;

    /// <summary>Wait for acknowledgement.</summary>
    public const int Wait = 7;

    /// <summary>Refresh.</summary>
    public const int Refresh = 8;

    /// <summary>Refresh as some implementations number it.</summary>
    public const int RefreshAlternative = 9;

    /// <summary>Registration by a host of several addresses.</summary>
    public const int MultiHomed = 15;
}
