using System.Globalization;
using PacketDotNet;
using PacketDotNet.DhcpV4;
using Sensor.Capture;
using Sensor.Core.Frames;
using Sensor.Core.Observations;
using Sensor.Core.Wire;

namespace Sensor.Tests.Oracles;

/// <summary>tshark (and PacketDotNet for DHCPv4) read the shared captures; what they and the analyzers see of address plans must agree.</summary>
public sealed class AddressPlanOracleTests
{
    private const string Numbered = "FMT-PCAPNG-BE-MULTIIF__gopacket-test102.pcapng";

    public static TheoryData<string> Given => [.. SharedCaptures.NamesIn("given")];

    /// <summary>One kind of fact: which frames tshark shows it in, its fields there, and how both are written as a line.</summary>
    private static readonly Kind[] Kinds =
    [
        new Kind<LeaseOffered>(
            "dhcp.type", "2", static (in seen) => Line(
                $"{seen.Fact.TransactionId:x8}", seen.Fact.MessageType, seen.Fact.YourAddress, seen.Fact.ClientAddress, seen.Fact.RelayAddress,
                seen.Fact.ServerIdentifier, seen.Fact.SubnetMask, seen.Fact.LeaseSeconds, FactReader.Addresses(in seen, seen.Fact.Routers),
                FactReader.Addresses(in seen, seen.Fact.DnsServers), FactReader.Addresses(in seen, seen.Fact.WinsServers),
                FactReader.Text(in seen, seen.Fact.Domain), FactReader.Text(in seen, seen.Fact.Wpad), FactReader.Codes(in seen, seen.Fact.OptionOrder)),
            ["dhcp.id", "dhcp.option.dhcp", "dhcp.ip.your", "dhcp.ip.client", "dhcp.ip.relay", "dhcp.option.dhcp_server_id", "dhcp.option.subnet_mask",
                "dhcp.option.ip_address_lease_time", "dhcp.option.router", "dhcp.option.domain_name_server",
                "dhcp.option.netbios_over_tcpip_name_server", "dhcp.option.domain_name", "dhcp.option.private_proxy_autodiscovery", "dhcp.option.type"]),
        // Without secs: tshark swaps its octets when it looks like a client that forgot to.
        new Kind<LeaseAsked>(
            "dhcp.type", "1", static (in seen) => Line(
                $"{seen.Fact.TransactionId:x8}", seen.Fact.MessageType, seen.Fact.ClientAddress, seen.Fact.RelayAddress, seen.Fact.RequestedAddress,
                seen.Fact.ServerIdentifier, FactReader.Text(in seen, seen.Fact.HostName),
                FactReader.Text(in seen, seen.Fact.VendorClass), FactReader.Codes(in seen, seen.Fact.ParameterList)),
            ["dhcp.id", "dhcp.option.dhcp", "dhcp.ip.client", "dhcp.ip.relay", "dhcp.option.requested_ip_address", "dhcp.option.dhcp_server_id",
                "dhcp.option.hostname", "dhcp.option.vendor_class_id", "dhcp.option.request_list_item"]),
        new Kind<Dhcpv6Offered>(
            "dhcpv6.msgtype", "2 7 10", static (in seen) => Line(
                $"{seen.Fact.TransactionId:x6}", FactReader.Addresses(in seen, seen.Fact.DnsServers),
                FactReader.Addresses(in seen, seen.Fact.Addresses), FactReader.Text(in seen, seen.Fact.SearchList).Replace(' ', ',')),
            ["dhcpv6.xid", "dhcpv6.dns_server", "dhcpv6.iaaddr.ip", "dhcpv6.search_list_entry"]),
        new Kind<Dhcpv6Asked>(
            "dhcpv6.msgtype", "1 3 4 5 6 8 9 11", static (in seen) => Line(seen.Fact.MessageType, $"{seen.Fact.TransactionId:x6}"),
            ["dhcpv6.msgtype", "dhcpv6.xid"]),
        new Kind<AddressClaimed>(
            "arp.opcode", "1 2", static (in seen) => Line(
                seen.Fact.Operation, seen.Fact.SenderMac, seen.Fact.SenderAddress, seen.Fact.TargetMac, seen.Fact.TargetAddress),
            ["arp.opcode", "arp.src.hw_mac", "arp.src.proto_ipv4", "arp.dst.hw_mac", "arp.dst.proto_ipv4"]),
        new Kind<RouterAdvertised>(
            "icmpv6.type", "134", static (in seen) => Line(
                seen.Fact.RouterLifetime, seen.Fact.CurrentHopLimit, seen.Fact.Managed, seen.Fact.OtherConfiguration,
                seen.Fact.Mtu == 0 ? "" : seen.Fact.Mtu, seen.Fact.SourceMac, FactReader.Addresses(in seen, seen.Fact.Prefixes),
                FactReader.Codes(in seen, seen.Fact.PrefixLengths), FactReader.Addresses(in seen, seen.Fact.DnsServers)),
            ["icmpv6.nd.ra.router_lifetime", "icmpv6.nd.ra.cur_hop_limit", "icmpv6.nd.ra.flag.m", "icmpv6.nd.ra.flag.o", "icmpv6.opt.mtu",
                "icmpv6.opt.src_linkaddr", "icmpv6.opt.prefix", "icmpv6.opt.prefix.length", "icmpv6.opt.rdnss"]),
        new Kind<NeighborAdvertised>(
            "icmpv6.type", "136", static (in seen) => Line(
                seen.Fact.Target, seen.Fact.TargetMac, seen.Fact.IsRouter, seen.Fact.Solicited, seen.Fact.Override),
            ["icmpv6.nd.na.target_address", "icmpv6.opt.target_linkaddr", "icmpv6.nd.na.flag.r", "icmpv6.nd.na.flag.s", "icmpv6.nd.na.flag.o"]),
        new Kind<NeighborSolicited>(
            "icmpv6.type", "135", static (in seen) => Line(seen.Fact.Target, seen.Fact.SourceMac),
            ["icmpv6.nd.ns.target_address", "icmpv6.opt.src_linkaddr"]),
    ];

