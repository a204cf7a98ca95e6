using Sensor.Core.Wire;

namespace Sensor.Core.Tunnels;

/// <summary>
/// An IEEE 802.11 data frame, section 9.3.2 of IEEE 802.11-2020.
/// <code>
/// +----+----+--------+---------+---------+---------+-----+-----------+-----+----+
/// | fc | fl |duration|address 1|address 2|address 3| seq | address 4 | QoS | HT |
/// |  1 |  1 |   2    |    6    |    6    |    6    |  2  | 6, if TF  |2 if |4 if|
/// +----+----+--------+---------+---------+---------+-----+-----------+-----+----+
/// </code>
/// To DS and From DS say which address is whose (table 9-30).
/// </summary>
public readonly ref struct WirelessFrame
{
    private const int FlagsAt = 1, Address1At = 4, Address2At = 10, Address3At = 16, SequenceAt = 22, Address4At = 24, FixedSize = 24;
    private const int ToDs = 0x01, FromDs = 0x02, Protected = 0x40, Order = 0x80;
    private const int TypeMask = 0x0F, DataType = 0x08, QosSubtype = 0x80, NullSubtype = 0x40;
    private const int AggregateFlag = 0x80, SubframeHeaderSize = 14;

    private WirelessFrame(int length, MacAddress source, MacAddress destination)
    {
        Length = length;
        Source = source;
        Destination = destination;
    }

    /// <summary>Octets before the LLC header.</summary>
    public int Length { get; }

    /// <summary>Sender, as an Ethernet header would have it.</summary>
    public MacAddress Source { get; }

    /// <summary>Receiver, as an Ethernet header would have it.</summary>
    public MacAddress Destination { get; }

    /// <summary>
    /// False for everything but a data frame in clear that holds the beginning of its LLC header: management and control frames, null
    /// data, encrypted bodies and later fragments. Of an aggregate (A-MSDU) the first subframe is read: one frame makes one packet.
    /// </summary>
    public static bool TryRead(ReadOnlySpan<byte> octets, bool isPadded, out WirelessFrame frame)
    {
        frame = default;
        if (octets.Length < FixedSize || (octets[0] & TypeMask) != DataType || (octets[0] & NullSubtype) != 0)
            return false;
        var flags = octets[FlagsAt];
        if ((flags & Protected) != 0 || (octets[SequenceAt] & 0x0F) != 0)
            return false;
        var isRelayed = (flags & (ToDs | FromDs)) == (ToDs | FromDs);
        var isQos = (octets[0] & QosSubtype) != 0;
        var qosAt = FixedSize + (isRelayed ? 6 : 0);
        var length = qosAt + (isQos ? 2 : 0) + (isQos && (flags & Order) != 0 ? 4 : 0);
        // Some cards pad the header to four octets (radiotap flag 0x20).
        if (isPadded)
            length = (length + 3) & ~3;
        if (octets.Length < length)
            return false;
        if (isQos && (octets[qosAt] & AggregateFlag) != 0)
            return TryReadSubframe(octets, length, out frame);
        frame = new(length, new(octets.U48(SourceAt(flags))), new(octets.U48((flags & ToDs) != 0 ? Address3At : Address1At)));
        return true;
    }

    private static int SourceAt(int flags) => (flags & (ToDs | FromDs)) switch
    {
        FromDs => Address3At,
        ToDs | FromDs => Address4At,
        _ => Address2At,
    };

    /// <summary>An A-MSDU subframe begins with destination, source and length, section 9.3.2.2.2.</summary>
    private static bool TryReadSubframe(ReadOnlySpan<byte> octets, int at, out WirelessFrame frame)
    {
        frame = default;
        if (octets.Length - at < SubframeHeaderSize)
            return false;
        frame = new(at + SubframeHeaderSize, new(octets.U48(at + 6)), new(octets.U48(at)));
        return true;
    }
}
