using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Sensor.Tests.Live;

/// <summary>Sends whole frames out of an interface, as a replaying tool does.</summary>
internal sealed class FrameSender : IDisposable
{
    private const int Packet = 17, Raw = 3, AddressOctets = 20, Packets = 263, BypassQueue = 20;
    private readonly int _socket;

    /// <summary>Of the namespace of the calling thread.</summary>
    internal FrameSender(string name, bool bypassesQueue = false)
    {
        _socket = Socket(Packet, Raw, 0);
        Assert.True(_socket >= 0);
        var address = new byte[AddressOctets];
        BinaryPrimitives.WriteUInt16LittleEndian(address, Packet);
        BinaryPrimitives.WriteInt32LittleEndian(address.AsSpan(4), IndexOf(name));
        Assert.Equal(0, Bind(_socket, address, AddressOctets));
        if (bypassesQueue)
            Assert.Equal(0, SetOption(_socket, Packets, BypassQueue, [1, 0, 0, 0], 4));
    }

    /// <summary>Sends one frame; false when the kernel has no room for it now.</summary>
    internal bool Send(byte[] frame) => Send(_socket, frame, (nuint)frame.Length, 0) == frame.Length;

    public void Dispose() => Assert.Equal(0, Close(_socket));

    private static int IndexOf(string name)
    {
        var index = NameToIndex(name);
        Assert.True(index > 0, $"no interface {name}");
        return index;
    }

    [DllImport("libc", EntryPoint = "socket", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Socket(int family, int type, int protocol);

    [DllImport("libc", EntryPoint = "bind", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Bind(int socket, byte[] address, int length);

    [DllImport("libc", EntryPoint = "send", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern nint Send(int socket, byte[] octets, nuint length, int flags);

    [DllImport("libc", EntryPoint = "setsockopt", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SetOption(int socket, int level, int option, byte[] value, int length);

    [DllImport("libc", EntryPoint = "close")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Close(int socket);

    [DllImport("libc", EntryPoint = "if_nametoindex", CharSet = CharSet.Ansi, BestFitMapping = false, ThrowOnUnmappableChar = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int NameToIndex(string name);
}
