using Sensor.Core.Wire;

namespace Sensor.Core.Tunnels;

/// <summary>
/// IPv6 in UDP with Teredo's indications before it, RFC 4380 section 5.1.1: first authentication, then origin, both optional.
/// <code>
/// +----+----+------+------+-----------+---------------+-----+----------+
/// | 00 | 01 | idlen| aulen| client id | authentication|nonce|confirm   |
/// |    |    |   1  |   1  |   idlen   |     aulen     |  8  |   1      |
/// +----+----+------+------+-----------+---------------+-----+----------+
/// | 00 | 00 | port 2 | address 4 |
/// +----+----+--------+-----------+
/// | IPv6 packet
/// </code>
/// </summary>
public readonly ref struct TeredoDatagram
{
    /// <summary>The servers' UDP port.</summary>
    public const ushort Port = 3544;

    private const int AuthenticationIndication = 0x0001, OriginIndication = 0x0000;
    private const int AuthenticationFixedSize = 4 + 8 + 1, OriginSize = 8;

    private TeredoDatagram(int length) => Length = length;

    /// <summary>Octets before the IPv6 packet.</summary>
    public int Length { get; }

    /// <summary>
    /// False when no IPv6 packet of fitting length (<paramref name="wireLength"/> is that of the datagram's data) follows the indications.
    /// </summary>
    public static bool TryRead(ReadOnlySpan<byte> octets, int wireLength, out TeredoDatagram datagram)
    {
        datagram = default;
        var at = 0;
        if (octets.Length >= AuthenticationFixedSize && octets.U16(0) == AuthenticationIndication)
            at = AuthenticationFixedSize + octets[2] + octets[3];
        if (octets.Length - at >= OriginSize && octets.U16(at) == OriginIndication)
            at += OriginSize;
        if (octets.Length < at || !Ipv6Packet.TryRead(octets[at..], out var packet))
            return false;
        if (at + Ipv6Packet.HeaderSize + packet.PayloadLength > wireLength)
            return false;
        datagram = new(at);
        return true;
    }
}