    [Theory]
    [MemberData(nameof(Given))]
    public void Address_plans_and_neighbours_agree_with_tshark(string name)
    {
        var path = PathOf(name);
        Assert.SkipUnless(TsharkTable.IsInstalled, "tshark is not installed");
        Assert.SkipWhen(name == Numbered, "tshark numbers blocks that are no packets, and shows three messages that the capture cut before their options");
        var selectors = Kinds.Select(static kind => kind.Selector).Distinct().ToList();
        var fields = selectors.Concat(Kinds.SelectMany(static kind => kind.Fields)).Distinct().ToList();
        var rows = TsharkTable.Read(path, "dhcp or dhcpv6 or arp or icmpv6", ["frame.number", .. fields])
            .Select(row => fields.Prepend("frame.number").Zip(row).ToDictionary(static pair => pair.First, static pair => pair.Second)).ToList();
        var disagreements = new List<string>();
        foreach (var kind in Kinds)
        {
            var expected = rows.Where(row => kind.Values.Split(' ').Contains(row[kind.Selector]))
                .Select(row => $"{row["frame.number"]}: {string.Join(" | ", kind.Fields.Select(field => Cleaned(field, row[field])))}");
            var actual = kind.Read(path);
            disagreements.AddRange(expected.Except(actual).Select(line => $"{kind.Name}, tshark: {line}"));
            disagreements.AddRange(actual.Except(expected).Select(line => $"{kind.Name}, ours:   {line}"));
        }
        Assert.True(disagreements.Count == 0, string.Join('\n', disagreements));
    }

