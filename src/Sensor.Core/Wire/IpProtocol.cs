namespace Sensor.Core.Wire;

/// <summary>IP protocol numbers (IANA) that the dissector knows.</summary>
public static class IpProtocol
{
    /// <summary>IPv6 hop-by-hop options, RFC 8200 section 4.3. Zero: also "not IP" in <c>Packet.Protocol</c>.</summary>
    public const byte HopByHop = 0;

    /// <summary>ICMP, RFC 792.</summary>
    public const byte Icmp = 1;

    /// <summary>IPv4 in IP, RFC 2003.</summary>
    public const byte Ipv4 = 4;

    /// <summary>TCP, RFC 9293.</summary>
    public const byte Tcp = 6;

    /// <summary>UDP, RFC 768.</summary>
    public const byte Udp = 17;

    /// <summary>IPv6 in IP, RFC 4213.</summary>
    public const byte Ipv6 = 41;

    /// <summary>IPv6 routing header, RFC 8200 section 4.4.</summary>
    public const byte Routing = 43;

    /// <summary>IPv6 fragment header, RFC 8200 section 4.5.</summary>
    public const byte Fragment = 44;

    /// <summary>GRE, RFC 2784.</summary>
    public const byte Gre = 47;

    /// <summary>Encapsulating Security Payload, RFC 4303.</summary>
    public const byte Esp = 50;

    /// <summary>Authentication Header, RFC 4302.</summary>
    public const byte Authentication = 51;

    /// <summary>ICMPv6, RFC 4443.</summary>
    public const byte Icmpv6 = 58;

    /// <summary>IPv6: nothing follows, RFC 8200 section 4.7.</summary>
    public const byte NoNext = 59;

    /// <summary>IPv6 destination options, RFC 8200 section 4.6.</summary>
    public const byte DestinationOptions = 60;

    /// <summary>VRRP, RFC 9568, and CARP.</summary>
    public const byte Vrrp = 112;

    /// <summary>Mobility header, RFC 6275.</summary>
    public const byte Mobility = 135;

    /// <summary>Host Identity Protocol, RFC 7401.</summary>
    public const byte HostIdentity = 139;

    /// <summary>Shim6, RFC 5533.</summary>
    public const byte Shim6 = 140;
}
