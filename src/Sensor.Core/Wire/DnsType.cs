namespace Sensor.Core.Wire;

/// <summary>Record type numbers (IANA "Resource Record TYPEs") that somebody here reads. Others pass through as numbers.</summary>
public static class DnsType
{
    /// <summary>IPv4 address, RFC 1035.</summary>
    public const ushort A = 1;

    /// <summary>Name server, RFC 1035.</summary>
    public const ushort Ns = 2;

    /// <summary>Alias, RFC 1035.</summary>
    public const ushort Cname = 5;

    /// <summary>Start of a zone of authority, RFC 1035.</summary>
    public const ushort Soa = 6;

    /// <summary>Pointer to a name, RFC 1035.</summary>
    public const ushort Ptr = 12;

    /// <summary>Mail exchange, RFC 1035.</summary>
    public const ushort Mx = 15;

    /// <summary>IPv6 address, RFC 3596.</summary>
    public const ushort Aaaa = 28;

    /// <summary>NetBIOS general name service record, RFC 1002 section 4.2.1.3. In DNS the number is NIMLOC.</summary>
    public const ushort NetBios = 32;

    /// <summary>Service location, RFC 2782; the same number is NBSTAT in NBNS (RFC 1002 section 4.2.1.3).</summary>
    public const ushort Srv = 33;

    /// <summary>NetBIOS node status, RFC 1002 section 4.2.1.3; the same number as <see cref="Srv"/>.</summary>
    public const ushort NodeStatus = 33;

    /// <summary>Alias of a whole subtree, RFC 6672.</summary>
    public const ushort Dname = 39;

    /// <summary>EDNS pseudo-record, RFC 6891.</summary>
    public const ushort Opt = 41;

    /// <summary>Signature, RFC 4034.</summary>
    public const ushort Rrsig = 46;

    /// <summary>Next name, RFC 4034; in mDNS the list of types that exist (RFC 6762 section 6.1).</summary>
    public const ushort Nsec = 47;

    /// <summary>Service binding, RFC 9460.</summary>
    public const ushort Svcb = 64;

    /// <summary>Service binding of https origins, RFC 9460.</summary>
    public const ushort Https = 65;

    /// <summary>Any type, in questions and in UPDATE deletions.</summary>
    public const ushort Any = 255;
}
