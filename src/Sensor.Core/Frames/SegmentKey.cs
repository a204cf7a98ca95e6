namespace Sensor.Core.Frames;

/// <summary>Which overlay carried a segment.</summary>
public enum OverlayKind : byte
{
    /// <summary>None: seen on the wire itself.</summary>
    None,

    /// <summary>VXLAN, RFC 7348.</summary>
    Vxlan,

    /// <summary>GENEVE, RFC 8926.</summary>
    Geneve,

    /// <summary>GRE with Ethernet or IP inside, RFC 2784/2890.</summary>
    Gre,

    /// <summary>ERSPAN mirror.</summary>
    Erspan,

    /// <summary>IP-in-IP, 6in4, Teredo.</summary>
    IpTunnel,
}

/// <summary>
/// A stack of up to three VLAN ids (outermost first, the innermost three when deeper) and the innermost overlay with its 24-bit id.
/// Outer tunnel addresses are left out: they differ by direction.
/// </summary>
public readonly record struct SegmentKey(ushort Vlan1, ushort Vlan2, ushort Vlan3, OverlayKind Overlay, uint OverlayId)
{
    /// <summary>Whether this is the untagged wire.</summary>
    public bool IsDefault => this == default;

    /// <summary>The innermost VLAN id, the customer's; 0 when untagged.</summary>
    public ushort InnermostVlan => Vlan3 != 0 ? Vlan3 : Vlan2 != 0 ? Vlan2 : Vlan1;

    /// <summary>All of it in 64 bits: 3 × 12 bits of VLAN, 4 of kind, 24 of id (GRE keys are folded to 24 bits).</summary>
    public ulong Packed =>
        ((ulong)(Vlan1 & 0xFFF) << 52) | ((ulong)(Vlan2 & 0xFFF) << 40) | ((ulong)(Vlan3 & 0xFFF) << 28)
        | ((ulong)Overlay << 24) | ((OverlayId ^ (OverlayId >> 24)) & 0xFFFFFF);
}
