namespace Sensor.Core.Analyzers;

/// <summary>Which analyzer sees which datagrams. Adding a protocol is one line here.</summary>
public static class AnalyzerCatalog
{
    /// <summary>The analyzer of a UDP datagram by either port (destination first), or null.</summary>
    public static DatagramAnalyzer? ForUdp(ushort sourcePort, ushort destinationPort) => null;

    /// <summary>The analyzer of ARP packets.</summary>
    public static DatagramAnalyzer? Arp => null;

    /// <summary>The analyzer of ICMP messages.</summary>
    public static DatagramAnalyzer? Icmp => null;

    /// <summary>The analyzer of ICMPv6 messages.</summary>
    public static DatagramAnalyzer? Icmpv6 => null;
}
