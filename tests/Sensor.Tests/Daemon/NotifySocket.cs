using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Text;

namespace Sensor.Tests.Daemon;

/// <summary>Stands for the service manager: takes the datagrams of sd_notify and keeps them.</summary>
internal sealed class NotifySocket : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
    private readonly ConcurrentQueue<string> _messages = new();
    private readonly Thread _thread;

    public NotifySocket(string path)
    {
        Path = path;
        _socket.Bind(new UnixDomainSocketEndPoint(path));
        _thread = new Thread(Receive) { IsBackground = true };
        _thread.Start();
    }

    public string Path { get; }

    public IReadOnlyList<string> Messages => [.. _messages];

    /// <summary>Waits for a message that has <paramref name="line"/> among its lines; fails when none comes within a generous time.</summary>
    public async Task<string> WaitForAsync(string line, int skip = 0)
    {
        for (var i = 0; i < 3000; i++)
        {
            if (_messages.Where(message => message.Split('\n').Any(part => part.StartsWith(line, StringComparison.Ordinal))).Skip(skip).FirstOrDefault() is { } found)
                return found;
            await Task.Delay(20);
        }
        throw new Xunit.Sdk.XunitException($"no {line} among: {string.Join(" | ", _messages)}");
    }

    public void Dispose() => _socket.Dispose();

    private void Receive()
    {
        var buffer = new byte[4096];
        try
        {
            while (true)
                _messages.Enqueue(Encoding.UTF8.GetString(buffer, 0, _socket.Receive(buffer)));
        }
        catch (Exception ended) when (ended is SocketException or ObjectDisposedException)
        {
        }
    }
}
