using System.Runtime.InteropServices;
using CsCheck;
using Sensor.Capture.Live;

namespace Sensor.Tests.Live;

/// <summary>The filters of both rings, run by libpcap's own machine (bpf_filter).</summary>
public sealed class RingSplitTests
{
    private static readonly BpfInstruction[] Main = RingSplit.Program(isControlRing: false, hasEthernetHeader: true, 262_144);
    private static readonly BpfInstruction[] Control = RingSplit.Program(isControlRing: true, hasEthernetHeader: true, 262_144);
    private static readonly BpfInstruction[] RawMain = RingSplit.Program(isControlRing: false, hasEthernetHeader: false, 262_144);
    private static readonly BpfInstruction[] RawControl = RingSplit.Program(isControlRing: true, hasEthernetHeader: false, 262_144);

    public static TheoryData<string, bool> Samples()
    {
        var data = new TheoryData<string, bool>();
        foreach (var port in (ushort[])[53, 67, 68, 137, 546, 547, 5353, 5355])
        {
            Add(Ethernet.Udp(port, 40000, 30), true);
            Add(Ethernet.Udp(40000, port, 30), true);
            Add(Ethernet.Udp(40000, port, 30, 0x81000014), true);
            Add(Ethernet.Udp(40000, port, 30, 0x88a80014, 0x81000007), true);
            Add(Ethernet.Frame([], 0x86dd, Ethernet.Ipv6(17, Ethernet.Ports(40000, port, 20))), true);
            Add(Ethernet.Tcp(40000, port, 30), false);
        }
        Add(Ethernet.Frame([], 0x0806, new byte[28]), true);
        Add(Ethernet.Frame([0x81000fff], 0x0806, new byte[28]), true);
        foreach (var (type, isControl) in ((byte, bool)[])[(132, false), (133, true), (134, true), (135, true), (136, true), (137, true), (138, false), (128, false)])
            Add(Ethernet.Frame([], 0x86dd, Ethernet.Ipv6(58, [type, 0, 0, 0, 0, 0, 0, 0])), isControl);
        Add(Ethernet.Udp(40000, 443, 30), false);
        Add(Ethernet.Frame([], 0x0800, Ethernet.Ipv4(17, Ethernet.Ports(53, 53, 30), fragment: 100)), false);
        Add(Ethernet.Frame([], 0x0800, Ethernet.Ipv4(17, Ethernet.Ports(53, 53, 30), fragment: 0x2000)), true);
        Add(Ethernet.Frame([1, 2, 3], 0x88cc, new byte[40]), false);
        Add(Ethernet.Frame([], 0x8100, []), false);
        return data;

        void Add(byte[] frame, bool isControl) => data.Add(Convert.ToHexString(frame), isControl);
    }

    [Theory]
    [MemberData(nameof(Samples))]
    public void Name_services_leases_and_neighbours_have_a_ring_of_their_own(string frame, bool isControl) =>
        Assert.Equal((isControl, !isControl), (Passes(Control, Convert.FromHexString(frame)), Passes(Main, Convert.FromHexString(frame))));

    [Fact]
    public void Every_prefix_and_every_changed_octet_of_every_sample_is_in_exactly_one_ring()
    {
        foreach (var (hex, _) in Samples().Select(row => (row.Data.Item1, row.Data.Item2)))
        {
            var frame = Convert.FromHexString(hex);
            for (var length = 0; length <= frame.Length; length++)
                AssertOne(frame[..length]);
            for (var i = 0; i < Math.Min(frame.Length, 64); i++)
            {
                foreach (var mask in (byte[])[0x01, 0x0f, 0x40, 0xff])
                {
                    var changed = (byte[])frame.Clone();
                    changed[i] ^= mask;
                    AssertOne(changed);
                    AssertOne(changed[..(i + 1)]);
                }
            }
        }
    }

    [Fact]
    public void Any_octets_are_in_exactly_one_ring() => Gen.Byte.Array[0, 120].Sample(AssertOne);

    [Fact]
    public void An_operator_s_filter_comes_first()
    {
        // libpcap's "udp" for Ethernet, written by hand: EtherType IPv4, protocol 17.
        BpfInstruction[] udp = [new(0x28, 0, 0, 12), new(0x15, 0, 3, 0x0800), new(0x30, 0, 0, 23), new(0x15, 0, 1, 17), new(6, 0, 0, 262_144), new(6, 0, 0, 0)];
        var both = RingSplit.Both(udp, Control);
        Assert.True(Passes(both, Ethernet.Udp(1, 53, 20)));
        Assert.False(Passes(both, Ethernet.Udp(1, 54, 20)));
        Assert.False(Passes(both, Ethernet.Frame([], 0x0806, new byte[28])));
        Assert.True(Passes(RingSplit.Both(udp, Main), Ethernet.Udp(1, 54, 20)));
    }

    private static void AssertOne(byte[] frame)
    {
        Assert.True(Passes(Main, frame) != Passes(Control, frame), Convert.ToHexString(frame));
        Assert.True(Passes(RawMain, frame) != Passes(RawControl, frame), Convert.ToHexString(frame));
    }

    private static bool Passes(BpfInstruction[] program, byte[] frame) => Run(program, frame, (uint)frame.Length, (uint)frame.Length) != 0;

    [DllImport("libpcap.so.0.8", EntryPoint = "bpf_filter")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern uint Run([In] BpfInstruction[] program, byte[] frame, uint wireLength, uint capturedLength);
}
