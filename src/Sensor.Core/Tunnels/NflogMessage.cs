using System.Buffers.Binary;
using Sensor.Core.Wire;

namespace Sensor.Core.Tunnels;

/// <summary>
/// A Linux netfilter log message, LINKTYPE_NFLOG: a header and attributes padded to four octets. Attribute numbers are in the byte order
/// of the capturing host, which the first attribute's small type gives away.
/// <code>
/// +------+------+-------------+     +--------+------+---------
/// |family|  0   | resource id |     | length | type | value ...   repeated
/// +------+------+-------------+     +--------+------+---------
/// </code>
/// </summary>
public readonly ref struct NflogMessage
{
    private const int HeaderSize = 4, AttributeSize = 4, HardwareAddressAt = 4, HardwareAddressSize = 12;
    private const int PacketHeaderType = 1, HardwareAddressType = 8, PayloadType = 9, HardwareHeaderType = 16;
    private const byte FamilyIpv4 = 2, FamilyIpv6 = 10;

    private NflogMessage(int payloadAt, int payloadLength, ushort etherType, MacAddress source, MacAddress destination)
    {
        PayloadAt = payloadAt;
        PayloadLength = payloadLength;
        EtherType = etherType;
        Source = source;
        Destination = destination;
    }

    /// <summary>Offset of the packet.</summary>
    public int PayloadAt { get; }

    /// <summary>Octets of the packet in the message.</summary>
    public int PayloadLength { get; }

    /// <summary>EtherType of the packet, 0 when unknown.</summary>
    public ushort EtherType { get; }

    /// <summary>Sender's hardware address, when logged.</summary>
    public MacAddress Source { get; }

    /// <summary>Receiver's hardware address, when the whole Ethernet header was logged.</summary>
    public MacAddress Destination { get; }

    /// <summary>False when no packet is in the message. A packet cut by the capture is returned as far as it goes.</summary>
    public static bool TryRead(ReadOnlySpan<byte> octets, out NflogMessage message)
    {
        message = default;
        if (octets.Length < HeaderSize + AttributeSize)
            return false;
        var bigEndian = BinaryPrimitives.ReadUInt16LittleEndian(octets[(HeaderSize + 2)..]) > 0xFF;
        ushort etherType = octets[0] switch { FamilyIpv4 => Wire.EtherType.Ipv4, FamilyIpv6 => Wire.EtherType.Ipv6, _ => 0 };
        MacAddress source = default, destination = default;
        var at = HeaderSize;
        while (octets.Length - at >= AttributeSize)
        {
            var length = Number(octets[at..], bigEndian);
            var type = Number(octets[(at + 2)..], bigEndian) & 0x7FFF;
            if (length < AttributeSize)
                return false;
            var value = octets[(at + AttributeSize)..Math.Min(octets.Length, at + length)];
            if (type == PayloadType)
            {
                message = new(at + AttributeSize, length - AttributeSize, etherType, source, destination);
                return true;
            }
            if (type == PacketHeaderType && value.Length >= 2 && etherType == 0)
                etherType = value.U16(0);
            if (type == HardwareAddressType && value.Length >= HardwareAddressSize && value.U16(0) == 6)
                source = new(value.U48(HardwareAddressAt));
            if (type == HardwareHeaderType && EthernetFrame.TryRead(value, out var frame))
                (source, destination) = (frame.Source, frame.Destination);
            at += (length + 3) & ~3;
        }
        return false;
    }

    private static int Number(ReadOnlySpan<byte> octets, bool bigEndian) => bigEndian
        ? BinaryPrimitives.ReadUInt16BigEndian(octets)
        : BinaryPrimitives.ReadUInt16LittleEndian(octets);
}
