namespace Sensor.Core.Frames;

/// <summary>What the walk through the headers arrived at.</summary>
public enum PacketKind : byte
{
    /// <summary>Headers cut or contradictory; counted, not analysed.</summary>
    Undecodable,

    /// <summary>A link-layer protocol nobody analyses (spanning tree, LLDP …).</summary>
    OtherLink,

    /// <summary>ARP; the payload is the ARP packet.</summary>
    Arp,

    /// <summary>An IP protocol nobody analyses; the payload is what follows the IP headers.</summary>
    OtherIp,

    /// <summary>An IP fragment that is kept until its datagram is whole.</summary>
    Fragment,

    /// <summary>ICMP for IPv4; the payload is the ICMP message.</summary>
    Icmp,

    /// <summary>ICMPv6; the payload is the ICMPv6 message.</summary>
    Icmpv6,

    /// <summary>UDP; the payload is the datagram's data.</summary>
    Udp,

    /// <summary>TCP; the payload is the segment's data.</summary>
    Tcp,

    /// <summary>VRRP or CARP; the payload is the advertisement.</summary>
    Vrrp,
}
