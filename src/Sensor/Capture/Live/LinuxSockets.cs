using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace Sensor.Capture.Live;

/// <summary>The system calls of packet sockets (packet(7), netdevice(7)); each sets the thread's last error when it returns -1.</summary>
[SupportedOSPlatform("linux")]
internal static partial class LinuxSockets
{
    internal const int AfInet = 2, AfPacket = 17, SockDgram = 2, SockRaw = 3, SockCloseOnExec = 0x80000;
    internal const int SolSocket = 1, SoError = 4, SoAttachFilter = 26, SoTimestampNs = 35;
    internal const int SolPacket = 263, AddMembership = 1, RxRing = 5, Statistics = 6, Version = 10, Timestamp = 17, FanOut = 18;
    internal const int Eperm = 1, Enoent = 2, Enomem = 12, Eacces = 13, Enodev = 19;
    internal const short PollIn = 1, PollErr = 8;
    private const int ProtectRead = 1, ProtectWrite = 2, MapShared = 1;

    /// <summary>What poll(2) watches.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct PollDescriptor
    {
        public int Descriptor;
        public short Events, Returned;
    }

    /// <summary>sockaddr_ll: an interface as the address of a packet socket.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct LinkAddress
    {
        public ushort Family, Protocol;
        public int Index;
        public ushort HardwareType;
        public byte PacketType, AddressLength;
        public ulong Address;
    }

    /// <summary>tpacket_req3: the geometry of a ring.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct RingRequest
    {
        public uint BlockSize, BlockCount, FrameSize, FrameCount, RetireMilliseconds, PrivateOctets, Features;
    }

    /// <summary>tpacket_stats_v3: frames since the last time it was asked; <see cref="Packets"/> includes <see cref="Drops"/>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct RingStatistics
    {
        public uint Packets, Drops, Freezes;
    }

    /// <summary>packet_mreq: what an interface shall receive.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct Membership
    {
        public int Index;
        public ushort Type, AddressLength;
        public ulong Address;
    }

    /// <summary>sock_fprog.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal unsafe struct FilterProgram
    {
        public ushort Length;
        public BpfInstruction* Instructions;
    }

    [LibraryImport("libc", EntryPoint = "socket", SetLastError = true)]
    internal static partial int Socket(int family, int type, int protocol);

    [LibraryImport("libc", EntryPoint = "close")]
    internal static partial void Close(int descriptor);

    [LibraryImport("libc", EntryPoint = "bind", SetLastError = true)]
    internal static unsafe partial int Bind(int descriptor, LinkAddress* address, int length);

    [LibraryImport("libc", EntryPoint = "setsockopt", SetLastError = true)]
    internal static unsafe partial int SetOption(int descriptor, int level, int option, void* value, int length);

    [LibraryImport("libc", EntryPoint = "getsockopt", SetLastError = true)]
    internal static unsafe partial int GetOption(int descriptor, int level, int option, void* value, int* length);

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    internal static unsafe partial int Control(int descriptor, nuint request, void* argument);

    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    internal static unsafe partial int Poll(PollDescriptor* descriptors, nuint count, int milliseconds);

    [LibraryImport("libc", EntryPoint = "mmap", SetLastError = true)]
    private static unsafe partial byte* Map(void* address, nuint length, int protection, int flags, int descriptor, nint offset);

    [LibraryImport("libc", EntryPoint = "munmap")]
    internal static unsafe partial void Unmap(byte* address, nuint length);

    /// <summary>Maps the ring of a socket, or returns null.</summary>
    internal static unsafe byte* MapRing(int descriptor, nuint length)
    {
        var at = Map(null, length, ProtectRead | ProtectWrite, MapShared, descriptor, 0);
        return (nint)at == -1 ? null : at;
    }

    /// <summary>Sets an option that is an int; false when the kernel does not take it.</summary>
    internal static unsafe bool TrySet(int descriptor, int level, int option, int value) =>
        SetOption(descriptor, level, option, &value, sizeof(int)) == 0;

    /// <summary>Takes the pending error off the socket, so that poll(2) no longer returns for it.</summary>
    internal static unsafe int TakeError(int descriptor)
    {
        int error = 0, length = sizeof(int);
        return GetOption(descriptor, SolSocket, SoError, &error, &length) == 0 ? error : 0;
    }
}
