using Sensor.Core.Frames;
using Sensor.Core.Observations;
using Sensor.Core.Wire;

namespace Sensor.Core.Analyzers;

/// <summary>
/// DHCPv4 (RFC 2131, RFC 2132, RFC 3396). Who speaks is told by the op code, not by the ports: relay agents use 67 on both sides and an
/// attacker any. A message with a broken option is malformed, but what could be read is observed: clients read it too.
/// </summary>
public static class DhcpAnalyzer
{
    /// <summary>Codes kept of the order of options: more than any message has; beyond it the fingerprint says nothing more.</summary>
    private const int OrderRoom = 255;

    /// <summary>Observes <see cref="LeaseAsked"/> or <see cref="LeaseOffered"/>.</summary>
    public static Verdict Analyze(in PacketContext packet, ObservationLog log)
    {
        if (!DhcpMessage.TryRead(packet.Payload, out var message))
            return DhcpMessage.LooksLike(packet.Payload) ? Verdict.Malformed : Verdict.NotMine;
        var broken = message.Op == DhcpMessage.BootReply
            ? AddOffered(in packet, message, log)
            : AddAsked(in packet, message, log);
        return broken && !packet.Packet.Truncated ? Verdict.Malformed : Verdict.Parsed;
    }

    private static bool AddAsked(in PacketContext packet, DhcpMessage message, ObservationLog log)
    {
        var options = new DhcpOptions(message, []);
        ref var fact = ref log.Add<LeaseAsked>(in packet);
        fact.MessageType = options.U8(DhcpOption.MessageType);
        fact.TransactionId = message.TransactionId;
        fact.Seconds = message.Seconds;
        fact.ClientMac = message.ClientMac;
        fact.ClientAddress = message.ClientAddress;
        fact.RelayAddress = message.RelayAddress;
        fact.RequestedAddress = options.Address(DhcpOption.RequestedAddress);
        fact.ServerIdentifier = options.Address(DhcpOption.ServerIdentifier);
        if (options.Has(DhcpOption.ClientIdentifier))
            fact.ClientIdHash = Value(in options, DhcpOption.ClientIdentifier, log).StableHash();
        fact.HostName = Keep(in options, DhcpOption.HostName, log);
        fact.VendorClass = Keep(in options, DhcpOption.VendorClass, log);
        fact.ParameterList = Keep(in options, DhcpOption.ParameterList, log);
        fact.AsksWpad = log.Octets(fact.ParameterList).Contains((byte)DhcpOption.Wpad);
        return options.Broken;
    }

    private static bool AddOffered(in PacketContext packet, DhcpMessage message, ObservationLog log)
    {
        var options = new DhcpOptions(message, log.Room(OrderRoom));
        ref var fact = ref log.Add<LeaseOffered>(in packet);
        fact.OptionOrder = log.Commit(options.OrderLength);
        fact.MessageType = options.U8(DhcpOption.MessageType);
        fact.Overload = options.Overload;
        fact.HasWpad = options.Has(DhcpOption.Wpad);
        fact.HasRelayInformation = options.Has(DhcpOption.RelayInformation);
        fact.TransactionId = message.TransactionId;
        fact.LeaseSeconds = options.U32(DhcpOption.LeaseTime);
        fact.ClientMac = message.ClientMac;
        fact.ClientAddress = message.ClientAddress;
        fact.YourAddress = message.YourAddress;
        fact.NextServer = message.NextServer;
        fact.RelayAddress = message.RelayAddress;
        fact.ServerIdentifier = options.Address(DhcpOption.ServerIdentifier);
        fact.SubnetMask = options.Address(DhcpOption.SubnetMask);
        fact.Routers = KeepAddresses(in options, DhcpOption.Routers, log);
        fact.DnsServers = KeepAddresses(in options, DhcpOption.DnsServers, log);
        fact.WinsServers = KeepAddresses(in options, DhcpOption.WinsServers, log);
        fact.Domain = Keep(in options, DhcpOption.Domain, log);
        fact.SearchList = KeepSearchList(in options, log);
        fact.Wpad = Keep(in options, DhcpOption.Wpad, log);
        return options.Broken;
    }

    /// <summary>The joined value, borrowed from the message or from room in the log that is not committed.</summary>
    private static ReadOnlySpan<byte> Value(in DhcpOptions options, DhcpOption option, ObservationLog log) =>
        options.Value(option, log.Room(options.LengthOf(option)));

    private static OctetSlice Keep(in DhcpOptions options, DhcpOption option, ObservationLog log)
    {
        var length = options.LengthOf(option);
        if (length == 0)
            return default;
        var room = log.Room(length);
        var value = options.Value(option, room);
        if (options.IsSplit(option))
            return log.Commit(length);
        value.CopyTo(room);
        return log.Commit(length);
    }

    private static AddressSlice KeepAddresses(in DhcpOptions options, DhcpOption option, ObservationLog log)
    {
        var count = options.LengthOf(option) / 4;
        if (count == 0)
            return default;
        var value = Value(in options, option, log);
        var room = log.AddressRoom(count);
        for (var i = 0; i < count; i++)
            room[i] = IpAddress.ReadV4(value[(i * 4)..]);
        return log.CommitAddresses(count);
    }

    /// <summary>Decodes option 119 behind its joined value, then moves the text to where the value stood.</summary>
    private static OctetSlice KeepSearchList(in DhcpOptions options, ObservationLog log)
    {
        var length = options.LengthOf(DhcpOption.SearchList);
        if (length == 0)
            return default;
        var room = log.Room(length + DomainNameList.TextRoom);
        var value = options.Value(DhcpOption.SearchList, room);
        var text = room[length..];
        var used = DomainNameList.Write(value, text);
        text[..used].CopyTo(room);
        return log.Commit(used);
    }
}
