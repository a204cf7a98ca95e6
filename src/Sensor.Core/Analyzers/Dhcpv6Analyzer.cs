using System.Buffers.Binary;
using Sensor.Core.Frames;
using Sensor.Core.Observations;
using Sensor.Core.Wire;

namespace Sensor.Core.Analyzers;

/// <summary>
/// DHCPv6 (RFC 8415, RFC 9915, RFC 3646, RFC 4704), inside relay messages too. Who speaks is told by the message type, not by the ports. A message with
/// a broken option is malformed, but what could be read is observed.
/// </summary>
public static class Dhcpv6Analyzer
{
    /// <summary>Octets kept of the order of options, two each.</summary>
    private const int OrderRoom = 128;

    /// <summary>Observes <see cref="Dhcpv6Asked"/> or <see cref="Dhcpv6Offered"/>.</summary>
    public static Verdict Analyze(in PacketContext packet, ObservationLog log)
    {
        if (!Dhcpv6Message.TryRead(packet.Payload, out var message))
            return Dhcpv6Message.LooksLike(packet.Payload) ? Verdict.Malformed : Verdict.NotMine;
        var broken = message.IsFromServer
            ? AddOffered(in packet, message, log)
            : AddAsked(in packet, message, log);
        return broken && !packet.Packet.Truncated ? Verdict.Malformed : Verdict.Parsed;
    }

    private static bool AddAsked(in PacketContext packet, Dhcpv6Message message, ObservationLog log)
    {
        ref var fact = ref log.Add<Dhcpv6Asked>(in packet);
        fact.MessageType = message.Type;
        fact.RelayHops = message.RelayHops;
        fact.TransactionId = message.TransactionId;
        fact.PeerAddress = message.PeerAddress;
        var options = message.Options;
        while (options.MoveNext())
        {
            if (options.Code == Dhcpv6Options.ClientIdentifier)
                fact.ClientDuid = log.Keep(options.Value);
            else if (options.Code == Dhcpv6Options.ClientFqdn && options.Value.Length > 1)
                fact.HostName = KeepNames(options.Value[1..], log);
        }
        return options.Broken;
    }

    private static bool AddOffered(in PacketContext packet, Dhcpv6Message message, ObservationLog log)
    {
        ref var fact = ref log.Add<Dhcpv6Offered>(in packet);
        fact.MessageType = message.Type;
        fact.RelayHops = message.RelayHops;
        fact.TransactionId = message.TransactionId;
        fact.PeerAddress = message.PeerAddress;
        fact.OptionOrder = KeepOrder(message.Options, log);
        var options = message.Options;
        while (options.MoveNext())
        {
            switch (options.Code)
            {
                case Dhcpv6Options.ClientIdentifier:
                    fact.ClientDuid = log.Keep(options.Value);
                    break;
                case Dhcpv6Options.ServerIdentifier:
                    fact.ServerDuid = log.Keep(options.Value);
                    break;
                case Dhcpv6Options.Preference when options.Value.Length > 0:
                    fact.Preference = options.Value[0];
                    break;
                case Dhcpv6Options.SearchList when fact.SearchList.IsEmpty:
                    fact.SearchList = KeepNames(options.Value, log);
                    break;
                default:
                    break;
            }
        }
        fact.DnsServers = KeepDnsServers(message.Options, log);
        var brokenInside = KeepAddresses(message.Options, log, ref fact);
        return options.Broken || brokenInside;
    }

    private static OctetSlice KeepOrder(Dhcpv6Options options, ObservationLog log)
    {
        var room = log.Room(OrderRoom);
        var used = 0;
        while (used < OrderRoom && options.MoveNext())
        {
            BinaryPrimitives.WriteUInt16BigEndian(room[used..], options.Code);
            used += 2;
        }
        return log.Commit(used);
    }

    private static OctetSlice KeepNames(ReadOnlySpan<byte> names, ObservationLog log) =>
        log.Commit(DomainNameList.Write(names, log.Room(DomainNameList.TextRoom)));

    /// <summary>Option 23; should it come more than once, all of them.</summary>
    private static AddressSlice KeepDnsServers(Dhcpv6Options options, ObservationLog log)
    {
        var used = 0;
        while (options.MoveTo(Dhcpv6Options.DnsServers))
        {
            var value = options.Value;
            var room = log.AddressRoom(used + (value.Length / 16))[used..];
            for (var i = 0; i < room.Length; i++)
                room[i] = IpAddress.ReadV6(value[(i * 16)..]);
            used += room.Length;
        }
        return log.CommitAddresses(used);
    }

    private static bool KeepAddresses(Dhcpv6Options options, ObservationLog log, ref Dhcpv6Offered fact)
    {
        var (used, first, broken) = (0, true, false);
        var shortest = uint.MaxValue;
        while (options.MoveNext())
        {
            if (options.Code == Dhcpv6Options.IdentityAssociation && first && options.Value.Length >= 12)
            {
                (fact.T1, fact.T2, first) = (options.Value.U32(4), options.Value.U32(8), false);
            }
            var inner = options.Inner;
            while (inner.MoveTo(Dhcpv6Options.Address))
            {
                if (inner.Value.Length < 24)
                    continue;
                log.AddressRoom(used + 1)[used++] = IpAddress.ReadV6(inner.Value);
                shortest = Math.Min(shortest, inner.Value.U32(20));
            }
            broken |= inner.Broken;
        }
        fact.Addresses = log.CommitAddresses(used);
        fact.ValidLifetime = used == 0 ? 0 : shortest;
        return broken;
    }
}
