using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace Sensor.Capture.Live;

/// <summary>Opens the rings of an interface: first the geometry and the filter, then the interface, so that no frame slips past the filter.</summary>
[SupportedOSPlatform("linux")]
internal static unsafe class PacketRingOpener
{
    // A frame that segmentation offload has put together has up to 64 KiB and must fit into a block.
    private const int SmallestBlock = 128 * 1024, LargestBlock = 256 * 1024, ControlBlock = 64 * 1024, BlocksWanted = 64;
    private const uint Protocols = 0x0003, FrameUnit = 2048;
    private const int Version3 = 2, RawHardware = 1 << 6, Promiscuous = 1;
    private const int FanOutHash = 0, FanOutUniqueId = 0x2000;

    /// <summary>Opens the rings of an interface that is up, the second one last. Throws <see cref="LiveCaptureException"/>.</summary>
    internal static List<CaptureRing> Open(LiveInterface owner, LinkState link, LiveOptions options, BpfInstruction[]? filter)
    {
        var rings = new List<CaptureRing>();
        try
        {
            var hasSecond = options.ControlRingOctets > 0;
            var main = hasSecond
                ? RingSplit.Program(isControlRing: false, owner.HasEthernetHeader, options.Snaplen) : RingSplit.Everything(options.Snaplen);
            var each = options.RingOctets / options.FanOut;
            var group = 0;
            for (var i = 0; i < options.FanOut; i++)
            {
                var block = (int)Math.Clamp((long)System.Numerics.BitOperations.RoundUpToPowerOf2((ulong)(each / BlocksWanted)), SmallestBlock, LargestBlock);
                var socket = Add(rings, owner, link, options, new(block, each, RingTiming.RetireMilliseconds, IsControl: false), Join(filter, main));
                if (options.FanOut > 1)
                    group = JoinGroup(socket, group, owner.Name);
                if (i == 0 && options.Promiscuous)
                    Listen(socket, link.Index, owner.Name);
            }
            if (hasSecond)
            {
                var second = RingSplit.Program(isControlRing: true, owner.HasEthernetHeader, options.Snaplen);
                Add(rings, owner, link, options, new(ControlBlock, options.ControlRingOctets, RingTiming.ControlRetireMilliseconds, IsControl: true), Join(filter, second));
            }
            return rings;
        }
        catch (LiveCaptureException)
        {
            rings.ForEach(static ring => ring.Dispose());
            throw;
        }
    }

    private static BpfInstruction[] Join(BpfInstruction[]? filter, BpfInstruction[] program) =>
        filter is null ? program : RingSplit.Both(filter, program);

    private static int Add(
        List<CaptureRing> rings, LiveInterface owner, LinkState link, LiveOptions options, RingGeometry geometry, BpfInstruction[] program)
    {
        var socket = LinuxSockets.Socket(LinuxSockets.AfPacket, LinuxSockets.SockRaw | LinuxSockets.SockCloseOnExec, 0);
        if (socket < 0)
            throw Failed(owner.Name, "cannot open a packet socket", Marshal.GetLastPInvokeError());
        var map = (byte*)null;
        var blocks = (int)Math.Max(geometry.Octets / geometry.BlockSize, 2);
        try
        {
            Prepare(socket, owner, options, geometry.BlockSize, blocks, geometry.RetireMilliseconds, program);
            map = LinuxSockets.MapRing(socket, (nuint)geometry.BlockSize * (nuint)blocks);
            if (map is null)
                throw Failed(owner.Name, $"cannot map a ring of {geometry.Octets} octets", Marshal.GetLastPInvokeError());
            Bind(socket, link.Index, owner.Name);
        }
        catch (LiveCaptureException)
        {
            LinuxSockets.Close(socket);
            throw;
        }
        rings.Add(new PacketRing(owner, socket, map, geometry.BlockSize, blocks) { IsControl = geometry.IsControl });
        return socket;
    }

