using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;

namespace Sensor.Tests.Delivery;

/// <summary>
/// A syslog receiver in this process that reads octet-counted messages (or lines) and misbehaves as told: what it does with the connection of
/// a given number is up to the test.
/// </summary>
internal sealed class TcpReceiver : IAsyncDisposable
{
    private readonly TcpListener _listener;
    private readonly CancellationTokenSource _stop = new();
    private readonly List<Task> _tasks = [];
    private readonly Task _accepting;

    public TcpReceiver(IPAddress? address = null, int port = 0)
    {
        _listener = new TcpListener(address ?? IPAddress.Loopback, port);
        _listener.Server.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _accepting = AcceptAsync();
    }

    public int Port { get; }

    /// <summary>How connection number n (from 1) is read; by default to its end.</summary>
    public Func<Connection, Task> Script { get; set; } = static connection => connection.ReadAllAsync();

    /// <summary>The server's side of TLS; null for plain TCP.</summary>
    public SslServerAuthenticationOptions? Tls { get; set; }

    public bool Lines { get; init; }

    /// <summary>Whole messages in the order they were read.</summary>
    public ConcurrentQueue<string> Messages { get; } = new();

    public int Connections { get; private set; }

    /// <summary>The messages without repeats, in the order of their first arrival.</summary>
    public IEnumerable<string> First => Messages.Distinct();

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting;
        await Task.WhenAll(_tasks);
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var socket = await _listener.AcceptSocketAsync(_stop.Token);
                _tasks.Add(ServeAsync(socket, ++Connections));
            }
        }
        catch (Exception over) when (over is OperationCanceledException or SocketException or ObjectDisposedException)
        {
        }
    }

    private async Task ServeAsync(Socket socket, int number)
    {
        await Task.Yield();
        using (socket)
        {
            try
            {
                Stream stream = new NetworkStream(socket);
                if (Tls is { } tls)
                {
                    var secured = new SslStream(stream);
                    await secured.AuthenticateAsServerAsync(tls, _stop.Token);
                    stream = secured;
                }
                await Script(new Connection(this, socket, stream, number, _stop.Token));
            }
            catch (Exception over) when (over is IOException or SocketException or OperationCanceledException or ObjectDisposedException
                or System.Security.Authentication.AuthenticationException)
            {
            }
        }
    }

    internal sealed class Connection(TcpReceiver receiver, Socket socket, Stream stream, int number, CancellationToken stop)
    {
        private readonly List<byte> _buffer = [];

        public int Number => number;

        public CancellationToken Stop => stop;

        public async Task ReadAllAsync()
        {
            while (await ReadAsync(64 * 1024) > 0)
            {
            }
        }

        /// <summary>Reads up to so many octets, then throws the connection away together with all that was not read.</summary>
        public async Task ReadThenResetAsync(int octets)
        {
            while (octets > 0 && await ReadAsync(octets) is > 0 and var count)
                octets -= count;
            socket.LingerState = new LingerOption(true, 0);
            socket.Close();
        }

        public async Task ReadSlowlyAsync(int octets, int milliseconds)
        {
            while (await ReadAsync(octets) > 0)
                await Task.Delay(milliseconds, stop);
        }

        public Task NeverReadAsync() => Task.Delay(Timeout.Infinite, stop);

        private async Task<int> ReadAsync(int most)
        {
            var octets = new byte[most];
            var count = await stream.ReadAsync(octets, stop);
            _buffer.AddRange(octets.AsSpan(0, count));
            while (TakeMessage() is { } message)
                receiver.Messages.Enqueue(message);
            return count;
        }

        private string? TakeMessage()
        {
            if (receiver.Lines)
            {
                var end = _buffer.IndexOf((byte)'\n');
                return end < 0 ? null : Take(0, end, 1);
            }
            var space = _buffer.IndexOf((byte)' ');
            if (space < 0)
                return null;
            var length = int.Parse(Encoding.ASCII.GetString([.. _buffer[..space]]), NumberStyles.None, CultureInfo.InvariantCulture);
            return _buffer.Count < space + 1 + length ? null : Take(space + 1, length, 0);
        }

        private string Take(int start, int length, int after)
        {
            var message = Encoding.UTF8.GetString([.. _buffer.GetRange(start, length)]);
            _buffer.RemoveRange(0, start + length + after);
            return message;
        }
    }
}
