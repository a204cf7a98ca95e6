using System.Runtime.InteropServices;
using SharpPcap;
using SharpPcap.LibPcap;

namespace Sensor.Capture.Live;

/// <summary>Chooses and opens the rings of an interface.</summary>
internal static class LiveRings
{
    /// <summary>Whether the options' interfaces are read by packet sockets.</summary>
    internal static bool UsesPacketSockets(LiveSourceKind source) =>
        source == LiveSourceKind.AfPacket || (source == LiveSourceKind.Auto && OperatingSystem.IsLinux());

    /// <summary>Opens the rings of an interface that is up. Throws <see cref="LiveCaptureException"/>.</summary>
    internal static List<CaptureRing> Open(LiveInterface owner, LinkState link, LiveOptions options)
    {
        if (!OperatingSystem.IsLinux())
        {
            if (options.Source == LiveSourceKind.AfPacket)
                throw new LiveCaptureException("Capture:Source: af_packet is for Linux alone", "Set it to auto or pcap.");
            return [OpenPcap(owner, options)];
        }
        var linkType = LinkLayers.Of(link.HardwareType);
        if (options.Source == LiveSourceKind.Pcap || (options.Source == LiveSourceKind.Auto && linkType is null))
            return [OpenPcap(owner, options)];
        owner.SetLinkType(linkType
            ?? throw new LiveCaptureException($"interface {owner.Name}: link type {link.HardwareType} is not known to af_packet", "Set Capture:Source to pcap."));
        var filter = options.Filter is { } expression ? Compile(owner.Name, expression) : null;
        return PacketRingOpener.Open(owner, link, options, filter);
    }

    /// <summary>
    /// Compiles as tcpdump -i does: against the interface, because the kernel keeps VLAN tags beside the frame and `vlan` must look there.
    /// </summary>
    private static unsafe BpfInstruction[] Compile(string name, string expression)
    {
        try
        {
            using var device = Find(name);
            device.Open(new DeviceConfiguration { Mode = DeviceModes.None, ReadTimeout = 10, BufferSize = 256 * 1024 });
            using var program = BpfProgram.Create(device.Handle, expression);
            // struct bpf_program: the number of instructions, and where they are.
            var at = program.DangerousGetHandle();
            var instructions = Marshal.ReadIntPtr(at, IntPtr.Size);
            return new ReadOnlySpan<BpfInstruction>((void*)instructions, Marshal.ReadInt32(at)).ToArray();
        }
        catch (Exception e) when (e is PcapException or DllNotFoundException or TypeInitializationException or EntryPointNotFoundException)
        {
            throw Failed(name, e, $"filter '{expression}': ");
        }
    }

    private static PcapRing OpenPcap(LiveInterface owner, LiveOptions options)
    {
        try
        {
            var device = Find(owner.Name);
            try
            {
                device.Open(new DeviceConfiguration
                {
                    Mode = options.Promiscuous ? DeviceModes.Promiscuous : DeviceModes.None,
                    ReadTimeout = 10,
                    // KernelBufferSize is Npcap's alone and throws elsewhere.
                    BufferSize = (int)Math.Min(options.RingOctets, int.MaxValue),
                    // Without Immediate frames are held back until a buffer is full. Not so on Linux, where the time above ends that, and where
                    // Immediate would give each frame a slot of snaplen octets: a burst of some hundred frames would overflow any ring.
                    Immediate = !OperatingSystem.IsLinux(),
                    Snaplen = options.Snaplen,
                    TimestampResolution = TimestampResolution.Nanosecond,
                });
                if (options.Filter is { } expression)
                    device.Filter = expression;
                owner.SetLinkType(LinkLayers.OfPcap((int)device.LinkType));
                return new PcapRing(owner, device, options.RingOctets);
            }
            catch (PcapException)
            {
                device.Dispose();
                throw;
            }
        }
        catch (Exception e) when (e is PcapException or DllNotFoundException or TypeInitializationException or EntryPointNotFoundException)
        {
            throw Failed(owner.Name, e, "");
        }
    }

    private static LibPcapLiveDevice Find(string name)
    {
        LibPcapLiveDevice? found = null;
        foreach (var device in LibPcapLiveDeviceList.New())
        {
            if (found is null && (device.Name == name || device.Interface?.FriendlyName == name))
                found = device;
            else
                device.Dispose();
        }
        return found ?? throw new LiveCaptureException($"interface {name}: libpcap does not list it", "'sensor devices' lists the interfaces.");
    }

    private static LiveCaptureException Failed(string name, Exception failure, string what) => failure is PcapException
        ? new($"interface {name}: {what}{failure.Message.ReplaceLineEndings(" ")}")
        : new($"interface {name}: {what}libpcap is not installed", "Debian: apt install libpcap0.8");
}
