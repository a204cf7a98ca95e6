using System.Buffers.Binary;
using System.Net.NetworkInformation;
using System.Runtime.InteropServices;
using System.Text;

namespace Sensor.Capture.Live;

/// <summary>
/// Asks how an interface is. By ioctl (netdevice(7)) on Linux, which costs a microsecond and sees the network namespace of the thread that made
/// the probe, wherever /sys is mounted from; elsewhere by the framework.
/// </summary>
internal sealed class LinkProbe : IDisposable
{
    private const nuint GetFlags = 0x8913, GetMtu = 0x8921, GetHardwareAddress = 0x8927, GetIndex = 0x8933;
    private const int NameOctets = 16, RequestOctets = 40, Up = 1, Running = 0x40;
    private readonly int _socket = OperatingSystem.IsLinux()
        ? LinuxSockets.Socket(LinuxSockets.AfInet, LinuxSockets.SockDgram | LinuxSockets.SockCloseOnExec, 0) : -1;

    /// <summary>The interface called <paramref name="name"/>, or null when there is none.</summary>
    internal LinkState? Look(string name) => OperatingSystem.IsLinux() ? Ask(name) : Find(name);

    /// <inheritdoc/>
    public void Dispose()
    {
        if (OperatingSystem.IsLinux() && _socket >= 0)
            LinuxSockets.Close(_socket);
    }

    /// <summary>Fills a request with the name; the kernel writes its answer behind it.</summary>
    internal static bool TryName(Span<byte> request, string name)
    {
        request.Clear();
        return name.Length > 0 && Encoding.UTF8.GetByteCount(name) < NameOctets && Encoding.UTF8.GetBytes(name, request) > 0;
    }

    private LinkState? Ask(string name)
    {
        Span<byte> request = stackalloc byte[RequestOctets];
        var answer = request[NameOctets..];
        if (!TryName(request, name) || !TryControl(GetIndex, request))
            return null;
        var index = MemoryMarshal.Read<int>(answer);
        if (!TryName(request, name) || !TryControl(GetFlags, request))
            return null;
        var flags = MemoryMarshal.Read<ushort>(answer);
        if (!TryName(request, name) || !TryControl(GetHardwareAddress, request))
            return null;
        var type = MemoryMarshal.Read<ushort>(answer);
        var mac = BinaryPrimitives.ReadUInt64BigEndian(answer[2..]) >> 16;
        var mtu = TryName(request, name) && TryControl(GetMtu, request) ? MemoryMarshal.Read<int>(answer) : 0;
        return new LinkState(index, (flags & (Up | Running)) == (Up | Running), type, mac, mtu);
    }

    private unsafe bool TryControl(nuint request, Span<byte> argument)
    {
        if (!OperatingSystem.IsLinux())
            return false;
        fixed (byte* octets = argument)
            return LinuxSockets.Control(_socket, request, octets) == 0;
    }

    private static LinkState? Find(string name)
    {
        var found = Array.Find(NetworkInterface.GetAllNetworkInterfaces(), card => card.Name == name || card.Id == name);
        if (found is null)
            return null;
        var mac = found.GetPhysicalAddress().GetAddressBytes().Aggregate(0UL, static (sum, octet) => (sum << 8) | octet);
        return new LinkState(0, found.OperationalStatus == OperationalStatus.Up, 1, mac, 0);
    }
}
