namespace Sensor.Capture.Live;

/// <summary>
/// The two filters that split an interface's frames between its rings: name services, DHCP, ARP and NDP into the second ring, everything else
/// into the first, so that a flood of the rest cannot starve them. Both are one program whose answers are exchanged, and no load of it can
/// fall outside the frame, so every frame is in exactly one ring. The kernel takes the outermost VLAN tag off before the filter sees the frame;
/// up to two further tags are passed over here. TCP to these ports stays in the first ring (a flood of it must not fill the second), as do
/// fragments after the first and NDP behind extension headers.
/// </summary>
internal static class RingSplit
{
    private const uint Vlan = 0x8100, ServiceVlan = 0x88a8, OldServiceVlan = 0x9100, Arp = 0x0806, Ipv4 = 0x0800, Ipv6 = 0x86dd;
    private const uint Udp = 17, Icmpv6 = 58, FirstNdp = 133, LastNdp = 137;
    private const string Control = "control", Other = "other", Dispatch = "dispatch", FromV4 = "ipv4", FromV6 = "ipv6", Ports = "ports";

    // DNS, DHCP (two), NBNS, DHCPv6 (two), mDNS, LLMNR.
    private static readonly uint[] WatchedPorts = [53, 67, 68, 137, 546, 547, 5353, 5355];

    /// <summary>The filter of the second ring, or its exact opposite; what passes is kept up to <paramref name="snaplen"/> octets.</summary>
    internal static BpfInstruction[] Program(bool isControlRing, bool hasEthernetHeader, int snaplen)
    {
        var code = new BpfAssembler();
        if (hasEthernetHeader)
            WalkTags(code);
        else
            ChooseVersion(code);
        Network(code);
        Transport(code);
        return code
            .Label(Control).Keep(isControlRing ? (uint)snaplen : 0)
            .Label(Other).Keep(isControlRing ? 0 : (uint)snaplen)
            .Build();
    }

    /// <summary>A filter that keeps everything up to <paramref name="snaplen"/> octets.</summary>
    internal static BpfInstruction[] Everything(int snaplen) => new BpfAssembler().Keep((uint)snaplen).Build();

    /// <summary>What passes <paramref name="first"/> is judged by <paramref name="second"/>; the rest is dropped.</summary>
    internal static BpfInstruction[] Both(BpfInstruction[] first, BpfInstruction[] second)
    {
        var joined = new BpfInstruction[first.Length + second.Length];
        for (var i = 0; i < first.Length; i++)
        {
            // A program of libpcap says yes with a number of octets, and no with 0.
            joined[i] = first[i].Code == BpfInstruction.Return && first[i].Value != 0
                ? new BpfInstruction(BpfInstruction.Jump, 0, 0, (uint)(first.Length - i - 1))
                : first[i];
        }
        second.CopyTo(joined, first.Length);
        return joined;
    }

    /// <summary>Leaves the EtherType in A and the offset of the network header in X.</summary>
    private static void WalkTags(BpfAssembler code)
    {
        for (var tag = 0u; tag <= 2; tag++)
        {
            if (tag > 0)
                code.Label($"tag{tag}");
            code.FrameLength().UnlessAtLeast(14 + 4 * tag, Other).Half(12 + 4 * tag).X(14 + 4 * tag);
            if (tag < 2)
                code.If(Vlan, $"tag{tag + 1}").If(ServiceVlan, $"tag{tag + 1}").If(OldServiceVlan, $"tag{tag + 1}").GoTo(Dispatch);
        }
        code.Label(Dispatch).If(Arp, Control).If(Ipv4, FromV4).If(Ipv6, FromV6).GoTo(Other);
    }

    private static void ChooseVersion(BpfAssembler code) =>
        code.FrameLength().UnlessAtLeast(1, Other).X(0).OctetAtX(0).Masked(0xf0).If(0x40, FromV4).If(0x60, FromV6).GoTo(Other);

    /// <summary>Leaves the offset of the UDP header in X.</summary>
    private static void Network(BpfAssembler code)
    {
        code.Label(FromV4).FrameLength().LessX().UnlessAtLeast(20, Other)
            .OctetAtX(9).Unless(Udp, Other)
            .HalfAtX(6).IfAnySet(0x1fff, Other)
            .OctetAtX(0).Masked(0x0f).ShiftedLeft(2).AddedX().XFromA().GoTo(Ports);
        code.Label(FromV6).FrameLength().LessX().UnlessAtLeast(44, Other)
            .OctetAtX(6).If(Udp, "udp6").Unless(Icmpv6, Other)
            .OctetAtX(40).UnlessAtLeast(FirstNdp, Other).IfGreater(LastNdp, Other).GoTo(Control);
        code.Label("udp6").AFromX().Added(40).XFromA();
    }

    private static void Transport(BpfAssembler code)
    {
        code.Label(Ports).FrameLength().UnlessAtLeastX(Other).LessX().UnlessAtLeast(4, Other);
        foreach (var offset in (uint[])[0, 2])
        {
            code.HalfAtX(offset);
            foreach (var port in WatchedPorts)
                code.If(port, Control);
        }
        code.GoTo(Other);
    }
}
