using Sensor.Core.Frames;
using Sensor.Core.Wire;
using static Sensor.Core.Tests.Analyzers.Layers;

namespace Sensor.Core.Tests.Analyzers;

/// <summary>One frame of a link type with a datagram from 10.0.0.1:1111 to 10.0.0.2:2222, or its IPv6 twin, somewhere inside.</summary>
internal sealed record EncapsulationSample(string Name, ushort LinkType, byte[] Octets)
{
    /// <summary>The segment the datagram must be found in.</summary>
    public SegmentKey Segment { get; init; }

    public bool HasMacs { get; init; } = true;

    public bool InTunnel { get; init; }

    public bool IsV6 { get; init; }

    public override string ToString() => Name;
}

/// <summary>Every way to wrap a datagram that the dissector unwraps.</summary>
internal static class EncapsulationSamples
{
    private const int UdpProtocol = 17, Gre = 47;

    private static readonly byte[] Datagram = Udp(1111, 2222, "wpad"u8.ToArray());
    private static readonly byte[] Packet4 = Ip4(UdpProtocol, Datagram);
    private static readonly byte[] Packet6 = Ip6(UdpProtocol, Datagram);
    private static readonly byte[] Frame4 = Ethernet(0x0800, Packet4);

    // LLC with SNAP, then the EtherType.
    private static readonly byte[] Snap4 = Join(Hex("aa aa 03  00 00 00  08 00"), Packet4);

    public static IReadOnlyList<EncapsulationSample> All { get; } =
    [
        .. Links(), .. Wireless(), .. Tags(), .. IpHeaders(), .. GreTunnels(), .. OtherTunnels(),
    ];

    public static EncapsulationSample Get(string name) => All.Single(sample => sample.Name == name);

    private static IEnumerable<EncapsulationSample> Links() =>
    [
        Plain("Ethernet", LinkType.Ethernet, Frame4),
        Plain("Ethernet and IPv6", LinkType.Ethernet, Ethernet(0x86DD, Packet6)) with { IsV6 = true },
        Plain("802.3 with SNAP", LinkType.Ethernet, Ethernet(Snap4.Length, Join(Snap4, Hex("00 00 00 00")))),
        Plain("802.3 with IP's own LLC", LinkType.Ethernet, Ethernet(Packet4.Length + 3, Join(Hex("06 06 03"), Packet4))),
        Bare("RAW", LinkType.Raw, Packet4),
        Bare("RAW of the BSDs", LinkType.RawBsd, Packet4),
        Bare("RAW of OpenBSD and IPv6", LinkType.RawOpenBsd, Packet6) with { IsV6 = true },
        Bare("IPv4", LinkType.Ipv4, Packet4),
        Bare("IPv6", LinkType.Ipv6, Packet6) with { IsV6 = true },
        Bare("NULL little-endian", LinkType.Null, Join(Hex("02 00 00 00"), Packet4)),
        Bare("NULL big-endian", LinkType.Null, Join(Hex("00 00 00 02"), Packet4)),
        Bare("NULL of macOS and IPv6", LinkType.Null, Join(Hex("1e 00 00 00"), Packet6)) with { IsV6 = true },
        Bare("LOOP", LinkType.Loop, Join(Hex("00 00 00 02"), Packet4)),
        Plain("SLL", LinkType.Sll, Join(Hex("00 04  00 01  00 06  02 00 00 00 00 0a 00 00  08 00"), Packet4)),
        Bare("SLL without address", LinkType.Sll, Join(Hex("00 00  03 04  00 00  00 00 00 00 00 00 00 00  08 00"), Packet4)),
        Plain("SLL2", LinkType.Sll2, Join(Hex("08 00  00 00  00 00 00 03  00 01  00  06  02 00 00 00 00 0a 00 00"), Packet4)),
        Bare("PPP", LinkType.Ppp, Join(Hex("ff 03  00 21"), Packet4)),
        Bare("PPP with everything compressed", LinkType.Ppp, Join(Hex("21"), Packet4)),
        Bare("PPP in HDLC and IPv6", LinkType.PppHdlc, Join(Hex("ff 03  00 57"), Packet6)) with { IsV6 = true },
        Bare("Cisco HDLC", LinkType.PppHdlc, Join(Hex("0f 00  08 00"), Packet4)),
        Bare("PPPoE without Ethernet", LinkType.PppEther, Join(Hex("11 00  00 07"), U16(Packet4.Length + 2), Hex("00 21"), Packet4)),
        Bare("NFLOG", LinkType.Nflog, Join(
            Hex("02 00 00 00"), // family AF_INET, version, resource
            Hex("08 00 01 00  08 00 01 00"), // packet header: protocol, hook
            Hex("05 00 0a 00  00 00 00 00"), // prefix, one octet and padding
            [(byte)(Packet4.Length + 4), 0, 9, 0], Packet4)),
        Plain("NFLOG big-endian with the link header", LinkType.Nflog, Join(
            Hex("07 00 00 00"), Hex("00 08 00 01  08 00 01 00"),
            Hex("00 12 00 10"), Hex(Receiver), Hex(Sender), Hex("08 00  00 00"), // hardware header and padding
            [0, (byte)(Packet4.Length + 4), 0, 9], Packet4)),
    ];

