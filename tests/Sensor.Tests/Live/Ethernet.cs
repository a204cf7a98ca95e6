using System.Buffers.Binary;

namespace Sensor.Tests.Live;

/// <summary>Frames to send and to filter: Ethernet with tags, IPv4 or IPv6, UDP or TCP.</summary>
internal static class Ethernet
{
    private static readonly byte[] Addresses = Convert.FromHexString("02000000000b02000000000a");

    /// <summary>A UDP datagram over IPv4, behind <paramref name="tags"/> (EtherType and control information each).</summary>
    internal static byte[] Udp(ushort sourcePort, ushort destinationPort, int payload, params uint[] tags) =>
        Frame(tags, 0x0800, Ipv4(17, Ports(sourcePort, destinationPort, 8 + payload)));

    /// <summary>The same over TCP.</summary>
    internal static byte[] Tcp(ushort sourcePort, ushort destinationPort, int payload, params uint[] tags) =>
        Frame(tags, 0x0800, Ipv4(6, Ports(sourcePort, destinationPort, 20 + payload)));

    /// <summary>The frame of <paramref name="payload"/>.</summary>
    internal static byte[] Frame(uint[] tags, ushort etherType, byte[] payload)
    {
        var header = new byte[12 + tags.Length * 4 + 2];
        Addresses.CopyTo(header, 0);
        for (var i = 0; i < tags.Length; i++)
            BinaryPrimitives.WriteUInt32BigEndian(header.AsSpan(12 + i * 4), tags[i]);
        BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(header.Length - 2), etherType);
        return [.. header, .. payload];
    }

    /// <summary>An IPv4 packet with 20 octets of header.</summary>
    internal static byte[] Ipv4(byte protocol, byte[] payload, ushort fragment = 0)
    {
        var header = Convert.FromHexString("4500000000010000400000000a0000010a000002");
        BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(2), (ushort)(20 + payload.Length));
        BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(6), fragment);
        header[9] = protocol;
        return [.. header, .. payload];
    }

    /// <summary>An IPv6 packet.</summary>
    internal static byte[] Ipv6(byte protocol, byte[] payload)
    {
        var header = new byte[40];
        header[0] = 0x60;
        BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(4), (ushort)payload.Length);
        header[6] = protocol;
        (header[8], header[23], header[24], header[39]) = (0xfe, 1, 0xfe, 2);
        return [.. header, .. payload];
    }

    /// <summary>A transport header that begins with ports.</summary>
    internal static byte[] Ports(ushort source, ushort destination, int length)
    {
        var octets = new byte[length];
        BinaryPrimitives.WriteUInt16BigEndian(octets, source);
        BinaryPrimitives.WriteUInt16BigEndian(octets.AsSpan(2), destination);
        if (length >= 20)
            octets[12] = 0x50;
        BinaryPrimitives.WriteUInt16BigEndian(octets.AsSpan(4), (ushort)length);
        return octets;
    }
}
