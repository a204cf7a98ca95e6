namespace Sensor.Core.Wire;

/// <summary>The LINKTYPE_ values of tcpdump.org that the dissector walks.</summary>
public static class LinkType
{
    /// <summary>BSD loopback: address family in the byte order of the capturing host.</summary>
    public const ushort Null = 0;

    /// <summary>IEEE 802.3 Ethernet.</summary>
    public const ushort Ethernet = 1;

    /// <summary>PPP, with or without the address and control octets of RFC 1662.</summary>
    public const ushort Ppp = 9;

    /// <summary>DLT_RAW of most BSDs, found in files of old programs.</summary>
    public const ushort RawBsd = 12;

    /// <summary>DLT_RAW of OpenBSD.</summary>
    public const ushort RawOpenBsd = 14;

    /// <summary>PPP in HDLC-like framing or Cisco HDLC, told by the first octet.</summary>
    public const ushort PppHdlc = 50;

    /// <summary>PPPoE without an Ethernet header.</summary>
    public const ushort PppEther = 51;

    /// <summary>IPv4 or IPv6, told by the version nibble.</summary>
    public const ushort Raw = 101;

    /// <summary>Cisco HDLC.</summary>
    public const ushort CiscoHdlc = 104;

    /// <summary>IEEE 802.11 without a radio header.</summary>
    public const ushort Wireless = 105;

    /// <summary>OpenBSD loopback: address family in network order.</summary>
    public const ushort Loop = 108;

    /// <summary>Linux cooked capture, version 1.</summary>
    public const ushort Sll = 113;

    /// <summary>IEEE 802.11 behind a Prism header.</summary>
    public const ushort WirelessPrism = 119;

    /// <summary>IEEE 802.11 behind a radiotap header.</summary>
    public const ushort WirelessRadiotap = 127;

    /// <summary>IEEE 802.11 behind an AVS header.</summary>
    public const ushort WirelessAvs = 163;

    /// <summary>IPv4 only.</summary>
    public const ushort Ipv4 = 228;

    /// <summary>IPv6 only.</summary>
    public const ushort Ipv6 = 229;

    /// <summary>Linux netfilter log messages.</summary>
    public const ushort Nflog = 239;

    /// <summary>Linux cooked capture, version 2.</summary>
    public const ushort Sll2 = 276;
}
