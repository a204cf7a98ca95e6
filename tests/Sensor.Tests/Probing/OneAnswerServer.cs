using System.Net;
using System.Net.Sockets;
using System.Text;
using Sensor.Probing;

namespace Sensor.Tests.Probing;

/// <summary>A server on the loopback that answers every connection by a function of the request's head, and remembers the heads.</summary>
internal sealed class OneAnswerServer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Func<string, Stream, Task> _answer;
    private readonly Task _loop;

    public OneAnswerServer(Func<string, Stream, Task> answer)
    {
        _answer = answer;
        _listener.Start();
        _loop = Task.Run(AcceptAsync);
    }

    public OneAnswerServer(Func<string, string> answer)
        : this((head, stream) => stream.WriteAsync(Encoding.ASCII.GetBytes(answer(head))).AsTask())
    {
    }

    public static ProbeInterface Loopback { get; } = new() { Name = "lo", Index = 1, Address = IPAddress.Loopback, Addresses = [IPAddress.Loopback] };

    public IPEndPoint Address => (IPEndPoint)_listener.LocalEndpoint;

    public List<string> Heads { get; } = [];

    public void Dispose()
    {
        _listener.Stop();
        _loop.Wait(TimeSpan.FromSeconds(10));
    }

    private async Task AcceptAsync()
    {
        while (true)
        {
            try
            {
                using var client = await _listener.AcceptTcpClientAsync();
                var (stream, head) = (client.GetStream(), new StringBuilder());
                var octet = new byte[1];
                while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal) && await stream.ReadAsync(octet) == 1)
                    head.Append((char)octet[0]);
                Heads.Add(head.ToString());
                await _answer(head.ToString(), stream);
            }
            catch (Exception failure) when (failure is IOException)
            {
                // The client has seen enough.
            }
            catch (Exception failure) when (failure is SocketException or ObjectDisposedException or InvalidOperationException)
            {
                return;
            }
        }
    }
}
