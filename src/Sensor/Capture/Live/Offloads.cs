using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace Sensor.Capture.Live;

/// <summary>Asks what a card joins before anybody sees it (ioctl SIOCETHTOOL, linux/ethtool.h).</summary>
[SupportedOSPlatform("linux")]
internal sealed unsafe class Offloads : IDisposable
{
    private const nuint Ethtool = 0x8946;
    private const uint GetGro = 0x2b, GetFlags = 0x25, LroFlag = 1 << 15;
    private const int RequestOctets = 40, PointerAt = 16;
    private readonly string _name;
    private readonly int _socket = LinuxSockets.Socket(LinuxSockets.AfInet, LinuxSockets.SockDgram | LinuxSockets.SockCloseOnExec, 0);

    internal Offloads(string name) => _name = name;

    /// <summary>Generic receive offload: the kernel joins segments of a connection.</summary>
    internal bool JoinsSegments => Ask(GetGro) != 0;

    /// <summary>Large receive offload: the card does.</summary>
    internal bool JoinsInHardware => (Ask(GetFlags) & LroFlag) != 0;

    /// <inheritdoc/>
    public void Dispose() => LinuxSockets.Close(_socket);

    /// <summary>The value, or 0 where the card does not know the question.</summary>
    private uint Ask(uint question)
    {
        // struct ethtool_value: the question, and room for the answer.
        var value = stackalloc uint[2];
        (value[0], value[1]) = (question, 0);
        Span<byte> request = stackalloc byte[RequestOctets];
        if (!LinkProbe.TryName(request, _name))
            return 0;
        MemoryMarshal.Write(request[PointerAt..], (nint)value);
        fixed (byte* octets = request)
            return LinuxSockets.Control(_socket, Ethtool, octets) == 0 ? value[1] : 0;
    }
}
