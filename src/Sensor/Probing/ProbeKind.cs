namespace Sensor.Probing;

/// <summary>What a probe asks.</summary>
internal enum ProbeKind : byte
{
    /// <summary>LLMNR question (RFC 4795) for a name.</summary>
    Llmnr,

    /// <summary>NetBIOS name query (RFC 1002 section 4.2.12), broadcast.</summary>
    Nbns,

    /// <summary>Multicast DNS question (RFC 6762) for a name under .local.</summary>
    Mdns,

    /// <summary>DHCPDISCOVER (RFC 2131). A REQUEST never follows: no lease is taken.</summary>
    DhcpDiscover,

    /// <summary>DHCPINFORM (RFC 2131): options without a lease.</summary>
    DhcpInform,

    /// <summary>DHCPv6 INFORMATION-REQUEST (RFC 8415).</summary>
    Dhcpv6Inform,

    /// <summary>Router solicitation (RFC 4861).</summary>
    RouterSolicit,
}