    private static IEnumerable<EncapsulationSample> Wireless()
    {
        const string Bss = "02 00 00 00 00 cc", Relay = "02 00 00 00 00 dd";
        var toDs = Join(Hex("08 01  00 00"), Hex(Bss), Hex(Sender), Hex(Receiver), Hex("10 00"), Snap4);
        var qos = Join(Hex("88 02  00 00"), Hex(Receiver), Hex(Bss), Hex(Sender), Hex("10 00"), Hex("00 00"), Snap4);
        return
        [
            Plain("802.11 to the distribution system", LinkType.Wireless, toDs),
            Plain("802.11 QoS from the distribution system", LinkType.Wireless, qos),
            Plain("802.11 between stations", LinkType.Wireless,
                Join(Hex("08 00  00 00"), Hex(Receiver), Hex(Sender), Hex(Bss), Hex("10 00"), Snap4)),
            Plain("802.11 relayed, QoS with HT control", LinkType.Wireless, Join(
                Hex("88 83  00 00"), Hex(Relay), Hex(Bss), Hex(Receiver), Hex("10 00"), Hex(Sender),
                Hex("00 00"), Hex("00 00 00 00"), Snap4)),
            Plain("802.11 aggregate", LinkType.Wireless, Join(
                Hex("88 02  00 00"), Hex(Receiver), Hex(Bss), Hex(Bss), Hex("10 00"), Hex("80 00"),
                Hex(Receiver), Hex(Sender), U16(Snap4.Length), Snap4)),
            Plain("radiotap", LinkType.WirelessRadiotap, Join(Hex("00 00  08 00  00 00 00 00"), toDs)),
            Plain("radiotap with padded header", LinkType.WirelessRadiotap, Join(
                Hex("00 00  1a 00  03 00 00 80  00 00 00 00"), // present: time, flags, another word
                Hex("00 00 00 00  00 00 00 00 00 00 00 00  20  00"), // alignment, time, flags
                qos[..26], Hex("00 00"), Snap4)),
            Plain("Prism", LinkType.WirelessPrism, Join(Hex("44 00 00 00  90 00 00 00"), new byte[136], toDs)),
            Plain("AVS", LinkType.WirelessAvs, Join(Hex("80 21 10 01  00 00 00 40"), new byte[56], toDs)),
        ];
    }

