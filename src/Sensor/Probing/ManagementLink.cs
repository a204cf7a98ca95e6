using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Sensor.Probing;

/// <summary>
/// Connections that leave by the management interface and by no other, within the rate: what a connection sent is read off the kernel when it is over,
/// and what follows waits for it.
/// </summary>
internal sealed class ManagementLink(ProbeInterface from, ProbeRate rate)
{
    /// <summary>Packets of the usual small exchange: SYN, ACK, request, ACKs of the answer, FIN, last ACK.</summary>
    public const int UsualPackets = 8;

    // include/uapi/linux/tcp.h: struct tcp_info, tcpi_segs_out.
    private const int SolSocket = 1, BindToDevice = 25, LevelTcp = 6, TcpInfo = 11, InfoSize = 144, SegmentsOutAt = 136, ClosingPackets = 2;

    /// <summary>The interface.</summary>
    public ProbeInterface From { get; } = from;

    /// <summary>Whether packets to <paramref name="target"/> would leave by the interface. Asks the routing table; sends nothing.</summary>
    public bool Reaches(IPAddress target)
    {
        try
        {
            using var socket = new Socket(target.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
            socket.Connect(target, 53);
            var source = ((IPEndPoint)socket.LocalEndPoint!).Address;
            return From.Has(source);
        }
        catch (SocketException)
        {
            return false;
        }
    }

    /// <summary>
    /// Connects to <paramref name="target"/>; throws <see cref="SocketException"/> when it cannot, <see cref="OperationCanceledException"/> when
    /// <paramref name="stop"/> says so. The socket goes back by <see cref="Close"/>.
    /// </summary>
    public async Task<Socket> ConnectAsync(IPEndPoint target, CancellationToken stop)
    {
        await rate.SpendAsync(UsualPackets, null, stop).ConfigureAwait(false);
        var socket = new Socket(target.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            if (OperatingSystem.IsLinux())
                socket.SetRawSocketOption(SolSocket, BindToDevice, Encoding.ASCII.GetBytes(From.Name + "\0"));
            else if (From.Address is { } own && target.AddressFamily == AddressFamily.InterNetwork)
                socket.Bind(new IPEndPoint(own, 0));
            await socket.ConnectAsync(Scoped(target), stop).ConfigureAwait(false);
            return socket;
        }
        catch
        {
            Close(socket);
            throw;
        }
    }

    /// <summary>Ends a connection and counts what it sent beyond the usual.</summary>
    public void Close(Socket socket)
    {
        if (SegmentsOut(socket) + ClosingPackets is var sent && sent > UsualPackets)
            rate.Sent(System.Diagnostics.Stopwatch.GetElapsedTime(0), sent - UsualPackets);
        socket.Dispose();
    }

    private IPEndPoint Scoped(IPEndPoint target) => target.Address.IsIPv6LinkLocal
        ? new IPEndPoint(new IPAddress(target.Address.GetAddressBytes(), From.Index), target.Port)
        : target;

    private static int SegmentsOut(Socket socket)
    {
        if (!OperatingSystem.IsLinux())
            return 0;
        try
        {
            Span<byte> info = stackalloc byte[InfoSize];
            return socket.GetRawSocketOption(LevelTcp, TcpInfo, info) < InfoSize - 4 ? 0 : (int)BinaryPrimitives.ReadUInt32LittleEndian(info[SegmentsOutAt..]);
        }
        catch (Exception failure) when (failure is SocketException or ObjectDisposedException)
        {
            return 0;
        }
    }
}
