using System.Buffers.Binary;
using System.Net.Sockets;

namespace Sensor.Output.Delivery.Transports;

/// <summary>What Linux knows of a TCP connection (struct tcp_info of linux/tcp.h, whose fields never move).</summary>
internal static class TcpInfo
{
    private const int Tcp = 6, Option = 11, UserTimeoutOption = 18, BytesAckedAt = 120, Size = 128;

    /// <summary>
    /// Octets the other side has acknowledged since the connection was made (tcpi_bytes_acked; Linux 4.1). False where the system does not say.
    /// </summary>
    public static bool TryAcknowledged(Socket socket, out long octets)
    {
        octets = 0;
        if (!OperatingSystem.IsLinux())
            return false;
        Span<byte> info = stackalloc byte[Size];
        try
        {
            if (socket.GetRawSocketOption(Tcp, Option, info) < Size)
                return false;
        }
        catch (Exception failure) when (failure is SocketException or ObjectDisposedException)
        {
            return false;
        }
        octets = BitConverter.IsLittleEndian ? BinaryPrimitives.ReadInt64LittleEndian(info[BytesAckedAt..])
            : BinaryPrimitives.ReadInt64BigEndian(info[BytesAckedAt..]);
        return true;
    }

    /// <summary>Gives the connection up when sent octets stay unacknowledged for so long (RFC 5482): a half-open one is noticed.</summary>
    public static void SetUserTimeout(Socket socket, TimeSpan timeout)
    {
        if (!OperatingSystem.IsLinux())
            return;
        Span<byte> value = stackalloc byte[sizeof(int)];
        BitConverter.TryWriteBytes(value, (int)timeout.TotalMilliseconds);
        socket.SetRawSocketOption(Tcp, UserTimeoutOption, value);
    }
}
