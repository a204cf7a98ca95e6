using Sensor.Core.Frames;
using Sensor.Core.Observations;
using Sensor.Core.Wire;

namespace Sensor.Core.Analyzers;

/// <summary>
/// Neighbour discovery in ICMPv6 (RFC 4861). Hosts discard messages whose hop limit is not 255 or whose options are broken; the former are
/// observed all the same (the sighting carries the hop limit), because who sends them is up to something, the latter are malformed.
/// </summary>
public static class Icmpv6Analyzer
{
    /// <summary>Observes <see cref="RouterSolicited"/>, <see cref="RouterAdvertised"/>, <see cref="NeighborSolicited"/>, <see cref="NeighborAdvertised"/> or <see cref="RouteRedirected"/>.</summary>
    public static Verdict Analyze(in PacketContext packet, ObservationLog log)
    {
        var octets = packet.Payload;
        if (octets.IsEmpty || !NdpMessage.IsNdp(octets[0]))
            return Verdict.NotMine;
        if (!NdpMessage.TryRead(octets, out var message))
            return Verdict.Malformed;
        var links = ReadOptions(message.Options);
        if (links.Broken && !packet.Packet.Truncated)
            return Verdict.Malformed;
        switch (message.Type)
        {
            case NdpMessage.RouterAdvertisement:
                AddRouter(in packet, log, message, in links);
                break;
            case NdpMessage.RouterSolicitation:
                log.Add<RouterSolicited>(in packet);
                break;
            case NdpMessage.NeighborSolicitation:
                ref var solicited = ref log.Add<NeighborSolicited>(in packet);
                solicited.Target = message.Target;
                solicited.SourceMac = links.Source;
                break;
            case NdpMessage.NeighborAdvertisement:
                AddNeighbor(in packet, log, message, in links);
                break;
            case NdpMessage.Redirect:
                ref var redirected = ref log.Add<RouteRedirected>(in packet);
                redirected.Gateway = message.Target;
                redirected.For = message.Destination;
                redirected.GatewayMac = links.Target;
                break;
            default:
                break;
        }
        return Verdict.Parsed;
    }

    private static void AddNeighbor(in PacketContext packet, ObservationLog log, NdpMessage message, in CommonOptions options)
    {
        ref var fact = ref log.Add<NeighborAdvertised>(in packet);
        fact.Target = message.Target;
        fact.TargetMac = options.Target;
        fact.IsRouter = message.IsRouter;
        fact.Solicited = message.Solicited;
        fact.Override = message.Override;
    }

    private static void AddRouter(in PacketContext packet, ObservationLog log, NdpMessage message, in CommonOptions options)
    {
        ref var fact = ref log.Add<RouterAdvertised>(in packet);
        fact.RouterLifetime = message.RouterLifetime;
        fact.CurrentHopLimit = message.HopLimit;
        fact.Managed = message.Managed;
        fact.OtherConfiguration = message.OtherConfiguration;
        fact.Preference = message.Preference;
        fact.Mtu = options.Mtu;
        fact.SourceMac = options.Source;
        if (options.Prefixes > 0)
            KeepPrefixes(message.Options, options.Prefixes, log, ref fact);
        if (options.DnsServers > 0)
            fact.DnsServers = KeepDnsServers(message.Options, options.DnsServers, log);
        if (options.HasSearchList)
            fact.SearchList = KeepSearchList(message.Options, log);
    }

    private static void KeepPrefixes(NdpOptions options, int count, ObservationLog log, ref RouterAdvertised fact)
    {
        var prefixes = log.AddressRoom(count);
        var lengths = log.Room(count);
        var used = 0;
        while (options.MoveNext())
        {
            if (!options.IsPrefix)
                continue;
            prefixes[used] = options.PrefixAddress;
            lengths[used++] = options.PrefixLength;
        }
        fact.Prefixes = log.CommitAddresses(used);
        fact.PrefixLengths = log.Commit(used);
    }

    private static AddressSlice KeepDnsServers(NdpOptions options, int count, ObservationLog log)
    {
        var room = log.AddressRoom(count);
        var used = 0;
        while (options.MoveNext())
        {
            for (var i = 0; i < options.LiveDnsServers; i++)
                room[used++] = options.DnsServer(i);
        }
        return log.CommitAddresses(used);
    }

    private static OctetSlice KeepSearchList(NdpOptions options, ObservationLog log)
    {
        var room = log.Room(DomainNameList.TextRoom);
        var used = 0;
        while (options.MoveNext())
        {
            if (!options.IsLiveSearchList)
                continue;
            var start = used == 0 ? 0 : used + 1;
            var written = start < room.Length ? DomainNameList.Write(options.SearchList, room[start..]) : 0;
            if (written == 0)
                continue;
            if (start > 0)
                room[used] = (byte)' ';
            used = start + written;
        }
        return log.Commit(used);
    }

    private static CommonOptions ReadOptions(NdpOptions options)
    {
        var common = default(CommonOptions);
        while (options.MoveNext())
        {
            switch (options.Type)
            {
                case NdpOptions.SourceLinkLayerAddress:
                    common.Source = options.LinkLayerAddress;
                    break;
                case NdpOptions.TargetLinkLayerAddress:
                    common.Target = options.LinkLayerAddress;
                    break;
                case NdpOptions.Mtu:
                    common.Mtu = options.MtuValue;
                    break;
                default:
                    common.Prefixes += options.IsPrefix ? 1 : 0;
                    common.DnsServers += options.LiveDnsServers;
                    common.HasSearchList |= options.IsLiveSearchList;
                    break;
            }
        }
        common.Broken = options.Broken;
        return common;
    }

    /// <summary>The options every message may carry, and how many of the lists there are.</summary>
    private struct CommonOptions
    {
        public MacAddress Source, Target;
        public uint Mtu;
        public int Prefixes, DnsServers;
        public bool HasSearchList, Broken;
    }
}