    private static IEnumerable<EncapsulationSample> Tags() =>
    [
        Tagged("802.1Q", Ethernet(0x8100, Tag(7, 0x0800, Packet4)), 7),
        Tagged("priority tag", Ethernet(0x8100, Tag(0, 0x0800, Packet4)), 0),
        Tagged("802.1ad", Ethernet(0x88A8, Tag(7, 0x8100, Tag(8, 0x0800, Packet4))), 7, 8),
        Tagged("QinQ", Ethernet(0x9100, Tag(7, 0x8100, Tag(8, 0x0800, Packet4))), 7, 8),
        Tagged("three tags", Ethernet(0x8100, Tag(7, 0x8100, Tag(8, 0x8100, Tag(9, 0x0800, Packet4)))), 7, 8, 9),
        Tagged("four tags, the inner three count",
            Ethernet(0x9200, Tag(6, 0x8100, Tag(7, 0x8100, Tag(8, 0x8100, Tag(9, 0x0800, Packet4))))), 7, 8, 9),
        Tagged("tag and SNAP", Ethernet(0x8100, Tag(7, Snap4.Length, Snap4)), 7),
        Tagged("tag and PPPoE",
            Ethernet(0x8100, Tag(7, 0x8864, Join(Hex("11 00  00 07"), U16(Packet4.Length + 2), Hex("00 21"), Packet4, Hex("ff ff")))), 7),
        Tagged("VN-Tag and 802.1Q", Ethernet(0x8926, Join(Hex("00 01 00 02  81 00"), Tag(7, 0x0800, Packet4))), 7),
        Tagged("E-Tag", Ethernet(0x893F, Join(Hex("00 00 10 01 00 00  08 00"), Packet4)), 0),
        Plain("MPLS", LinkType.Ethernet, Ethernet(0x8847, Join(Hex("00 01 00 40  00 02 01 40"), Packet4))),
        Plain("MPLS and IPv6", LinkType.Ethernet, Ethernet(0x8848, Join(Hex("00 02 01 40"), Packet6))) with { IsV6 = true },
        Plain("pseudo-wire with control word", LinkType.Ethernet,
            Ethernet(0x8847, Join(Hex("00 02 01 40  00 00 00 00"), Frame4), "02 00 00 00 00 01", "02 00 00 00 00 02")),
        Plain("pseudo-wire without control word", LinkType.Ethernet,
            Ethernet(0x8847, Join(Hex("00 02 01 40"), Frame4), "02 00 00 00 00 01", "02 00 00 00 00 02")),
    ];

    private static IEnumerable<EncapsulationSample> IpHeaders() =>
    [
        Plain("IPv4 options", LinkType.Ethernet, Ethernet(0x0800, Ip4(UdpProtocol, Datagram, options: "94 04 00 00"))),
        Plain("IPv4 authentication header", LinkType.Ethernet,
            Ethernet(0x0800, Ip4(51, Join(Hex("11 01 00 00  00 00 00 01"), Hex("00 00 00 01"), Datagram)))),
        Plain("IPv4 without total length", LinkType.Ethernet, Ethernet(0x0800, Ip4(UdpProtocol, Datagram, totalLength: 0))),
        Plain("IPv6 extension headers", LinkType.Ethernet, Ethernet(0x86DD, Ip6(0, Join(
            Hex("2b 00  05 02 00 00 01 00"), // hop by hop: router alert
            Hex("3c 00  04 00 00 00 00 00"), // routing, no segments left
            Hex("33 00  01 04 00 00 00 00"), // destination options
            Hex("87 01  00 00 00 00 00 01 00 00 00 01"), // authentication, 12 octets
            Hex("8b 00  05 00 00 00 00 00"), // mobility
            Hex("8c 00  00 00 00 00 00 00"), // host identity
            Hex("2c 00  00 00 00 00 00 00"), // shim6
            Hex("11 00  00 00  00 00 00 09"), // atomic fragment
            Datagram)))) with { IsV6 = true },
        Plain("jumbogram", LinkType.Ethernet,
            Ethernet(0x86DD, Ip6(0, Join(Hex("11 00  c2 04 00 00 00 18"), Datagram), length: 0))) with { IsV6 = true },
    ];

