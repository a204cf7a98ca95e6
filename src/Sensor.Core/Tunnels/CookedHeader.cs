using Sensor.Core.Wire;

namespace Sensor.Core.Tunnels;

/// <summary>
/// The header Linux puts before packets captured on "any": LINKTYPE_LINUX_SLL and LINKTYPE_LINUX_SLL2.
/// <code>
/// SLL   +-------+-------+-------+---------------+-------+
///       |pkttype| arphrd| halen |  address, 8   | proto |
///       +-------+-------+-------+---------------+-------+
/// SLL2  +-------+-------+-----------+-------+--+--+---------------+
///       | proto |   0   | interface | arphrd|ty|ha|  address, 8   |
///       +-------+-------+-----------+-------+--+--+---------------+
/// </code>
/// </summary>
public readonly ref struct CookedHeader
{
    private const int Size1 = 16, HardwareType1At = 2, AddressLength1At = 4, Address1At = 6, Protocol1At = 14;
    private const int Size2 = 20, HardwareType2At = 8, AddressLength2At = 11, Address2At = 12;

    /// <summary>ARPHRD_IPGRE, ARPHRD_NETLINK and the 802.11 types: the protocol field means something else.</summary>
    private const ushort GreHardware = 778, NetlinkHardware = 824, WirelessHardware = 801, RadiotapHardware = 803;

    private const ushort LlcProtocol = 0x0004;

    private CookedHeader(int length, MacAddress source, ushort protocol, ushort hardwareType)
    {
        Length = length;
        Source = source;
        Protocol = protocol;
        HasEtherType = hardwareType is not (NetlinkHardware or WirelessHardware or RadiotapHardware or GreHardware);
    }

    /// <summary>Octets of the header.</summary>
    public int Length { get; }

    /// <summary>Sender's hardware address; none when the interface has another kind.</summary>
    public MacAddress Source { get; }

    /// <summary>EtherType, or a Linux number of a frame without one.</summary>
    public ushort Protocol { get; }

    /// <summary>Whether <see cref="Protocol"/> is an EtherType or Linux number at all.</summary>
    public bool HasEtherType { get; }

    /// <summary>Whether an LLC header follows.</summary>
    public bool HasLlc => Protocol == LlcProtocol;

    /// <summary>Reads version 1. False when the header is cut.</summary>
    public static bool TryRead(ReadOnlySpan<byte> octets, out CookedHeader header)
    {
        header = default;
        if (octets.Length < Size1)
            return false;
        var source = AddressOf(octets, octets.U16(AddressLength1At), Address1At);
        header = new(Size1, source, octets.U16(Protocol1At), octets.U16(HardwareType1At));
        return true;
    }

    /// <summary>Reads version 2. False when the header is cut.</summary>
    public static bool TryRead2(ReadOnlySpan<byte> octets, out CookedHeader header)
    {
        header = default;
        if (octets.Length < Size2)
            return false;
        var source = AddressOf(octets, octets[AddressLength2At], Address2At);
        header = new(Size2, source, octets.U16(0), octets.U16(HardwareType2At));
        return true;
    }

    private static MacAddress AddressOf(ReadOnlySpan<byte> octets, int length, int at) =>
        length == 6 ? new(octets.U48(at)) : MacAddress.None;
}