    private static void Prepare(
        int socket, LiveInterface owner, LiveOptions options, int blockSize, int blocks, int retire, BpfInstruction[] program)
    {
        if (!LinuxSockets.TrySet(socket, LinuxSockets.SolPacket, LinuxSockets.Version, Version3))
            throw Failed(owner.Name, "this kernel has no TPACKET_V3 rings", Marshal.GetLastPInvokeError());
        fixed (BpfInstruction* instructions = program)
        {
            var filter = new LinuxSockets.FilterProgram { Length = (ushort)program.Length, Instructions = instructions };
            if (LinuxSockets.SetOption(socket, LinuxSockets.SolSocket, LinuxSockets.SoAttachFilter, &filter, sizeof(LinuxSockets.FilterProgram)) != 0)
                throw Failed(owner.Name, "the kernel refuses the filter", Marshal.GetLastPInvokeError());
        }
        var request = new LinuxSockets.RingRequest
        {
            BlockSize = (uint)blockSize,
            BlockCount = (uint)blocks,
            FrameSize = FrameUnit,
            FrameCount = (uint)blocks * ((uint)blockSize / FrameUnit),
            RetireMilliseconds = (uint)retire,
        };
        if (LinuxSockets.SetOption(socket, LinuxSockets.SolPacket, LinuxSockets.RxRing, &request, sizeof(LinuxSockets.RingRequest)) != 0)
            throw Failed(owner.Name, $"cannot have a ring of {(long)blockSize * blocks} octets", Marshal.GetLastPInvokeError());
        // Times as near to the wire as there are: taken when the frame enters the kernel, or by the card. Older kernels may refuse either.
        LinuxSockets.TrySet(socket, LinuxSockets.SolSocket, LinuxSockets.SoTimestampNs, 1);
        if (options.HardwareTimestamps && owner.TrustsHardwareClock)
            LinuxSockets.TrySet(socket, LinuxSockets.SolPacket, LinuxSockets.Timestamp, RawHardware);
    }

    private static void Bind(int socket, int index, string name)
    {
        var address = new LinuxSockets.LinkAddress
        {
            Family = LinuxSockets.AfPacket,
            Protocol = System.Buffers.Binary.BinaryPrimitives.ReverseEndianness((ushort)Protocols),
            Index = index,
        };
        if (!BitConverter.IsLittleEndian)
            address.Protocol = (ushort)Protocols;
        if (LinuxSockets.Bind(socket, &address, sizeof(LinuxSockets.LinkAddress)) != 0)
            throw Failed(name, "cannot be captured from", Marshal.GetLastPInvokeError());
    }

    /// <summary>
    /// Frames are spread by the kernel's symmetric hash of the flow. Not with its defragmentation: the rings are merged by time again, so
    /// fragments may lie in different ones, and evidence must be what was on the wire.
    /// </summary>
    private static int JoinGroup(int socket, int group, string name)
    {
        var argument = group == 0 ? (FanOutHash | FanOutUniqueId) << 16 : (FanOutHash << 16) | group;
        if (!LinuxSockets.TrySet(socket, LinuxSockets.SolPacket, LinuxSockets.FanOut, argument))
            throw Failed(name, "cannot spread frames over several rings", Marshal.GetLastPInvokeError());
        int joined = 0, length = sizeof(int);
        LinuxSockets.GetOption(socket, LinuxSockets.SolPacket, LinuxSockets.FanOut, &joined, &length);
        return joined & 0xffff;
    }

    private static void Listen(int socket, int index, string name)
    {
        var membership = new LinuxSockets.Membership { Index = index, Type = Promiscuous };
        if (LinuxSockets.SetOption(socket, LinuxSockets.SolPacket, LinuxSockets.AddMembership, &membership, sizeof(LinuxSockets.Membership)) != 0)
            throw Failed(name, "cannot be made promiscuous", Marshal.GetLastPInvokeError());
    }

    private static LiveCaptureException Failed(string name, string what, int error) => error switch
    {
        LinuxSockets.Eperm or LinuxSockets.Eacces => new(
            $"interface {name}: no permission to capture", "Run as root, or give the program CAP_NET_RAW (setcap cap_net_raw+ep)."),
        LinuxSockets.Enomem => new($"interface {name}: {what}: not enough memory", "Choose a smaller Capture:RingSize."),
        LinuxSockets.Enodev or LinuxSockets.Enoent => new($"interface {name}: there is no such interface", "'sensor devices' lists them."),
        _ => new($"interface {name}: {what}: {Marshal.GetPInvokeErrorMessage(error)}"),
    };

    private readonly record struct RingGeometry(int BlockSize, long Octets, int RetireMilliseconds, bool IsControl);
}
