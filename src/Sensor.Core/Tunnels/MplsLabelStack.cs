using Sensor.Core.Wire;

namespace Sensor.Core.Tunnels;

/// <summary>What an MPLS label stack carries. Labels do not say; the first nibble does (RFC 4928 section 3).</summary>
public enum MplsPayload : byte
{
    /// <summary>Unknown, or a control channel (RFC 5085).</summary>
    Other,

    /// <summary>An IPv4 packet.</summary>
    Ipv4,

    /// <summary>An IPv6 packet.</summary>
    Ipv6,

    /// <summary>An Ethernet frame: a pseudo-wire, RFC 4448.</summary>
    Ethernet,
}

/// <summary>
/// An MPLS label stack, RFC 3032 section 2.1, and the pseudo-wire control word (RFC 4385) behind it.
/// <code>
/// +--------------------+---+-+--------+
/// |       label        |TC |S|  TTL   |   repeated until S is set
/// +--------------------+---+-+--------+
/// </code>
/// </summary>
public readonly ref struct MplsLabelStack
{
    /// <summary>More labels than any network pushes; what is deeper is not walked.</summary>
    private const int MaxLabels = 16;

    private const int LabelSize = 4, BottomAt = 2, ControlWordSize = 4, TypeAt = 12;

    private MplsLabelStack(int length, MplsPayload payload)
    {
        Length = length;
        Payload = payload;
    }

    /// <summary>Octets of the labels, and of the control word when there is one.</summary>
    public int Length { get; }

    /// <summary>What follows.</summary>
    public MplsPayload Payload { get; }

    /// <summary>False when the bottom of the stack is cut or too deep.</summary>
    public static bool TryRead(ReadOnlySpan<byte> octets, out MplsLabelStack stack)
    {
        stack = default;
        for (var labels = 1; labels <= MaxLabels && octets.Length >= labels * LabelSize; labels++)
        {
            var at = (labels - 1) * LabelSize;
            if ((octets[at + BottomAt] & 1) == 0)
                continue;
            stack = Classify(octets, at + LabelSize);
            return true;
        }
        return false;
    }

    private static MplsLabelStack Classify(ReadOnlySpan<byte> octets, int at)
    {
        var inside = octets[at..];
        if (inside.IsEmpty)
            return new(at, MplsPayload.Other);
        if (Ipv4Packet.TryRead(inside, out _))
            return new(at, MplsPayload.Ipv4);
        if (Ipv6Packet.TryRead(inside, out _) && !HoldsEthernet(inside))
            return new(at, MplsPayload.Ipv6);
        // A frame to a hardware address that begins with 0 looks like a control word: the type behind the addresses decides.
        if (inside[0] >> 4 == 0 && inside.Length > ControlWordSize && HoldsEthernet(inside[ControlWordSize..]))
            return new(at + ControlWordSize, MplsPayload.Ethernet);
        return new(at, HoldsEthernet(inside) ? MplsPayload.Ethernet : MplsPayload.Other);
    }

    private static bool HoldsEthernet(ReadOnlySpan<byte> octets)
    {
        if (octets.Length < EthernetFrame.HeaderSize)
            return false;
        var type = octets.U16(TypeAt);
        return EtherType.IsWalked(type) || (type is > 0 and <= EtherType.MaxLength && octets.Length - EthernetFrame.HeaderSize >= type);
    }
}