    /// <summary>PacketDotNet knows neither tunnels nor overloaded or split options, so only Ethernet frames that carry DHCP directly are compared.</summary>
    [Theory]
    [MemberData(nameof(Given))]
    public void Dhcp_options_agree_with_PacketDotNet(string name)
    {
        var path = PathOf(name);
        var ours = FactReader.Read<LeaseOffered>(path, static (in seen) => Line(
            seen.Fact.TransactionId, seen.Fact.MessageType, seen.Fact.YourAddress, seen.Fact.ServerIdentifier,
            FactReader.Addresses(in seen, seen.Fact.Routers), FactReader.Addresses(in seen, seen.Fact.DnsServers))).ToDictionary();
        using var timeline = CaptureTimeline.Open([path]);
        var batch = new FrameBatch();
        var compared = 0;
        while (timeline.TryRead(batch))
        {
            for (var i = 0; i < batch.Count; i++)
            {
                if (OfPacketDotNet(batch, i) is not { } theirs)
                    continue;
                Assert.Equal(theirs, ours[batch.Frames[i].Number]);
                compared++;
            }
        }
        Assert.True(compared > 0 || !name.StartsWith("DHCP-", StringComparison.Ordinal), "nothing was compared");
    }

    private static string? OfPacketDotNet(FrameBatch batch, int index)
    {
        if (batch.Frames[index].LinkType != 1)
            return null;
        DhcpV4Packet? dhcp;
        try
        {
            dhcp = PacketDotNet.Packet.ParsePacket(LinkLayers.Ethernet, batch.Frame(index).ToArray()).Extract<DhcpV4Packet>();
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException or IndexOutOfRangeException or NotSupportedException)
        {
            return null; // it throws on odd input
        }
        if (dhcp is null || dhcp.Operation != DhcpV4Operation.BootReply)
            return null;
        var options = dhcp.GetOptions();
        return Line(
            dhcp.TransactionId, (byte)dhcp.MessageType, dhcp.YourAddress,
            options.OfType<ServerIdOption>().FirstOrDefault()?.ServerId.ToString() ?? "",
            string.Join(',', options.OfType<RouterOption>().SelectMany(static o => o.Routers)),
            string.Join(',', options.OfType<DomainNameServerOption>().SelectMany(static o => o.DomainNameServers)));
    }

    private static string PathOf(string name)
    {
        Assert.SkipWhen(SharedCaptures.Folder is null, SharedCaptures.Absent);
        return SharedCaptures.PathOf("given", name);
    }

    /// <summary>Values joined; what is absent or zero is written as nothing on both sides.</summary>
    private static string Line(params object[] values) => string.Join(" | ", values.Select(static value => value switch
    {
        IpAddress address when address == IpAddress.None => "",
        MacAddress { IsNone: true } or (byte)0 or (ushort)0 or 0u => "",
        _ => Convert.ToString(value, CultureInfo.InvariantCulture),
    }));

    /// <summary>
    /// tshark lists pads and ends among the options, writes ids with 0x, flags in either of two ways, names with the root's dot, and shows the
    /// default route of a route information option (RFC 4191) among the prefixes.
    /// </summary>
    private static string Cleaned(string field, string value) => field switch
    {
        "dhcp.option.type" => string.Join(',', value.Split(',').Where(static code => code is not ("0" or "255"))),
        "dhcp.id" or "dhcpv6.xid" => value.StartsWith("0x", StringComparison.Ordinal) ? value[2..] : value,
        "dhcpv6.search_list_entry" => string.Join(',', value.Split(',').Select(static name => name.TrimEnd('.'))),
        "icmpv6.opt.prefix" => string.Join(',', value.Split(',').Where(static prefix => prefix != "::")),
        "icmpv6.opt.prefix.length" => string.Join(',', value.Split(',').Where(static length => length != "0")),
        _ when field.Contains(".flag.", StringComparison.Ordinal) => value is "1" or "True" ? "True" : "False",
        _ => value is "0" or "00:00:00:00:00:00" ? "" : value,
    };

    private abstract record Kind(string Selector, string Values, string[] Fields)
    {
        public abstract string Name { get; }

        public abstract IReadOnlyList<string> Read(string path);
    }

    private sealed record Kind<T>(string Selector, string Values, FactLine<T> Written, string[] Fields) : Kind(Selector, Values, Fields) where T : struct
    {
        public override string Name => typeof(T).Name;

        public override IReadOnlyList<string> Read(string path) => [.. FactReader.Read(path, Written).Select(static fact => $"{fact.Frame}: {fact.Line}")];
    }
}
