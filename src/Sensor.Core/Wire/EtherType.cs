namespace Sensor.Core.Wire;

/// <summary>EtherType values (IEEE registry) and GRE protocol types that the dissector knows.</summary>
public static class EtherType
{
    /// <summary>Values up to this are an IEEE 802.3 length and an LLC header follows.</summary>
    public const ushort MaxLength = 1500;

    /// <summary>Internet Protocol version 4.</summary>
    public const ushort Ipv4 = 0x0800;

    /// <summary>Address Resolution Protocol, RFC 826.</summary>
    public const ushort Arp = 0x0806;

    /// <summary>Internet Protocol version 6.</summary>
    public const ushort Ipv6 = 0x86DD;

    /// <summary>Customer tag, IEEE 802.1Q.</summary>
    public const ushort CustomerTag = 0x8100;

    /// <summary>Service tag, IEEE 802.1ad.</summary>
    public const ushort ServiceTag = 0x88A8;

    /// <summary>Stacked tags of older switches.</summary>
    public const ushort OldStackedTag = 0x9100;

    /// <summary>Stacked tags of older switches.</summary>
    public const ushort OldStackedTag2 = 0x9200;

    /// <summary>Interface tag of fabric extenders (Cisco VN-Tag): 4 octets and the next type.</summary>
    public const ushort InterfaceTag = 0x8926;

    /// <summary>Port extension tag, IEEE 802.1BR (E-Tag): 6 octets and the next type.</summary>
    public const ushort ExtensionTag = 0x893F;

    /// <summary>MPLS label stack, RFC 3032.</summary>
    public const ushort Mpls = 0x8847;

    /// <summary>MPLS with an upstream-assigned label, RFC 5332.</summary>
    public const ushort MplsUpstream = 0x8848;

    /// <summary>PPPoE session stage, RFC 2516.</summary>
    public const ushort PppoeSession = 0x8864;

    /// <summary>Ethernet inside GRE or GENEVE (transparent Ethernet bridging).</summary>
    public const ushort EthernetBridging = 0x6558;

    /// <summary>PPP inside GRE version 1, RFC 2637.</summary>
    public const ushort PppInGre = 0x880B;

    /// <summary>ERSPAN types I and II inside GRE.</summary>
    public const ushort Erspan = 0x88BE;

    /// <summary>ERSPAN type III inside GRE.</summary>
    public const ushort Erspan3 = 0x22EB;

    /// <summary>WCCP version 2 redirection inside GRE.</summary>
    public const ushort Wccp = 0x883E;

    /// <summary>
    /// First and last of the GRE protocol types Aruba access points use for 802.11 frames; the low octet numbers the radio's BSS.
    /// </summary>
    public const ushort ArubaFirst = 0x8200, ArubaLast = 0x82FF;

    /// <summary>Whether <paramref name="type"/> announces a VLAN tag.</summary>
    public static bool IsTag(ushort type) => type is CustomerTag or ServiceTag or OldStackedTag or OldStackedTag2;

    /// <summary>
    /// Whether <paramref name="type"/> may stand in an Ethernet header the dissector can walk on from (used to tell guesses apart).
    /// </summary>
    public static bool IsWalked(ushort type) =>
        type is Ipv4 or Ipv6 or Arp or Mpls or MplsUpstream or PppoeSession || IsTag(type) || PortTagSize(type) > 0;

    /// <summary>
    /// Octets from behind <paramref name="type"/> to behind the next type when it announces a tag of a port behind an extender, else 0.
    /// Such tags name a port, not a VLAN.
    /// </summary>
    public static int PortTagSize(ushort type) => type switch { InterfaceTag => 6, ExtensionTag => 8, _ => 0 };
}
