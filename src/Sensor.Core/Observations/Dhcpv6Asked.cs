using Sensor.Core.Wire;

namespace Sensor.Core.Observations;

/// <summary>A DHCPv6 message of a client (RFC 8415, RFC 9915): SOLICIT 1, REQUEST 3, CONFIRM 4, RENEW 5, REBIND 6, RELEASE 8, DECLINE 9, INFORMATION-REQUEST 11.</summary>
public struct Dhcpv6Asked
{
    /// <summary>The message type inside any relay encapsulation.</summary>
    public byte MessageType;

    /// <summary>Relay-forward layers around it.</summary>
    public byte RelayHops;

    /// <summary>24-bit transaction id.</summary>
    public uint TransactionId;

    /// <summary>Client DUID (option 1), as sent.</summary>
    public OctetSlice ClientDuid;

    /// <summary>Client FQDN (option 39), presentation form.</summary>
    public OctetSlice HostName;

    /// <summary>peer-address of the innermost relay message: the client; none when not relayed.</summary>
    public IpAddress PeerAddress;
}

/// <summary>A DHCPv6 message of a server: ADVERTISE 2, REPLY 7, RECONFIGURE 10.</summary>
public struct Dhcpv6Offered
{
    /// <summary>The message type inside any relay encapsulation.</summary>
    public byte MessageType;

    /// <summary>Relay-reply layers around it.</summary>
    public byte RelayHops;

    /// <summary>Option 7, 0 when absent.</summary>
    public byte Preference;

    /// <summary>24-bit transaction id.</summary>
    public uint TransactionId;

    /// <summary>T1 and T2 of the first IA, seconds.</summary>
    public uint T1, T2;

    /// <summary>Smallest valid lifetime of the addresses, seconds.</summary>
    public uint ValidLifetime;

    /// <summary>Server DUID (option 2), as sent.</summary>
    public OctetSlice ServerDuid;

    /// <summary>Client DUID (option 1), as sent.</summary>
    public OctetSlice ClientDuid;

    /// <summary>Option 23.</summary>
    public AddressSlice DnsServers;

    /// <summary>Addresses assigned (IA_NA, IA_TA).</summary>
    public AddressSlice Addresses;

    /// <summary>Option 24 decoded, names separated by a space.</summary>
    public OctetSlice SearchList;

    /// <summary>The top-level option codes in order, two octets each: a fingerprint.</summary>
    public OctetSlice OptionOrder;

    /// <summary>peer-address of the innermost relay message: the client; none when not relayed.</summary>
    public IpAddress PeerAddress;
}