    private static IEnumerable<EncapsulationSample> GreTunnels() =>
    [
        Layer3("GRE", OverlayKind.Gre, Over(Gre, Join(Hex("00 00  08 00"), Packet4))),
        Layer3("GRE with all words", OverlayKind.Gre, Over(Gre, Join(
            Hex("f0 00  08 00"), Hex("00 00 00 00"), Hex("00 00 00 2a"), Hex("00 00 00 01"), // checksum, key, sequence
            Hex("08 00 00 04  0a 00 00 09  00 00 00 00"), Packet4)), 42), // one route and the end
        Layer3("GRE and IPv6", OverlayKind.Gre, Over(Gre, Join(Hex("20 00  86 dd  00 00 00 2a"), Packet6)), 42) with { IsV6 = true },
        Layer3("GRE and MPLS", OverlayKind.Gre, Over(Gre, Join(Hex("00 00  88 47  00 02 01 40"), Packet4))),
        Layer3("PPTP", OverlayKind.Gre,
            Over(Gre, Join(Hex("30 81  88 0b  00 20 00 07  00 00 00 01  00 00 00 01"), Hex("ff 03 00 21"), Packet4))),
        Layer3("WCCP 1", OverlayKind.Gre, Over(Gre, Join(Hex("00 00  88 3e"), Packet4))),
        Layer3("WCCP 2", OverlayKind.Gre, Over(Gre, Join(Hex("00 00  88 3e  00 00 00 00"), Packet4))),
        Mirror("GRE and Ethernet", OverlayKind.Gre, Over(Gre, Join(Hex("20 00  65 58  00 00 00 2a"), Frame4)), 42),
        Mirror("GRE and Ethernet, the other direction of a mirror", OverlayKind.Gre,
            Over(Gre, Join(Hex("20 00  65 58  02 00 00 2a"), Frame4)), 42),
        Mirror("ERSPAN I", OverlayKind.Erspan, Over(Gre, Join(Hex("00 00  88 be"), Frame4))),
        Mirror("ERSPAN II", OverlayKind.Erspan,
            Over(Gre, Join(Hex("10 00  88 be  00 00 00 01"), Hex("10 07 00 01  00 00 00 00"), Frame4))) with
        {
            Segment = new(7, 0, 0, OverlayKind.Erspan, 0),
        },
        Mirror("ERSPAN II with a tag inside", OverlayKind.Erspan, Over(Gre, Join(
            Hex("10 00  88 be  00 00 00 01"), Hex("10 07 00 01  00 00 00 00"), Ethernet(0x8100, Tag(8, 0x0800, Packet4))))) with
        {
            Segment = new(8, 0, 0, OverlayKind.Erspan, 0),
        },
        Mirror("ERSPAN III", OverlayKind.Erspan, Over(Gre, Join(
            Hex("10 00  22 eb  00 00 00 01"), Hex("20 07 00 01  00 00 00 00  00 00 00 00"), Frame4))) with
        {
            Segment = new(7, 0, 0, OverlayKind.Erspan, 0),
        },
        Mirror("ERSPAN III with the optional part", OverlayKind.Erspan, Over(Gre, Join(
            Hex("10 00  22 eb  00 00 00 01"), Hex("20 00 00 01  00 00 00 00  00 00 00 01"), new byte[8], Frame4))),
        Layer3("ERSPAN III of an IP packet", OverlayKind.Erspan, Over(Gre, Join(
            Hex("10 00  22 eb  00 00 00 01"), Hex("20 00 00 01  00 00 00 00  00 00 08 00"), Packet4))),
        Mirror("Aruba's 802.11", OverlayKind.Gre, Over(Gre, Join(
            Hex("00 00  82 10"), Hex("88 01  00 00  02 00 00 00 00 cc"), Hex(Sender), Hex(Receiver), Hex("10 00  00 00"), Snap4))),
    ];

