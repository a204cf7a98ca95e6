using Sensor.Core.Wire;

namespace Sensor.Core.Tunnels;

/// <summary>
/// A PPP frame, RFC 1661 section 2: address and control (FF 03, RFC 1662 section 3.1) may be left out, the protocol may be one octet.
/// <code>
/// +------+------+--------------+----
/// |  FF  |  03  | protocol 1-2 | payload
/// +------+------+--------------+----
/// </code>
/// </summary>
public readonly ref struct PppFrame
{
    private const byte Address = 0xFF, Control = 0x03;

    /// <summary>PPP protocol numbers (IANA) with the EtherType that says the same.</summary>
    private static readonly (ushort Ppp, ushort EtherType)[] Protocols =
    [
        (0x0021, Wire.EtherType.Ipv4),
        (0x0057, Wire.EtherType.Ipv6),
        (0x0281, Wire.EtherType.Mpls),
        (0x0283, Wire.EtherType.MplsUpstream),
    ];

    private PppFrame(int length, ushort protocol)
    {
        Length = length;
        Protocol = protocol;
    }

    /// <summary>Octets before the payload.</summary>
    public int Length { get; }

    /// <summary>PPP protocol number.</summary>
    public ushort Protocol { get; }

    /// <summary>The EtherType of the payload, 0 for control protocols and everything not walked.</summary>
    public ushort EtherType
    {
        get
        {
            foreach (var (ppp, etherType) in Protocols)
            {
                if (ppp == Protocol)
                    return etherType;
            }
            return 0;
        }
    }

    /// <summary>False when the header is cut.</summary>
    public static bool TryRead(ReadOnlySpan<byte> octets, out PppFrame frame)
    {
        frame = default;
        var at = octets.Length >= 2 && octets[0] == Address && octets[1] == Control ? 2 : 0;
        if (octets.Length <= at)
            return false;
        // Only the low octet of a protocol number is odd, so an odd first octet is all there is (RFC 1661 section 2).
        if ((octets[at] & 1) != 0)
        {
            frame = new(at + 1, octets[at]);
            return true;
        }
        if (octets.Length < at + 2)
            return false;
        frame = new(at + 2, octets.U16(at));
        return true;
    }
}
