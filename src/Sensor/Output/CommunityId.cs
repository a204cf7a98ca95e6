using System.Buffers.Binary;
using Sensor.Core.Observations;
using Sensor.Core.Wire;

namespace Sensor.Output;

/// <summary>
/// Community ID version 1, seed 0: a flow's name that other tools compute too. SHA-1 over seed, both addresses and ports in order, and protocol.
/// Null for what is not IP.
/// </summary>
internal static class CommunityId
{
    private const byte Icmp = 1, Tcp = 6, Udp = 17, Icmpv6 = 58, Sctp = 132;

    /// <summary>ICMP types that ask and answer each other take the places of the two ports; all others are one-way and keep their order.</summary>
    private static readonly (byte Protocol, byte Ask, byte Answer)[] IcmpPairs =
    [
        (Icmp, 8, 0), (Icmp, 13, 14), (Icmp, 15, 16), (Icmp, 10, 9), (Icmp, 17, 18),
        (Icmpv6, 128, 129), (Icmpv6, 133, 134), (Icmpv6, 135, 136), (Icmpv6, 130, 131), (Icmpv6, 139, 140), (Icmpv6, 144, 145),
    ];

    /// <summary>The id of the flow the sighting belongs to.</summary>
    public static string? Of(in Sighting at) =>
        at.Protocol == 0 ? null : Of(at.Protocol, at.Source, at.SourcePort, at.Destination, at.DestinationPort);

    /// <summary>The id of a flow; for ICMP the ports are type and code.</summary>
    public static string Of(byte protocol, IpAddress source, ushort sourcePort, IpAddress destination, ushort destinationPort)
    {
        var oneWay = protocol is Icmp or Icmpv6 && !TryPair(protocol, sourcePort, out destinationPort, destinationPort);
        var order = source.CompareTo(destination);
        if (!oneWay && (order > 0 || (order == 0 && sourcePort > destinationPort)))
        {
            (source, destination) = (destination, source);
            (sourcePort, destinationPort) = (destinationPort, sourcePort);
        }
        Span<byte> octets = stackalloc byte[40];
        var length = 2;                                           // the seed, 0
        octets.Clear();
        length += Write(octets[length..], source);
        length += Write(octets[length..], destination);
        octets[length] = protocol;
        length += 2;                                              // the protocol and a zero
        if (protocol is Icmp or Tcp or Udp or Icmpv6 or Sctp)
        {
            BinaryPrimitives.WriteUInt16BigEndian(octets[length..], sourcePort);
            BinaryPrimitives.WriteUInt16BigEndian(octets[(length + 2)..], destinationPort);
            length += 4;
        }
        Span<byte> digest = stackalloc byte[Sha1.Size];
        Sha1.Hash(octets[..length], digest);
        return "1:" + Convert.ToBase64String(digest);
    }

    private static bool TryPair(byte protocol, ushort type, out ushort counterpart, ushort code)
    {
        foreach (var (pairProtocol, ask, answer) in IcmpPairs)
        {
            if (pairProtocol != protocol || (type != ask && type != answer))
                continue;
            counterpart = type == ask ? answer : ask;
            return true;
        }
        counterpart = code;
        return false;
    }

    private static int Write(Span<byte> octets, IpAddress address)
    {
        if (address.IsV4)
        {
            BinaryPrimitives.WriteUInt32BigEndian(octets, address.V4);
            return 4;
        }
        BinaryPrimitives.WriteUInt64BigEndian(octets, address.High);
        BinaryPrimitives.WriteUInt64BigEndian(octets[8..], address.Low);
        return 16;
    }
}
