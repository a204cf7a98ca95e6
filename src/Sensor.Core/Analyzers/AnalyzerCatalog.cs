using System.Collections.Immutable;
using Sensor.Core.Wire;

namespace Sensor.Core.Analyzers;

/// <summary>
/// Which analyzer sees which datagrams and which TCP streams. Adding a protocol is one line here.
/// </summary>
public static class AnalyzerCatalog
{
    private static readonly (ushort[] Ports, DatagramAnalyzer Analyzer)[] UdpLines =
    [
        ([67, 68], DhcpAnalyzer.Analyze),
        ([546, 547], Dhcpv6Analyzer.Analyze),
        ([53], DnsAnalyzer.Analyze),
        ([137], NbnsAnalyzer.Analyze),
        ([5353], MdnsAnalyzer.Analyze),
        ([5355], LlmnrAnalyzer.Analyze),
        ([1985, 2029], RedundancyAnalyzer.AnalyzeHsrp),
    ];

    private static readonly (ushort[] Ports, MessageAnalyzer Analyzer)[] TcpMessageLines =
    [
        ([53], DnsAnalyzer.AnalyzeMessage),
        ([5355], LlmnrAnalyzer.AnalyzeMessage),
    ];

    private static readonly PortTable<DatagramAnalyzer> Udp = new(UdpLines);
    private static readonly PortTable<MessageAnalyzer> TcpMessages = new(TcpMessageLines);

    /// <summary>
    /// The streams that are told by their first octets, at most 32: where two could be meant, the earlier line is.
    /// </summary>
    internal static ImmutableArray<StreamProtocol> Streams { get; } =
    [
        new([], static (octets, a, b) => ForTcpMessages(a, b) is not null && MessageStreamAnalyzer.MayStart(octets),
            static shared => new MessageStreamAnalyzer(shared.Memory)),
        new([TlsRecord.Handshake, Ssl2Hello.First, Ssl2Hello.FirstOfLong], static (octets, _, _) => TlsAnalyzer.MayStart(octets),
            static shared => new TlsAnalyzer(shared.Memory)),
        new(HttpHead.FirstOctets, static (octets, _, _) => HttpHead.MayStart(octets),
            static shared => new HttpAnalyzer(shared.Memory, shared.Http)),
        new([4, 5], static (octets, _, _) => SocksAnalyzer.MayStart(octets), static shared => new SocksAnalyzer(shared.Memory)),
        new([0x00, 0x81], SmbAnalyzer.MayStart, static shared => new SmbAnalyzer(shared.Memory),
            static (octets, _, _) => SmbAnalyzer.StartsSetup(octets)),
        new([0x30], LdapAnalyzer.MayStart, static shared => new LdapAnalyzer(shared.Memory),
            static (octets, _, _) => LdapAnalyzer.StartsBind(octets)),
    ];

    /// <summary>The analyzer of ARP packets.</summary>
    public static DatagramAnalyzer? Arp { get; } = ArpAnalyzer.Analyze;

    /// <summary>The analyzer of ICMP messages.</summary>
    public static DatagramAnalyzer? Icmp { get; } = IcmpAnalyzer.Analyze;

    /// <summary>The analyzer of ICMPv6 messages.</summary>
    public static DatagramAnalyzer? Icmpv6 { get; } = Icmpv6Analyzer.Analyze;

    /// <summary>The analyzer of VRRP and CARP advertisements.</summary>
    public static DatagramAnalyzer? Vrrp { get; } = RedundancyAnalyzer.AnalyzeVrrp;

    /// <summary>The analyzer of a UDP datagram by either port (destination first), or null.</summary>
    public static DatagramAnalyzer? ForUdp(ushort sourcePort, ushort destinationPort) => Udp.Find(sourcePort, destinationPort);

    /// <summary>
    /// The analyzer of messages with a two-octet length prefix (RFC 1035 section 4.2.2) in TCP streams by either port (destination first), or null.
    /// </summary>
    public static MessageAnalyzer? ForTcpMessages(ushort sourcePort, ushort destinationPort) => TcpMessages.Find(sourcePort, destinationPort);
}
