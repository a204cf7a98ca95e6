using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Sensor.Probing;

/// <summary>
/// Sends probes from one interface by ordinary sockets, kept open while answers may come: a closed port would answer the answer with an ICMP
/// error, and so tell the poisoner that nobody is there. What arrives is thrown away; answers are read off the wire like everybody's.
/// </summary>
internal sealed class ProbeSender(ProbeInterface from) : IDisposable
{
    /// <summary>Sockets kept open; the oldest is closed when there are more.</summary>
    private const int MaxOpen = 64;

    private const int SolSocket = 1, BindToDevice = 25, ReusePort = 15;

    private readonly Queue<Socket> _open = new();

    /// <summary>Packets sent.</summary>
    public long Sent { get; private set; }

    /// <summary>Sends <paramref name="probe"/>; false with the reason when the system refuses.</summary>
    public bool TrySend(Probe probe, out string reason)
    {
        reason = "";
        try
        {
            var socket = Open(probe);
            Keep(socket);
            socket.SendTo(probe.Octets, TargetOf(probe));
            Sent++;
            return true;
        }
        catch (SocketException failure)
        {
            reason = failure.Message;
            return false;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var socket in _open)
            socket.Dispose();
        _open.Clear();
    }

    private IPEndPoint TargetOf(Probe probe) => probe.Target.AddressFamily == AddressFamily.InterNetworkV6
        ? new IPEndPoint(new IPAddress(probe.Target.Address.GetAddressBytes(), from.Index), probe.Target.Port)
        : probe.Target;

    private Socket Open(Probe probe)
    {
        var isSix = probe.Target.AddressFamily == AddressFamily.InterNetworkV6;
        var family = probe.Target.AddressFamily;
        var socket = probe.Kind == ProbeKind.RouterSolicit
            ? new Socket(family, SocketType.Raw, ProtocolType.IcmpV6)
            : new Socket(family, SocketType.Dgram, ProtocolType.Udp);
        try
        {
            Bound(socket, probe, isSix);
            return socket;
        }
        catch (SocketException)
        {
            socket.Dispose();
            throw;
        }
    }

    private void Bound(Socket socket, Probe probe, bool isSix)
    {
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        if (OperatingSystem.IsLinux())
        {
            socket.SetRawSocketOption(SolSocket, BindToDevice, Encoding.ASCII.GetBytes(from.Name + "\0"));
            socket.SetRawSocketOption(SolSocket, ReusePort, BitConverter.GetBytes(1));
        }
        var level = isSix ? SocketOptionLevel.IPv6 : SocketOptionLevel.IP;
        socket.SetSocketOption(level, SocketOptionName.MulticastTimeToLive, probe.Ttl);
        if (isSix)
        {
            socket.SetSocketOption(level, SocketOptionName.MulticastInterface, from.Index);
            socket.SetSocketOption(level, SocketOptionName.MulticastLoopback, false);
        }
        else
        {
            socket.EnableBroadcast = true;
            socket.SetSocketOption(level, SocketOptionName.MulticastInterface, IPAddress.HostToNetworkOrder(from.Index));
            socket.SetSocketOption(level, SocketOptionName.MulticastLoopback, false);
        }
        if (probe.Kind == ProbeKind.RouterSolicit)
            return;
        var any = isSix ? IPAddress.IPv6Any : IPAddress.Any;
        try
        {
            socket.Bind(new IPEndPoint(any, probe.SourcePort));
        }
        // Somebody else has the port (Samba 137, a DHCP client 68): servers answer other ports as well.
        catch (SocketException failure) when (probe.SourcePort != 0 && failure.SocketErrorCode is SocketError.AddressAlreadyInUse or SocketError.AccessDenied)
        {
            socket.Bind(new IPEndPoint(any, 0));
        }
    }

    private void Keep(Socket socket)
    {
        _open.Enqueue(socket);
        if (_open.Count > MaxOpen)
            _open.Dequeue().Dispose();
    }
}
