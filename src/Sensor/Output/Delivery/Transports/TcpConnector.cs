using System.Net;
using System.Net.Sockets;
using Sensor.Configuration;

namespace Sensor.Output.Delivery.Transports;

/// <summary>Connects to a receiver by name: every address of it is tried, in the resolver's order, IPv6 and IPv4 alike.</summary>
internal static class TcpConnector
{
    private const int KeepAliveAfterSeconds = 30, KeepAliveEverySeconds = 10, KeepAliveProbes = 3;

    /// <summary>A connection, or the failure of the last address.</summary>
    public static async Task<Socket> ConnectAsync(TargetSettings target, CancellationToken stop)
    {
        var addresses = await ResolveAsync(target.Host, stop);
        for (var i = 0; ; i++)
        {
            using var share = CancellationTokenSource.CreateLinkedTokenSource(stop);
            // An address that does not answer must not use up the time of the next ones.
            share.CancelAfter(target.ConnectTimeout / (addresses.Length - i + 1));
            var isLast = i == addresses.Length - 1;
            try
            {
                return await ConnectAsync(target, addresses[i], isLast ? stop : share.Token);
            }
            catch (SocketException) when (!isLast)
            {
            }
            catch (OperationCanceledException) when (!isLast && !stop.IsCancellationRequested)
            {
            }
        }
    }

    /// <summary>The addresses of <paramref name="host"/>, which may be one.</summary>
    public static async Task<IPAddress[]> ResolveAsync(string host, CancellationToken stop)
    {
        if (IPAddress.TryParse(host, out var literal))
            return [literal];
        var addresses = await Dns.GetHostAddressesAsync(host, stop);
        return addresses.Length > 0 ? addresses : throw new SocketException((int)SocketError.HostNotFound);
    }

    private static async Task<Socket> ConnectAsync(TargetSettings target, IPAddress address, CancellationToken stop)
    {
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.NoDelay = true;
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, KeepAliveAfterSeconds);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, KeepAliveEverySeconds);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, KeepAliveProbes);
            TcpInfo.SetUserTimeout(socket, target.WriteTimeout);
            await socket.ConnectAsync(address, TargetDefaults.PortOf(target), stop);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
