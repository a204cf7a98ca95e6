using Sensor.Core.Wire;

namespace Sensor.Core.Tunnels;

/// <summary>
/// An ERSPAN header behind GRE, draft-foschiano-erspan-03. Type I has none; type II (version 1) has 8 octets, type III (version 2) 12,
/// and 8 more with the O flag.
/// <code>
/// +---+------------+---+-+-+----------+
/// |ver|    VLAN    |COS| flags| session|   both
/// +---+------------+---+-+-+----------+
/// | reserved       |      index       |   type II
/// +----------------+------------------+
/// |            timestamp              |   type III
/// |   SGT          |P| FT |  HW |D|G|O|   type III
/// |   platform specific, if O         |   type III
/// </code>
/// </summary>
public readonly ref struct ErspanHeader
{
    private const int VlanMask = 0xFFF, FrameTypeAt = 10, OptionalAt = 11;
    private const int Size2 = 8, Size3 = 12, OptionalSize = 8;
    private readonly ReadOnlySpan<byte> _octets;

    private ErspanHeader(ReadOnlySpan<byte> octets, int length)
    {
        _octets = octets;
        Length = length;
    }

    /// <summary>Octets of the header: 0 for type I.</summary>
    public int Length { get; }

    /// <summary>The VLAN the mirrored frame was seen in, 0 when unknown.</summary>
    public ushort Vlan => Length == 0 ? (ushort)0 : (ushort)(_octets.U16(0) & VlanMask);

    /// <summary>Whether an IP packet without Ethernet header is inside (type III, frame type 2).</summary>
    public bool HasIpInside => Length >= Size3 && ((_octets[FrameTypeAt] >> 2) & 0x1F) == 2;

    /// <summary>False when the header is cut or of an unknown version.</summary>
    public static bool TryRead(in GreHeader gre, ReadOnlySpan<byte> octets, out ErspanHeader header)
    {
        header = default;
        if (gre.Protocol == EtherType.Erspan && !gre.HasSequence)
            return true;
        if (octets.Length < Size2)
            return false;
        var version = octets[0] >> 4;
        if (version is not (1 or 2) || (version == 2 && octets.Length < Size3))
            return false;
        var length = version == 1 ? Size2 : Size3 + ((octets[OptionalAt] & 1) * OptionalSize);
        if (octets.Length < length)
            return false;
        header = new(octets, length);
        return true;
    }
}