    private static IEnumerable<EncapsulationSample> OtherTunnels() =>
    [
        Layer3("IP-in-IP", OverlayKind.IpTunnel, Over(4, Packet4)),
        Layer3("6in4", OverlayKind.IpTunnel, Over(41, Packet6)) with { IsV6 = true },
        Layer3("4in6", OverlayKind.IpTunnel, Ethernet(0x86DD, Ip6(4, Packet4))),
        Layer3("Teredo", OverlayKind.IpTunnel, Over(UdpProtocol, Udp(3544, 50000, Packet6))) with { IsV6 = true },
        Layer3("Teredo with indications", OverlayKind.IpTunnel, Over(UdpProtocol, Udp(50000, 3544, Join(
            Hex("00 01  01 02  aa  bb bb  00 00 00 00 00 00 00 01  00"), // authentication: id 1, value 2, nonce, confirmation
            Hex("00 00  12 34  f5 ff ff fe"), Packet6)))) with { IsV6 = true }, // origin
        Mirror("VXLAN", OverlayKind.Vxlan, OverPort(4789, Join(Hex("08 00 00 00  00 00 2a 00"), Frame4)), 42),
        Mirror("VXLAN with a policy group", OverlayKind.Vxlan, OverPort(8472, Join(Hex("88 08 00 07  00 00 2a 00"), Frame4)), 42),
        Mirror("VXLAN-GPE", OverlayKind.Vxlan, OverPort(4790, Join(Hex("0c 00 00 03  00 00 2a 00"), Frame4)), 42),
        Layer3("VXLAN-GPE and IPv4", OverlayKind.Vxlan, OverPort(4790, Join(Hex("0c 00 00 01  00 00 2a 00"), Packet4)), 42),
        Mirror("GENEVE with options", OverlayKind.Geneve,
            OverPort(6081, Join(Hex("02 00 65 58  00 00 2a 00"), Hex("01 02 80 01  00 00 00 00"), Frame4)), 42),
        Layer3("GENEVE and IPv6", OverlayKind.Geneve,
            OverPort(6081, Join(Hex("00 00 86 dd  00 00 2a 00"), Packet6)), 42) with { IsV6 = true },
        Mirror("VXLAN in ERSPAN in a VLAN", OverlayKind.Vxlan, Ethernet(0x8100, Tag(7, 0x0800, Ip4(Gre, Join(
            Hex("00 00  88 be"), OverPort(4789, Join(Hex("08 00 00 00  00 00 2a 00"), Frame4))))))) with
        {
            Segment = new(7, 0, 0, OverlayKind.Vxlan, 42),
        },
    ];

    private static byte[] Over(int protocol, byte[] payload) =>
        Ethernet(0x0800, Ip4(protocol, payload, "192.0.2.1", "192.0.2.2"), "02 00 00 00 00 01", "02 00 00 00 00 02");

    private static byte[] OverPort(int port, byte[] payload) => Over(UdpProtocol, Udp(49152, port, payload));

    private static EncapsulationSample Plain(string name, ushort linkType, byte[] octets) => new(name, linkType, octets);

    private static EncapsulationSample Bare(string name, ushort linkType, byte[] octets) => new(name, linkType, octets) { HasMacs = false };

    private static EncapsulationSample Tagged(string name, byte[] octets, params ushort[] vlans) => new(name, LinkType.Ethernet, octets)
    {
        Segment = new(vlans[0], vlans.ElementAtOrDefault(1), vlans.ElementAtOrDefault(2), OverlayKind.None, 0),
    };

    private static EncapsulationSample Layer3(string name, OverlayKind overlay, byte[] octets, uint id = 0) =>
        new(name, LinkType.Ethernet, octets)
        {
            HasMacs = false,
            InTunnel = true,
            Segment = new(0, 0, 0, overlay, id),
        };

    private static EncapsulationSample Mirror(string name, OverlayKind overlay, byte[] octets, uint id = 0) =>
        new(name, LinkType.Ethernet, octets)
        {
            Segment = new(0, 0, 0, overlay, id),
        };
}
