using System.Buffers.Binary;
using System.Net;

namespace Sensor.Core.Tests.Analyzers;

/// <summary>Puts headers before payloads, from the specifications and not with the views under test.</summary>
internal static class Layers
{
    public const string Sender = "02 00 00 00 00 0a", Receiver = "02 00 00 00 00 0b";

    public static byte[] Hex(string annotated) => AnnotatedHex.Read(annotated);

    public static byte[] Join(params byte[][] parts) => [.. parts.SelectMany(static part => part)];

    public static byte[] Ethernet(int type, byte[] payload, string source = Sender, string destination = Receiver) =>
        Join(Hex(destination), Hex(source), U16(type), payload);

    public static byte[] Tag(int id, int nextType, byte[] payload) => Join(U16(0x6000 | id), U16(nextType), payload);

    public static byte[] Ip4(
        int protocol, byte[] payload, string source = "10.0.0.1", string destination = "10.0.0.2",
        int id = 0x1234, int fragment = 0, string options = "", int? totalLength = null)
    {
        var optionOctets = Hex(options);
        var header = Join(
            [(byte)(0x45 + (optionOctets.Length / 4)), 0], U16(totalLength ?? 20 + optionOctets.Length + payload.Length),
            U16(id), U16(fragment), [64, (byte)protocol, 0, 0],
            IPAddress.Parse(source).GetAddressBytes(), IPAddress.Parse(destination).GetAddressBytes(), optionOctets);
        U16(Checksum(header)).CopyTo(header, 10);
        return Join(header, payload);
    }

    public static byte[] Ip6(
        int next, byte[] payload, string source = "fe80::1", string destination = "ff02::1",
        int hopLimit = 255, int? length = null) => Join(
        Hex("60 00 00 00"), U16(length ?? payload.Length), [(byte)next, (byte)hopLimit],
        IPAddress.Parse(source).GetAddressBytes(), IPAddress.Parse(destination).GetAddressBytes(), payload);

    /// <summary>A UDP datagram without checksum.</summary>
    public static byte[] Udp(int source, int destination, byte[] payload, int? length = null) =>
        Join(U16(source), U16(destination), U16(length ?? 8 + payload.Length), U16(0), payload);

    public static byte[] Tcp(int source, int destination, byte[] payload, string options = "") => Join(
        U16(source), U16(destination), Hex("01 02 03 04  05 06 07 08"),
        [(byte)(0x50 + (Hex(options).Length / 4 << 4)), 0x18], Hex("ff ff  ab cd  00 00"), Hex(options), payload);

    /// <summary>Fills the checksum field at <paramref name="at"/> of a transport header over its pseudo-header.</summary>
    public static byte[] WithChecksum(byte[] segment, int at, int protocol, string source, string destination)
    {
        var pseudo = Join(
            IPAddress.Parse(source).GetAddressBytes(), IPAddress.Parse(destination).GetAddressBytes(),
            U16(0), U16(segment.Length), U16(protocol));
        var filled = segment.ToArray();
        U16(0).CopyTo(filled, at);
        U16(Checksum(Join(pseudo, filled))).CopyTo(filled, at);
        return filled;
    }

    public static byte[] U16(int value)
    {
        var octets = new byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(octets, (ushort)value);
        return octets;
    }

    private static int Checksum(byte[] octets)
    {
        var sum = 0;
        for (var i = 0; i < octets.Length; i++)
            sum += octets[i] << (i % 2 == 0 ? 8 : 0);
        while (sum > 0xFFFF)
            sum = (sum & 0xFFFF) + (sum >> 16);
        return ~sum & 0xFFFF;
    }
}
