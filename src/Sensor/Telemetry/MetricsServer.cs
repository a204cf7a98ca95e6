using System.Buffers;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Sensor.Commands;
using Sensor.Configuration;

namespace Sensor.Telemetry;

/// <summary>
/// Serves `/metrics`, `/healthz` and `/readyz` to this machine: HTTP/1.1 with one request a connection. Bounded in every way, so that a hostile
/// client of the same machine costs next to nothing: few connections at a time, a short request head, a deadline for the whole exchange.
/// </summary>
internal sealed class MetricsServer : IDisposable
{
    private const int MostConnections = 16, MostHeadOctets = 8 * 1024;
    private const UnixFileMode OwnerAndGroup =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite;
    private const UnixFileMode DirectoryMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
        | UnixFileMode.GroupRead | UnixFileMode.GroupExecute;

    /// <summary>How long one exchange may take.</summary>
    internal static readonly TimeSpan Deadline = TimeSpan.FromSeconds(5);

    private static readonly byte[] HeadEnd = "\r\n\r\n"u8.ToArray();

    private readonly Socket _listener;
    private readonly string? _socketPath;
    private readonly MetricsPages _pages;
    private readonly SemaphoreSlim _connections = new(MostConnections);
    private readonly CancellationTokenSource _stop = new();

    /// <summary>Listens where <paramref name="settings"/> says. Throws <see cref="CommandException"/> when that cannot be.</summary>
    public MetricsServer(TelemetrySettings settings, MetricsPages pages)
    {
        _pages = pages;
        _socketPath = settings.SocketPath;
        _listener = _socketPath is { } path ? UnixListener.Bind(path, OwnerAndGroup, DirectoryMode) : Bind(settings.Address!);
        Address = _socketPath is { } shown ? $"unix:{shown}" : $"http://{_listener.LocalEndPoint}";
        _ = AcceptAsync();
    }

    /// <summary>Where it listens.</summary>
    public string Address { get; }

    /// <summary>Clients that were cut off: too slow, too long, or gone.</summary>
    public long Aborted { get; private set; }

    /// <inheritdoc/>
    public void Dispose()
    {
        _stop.Cancel();
        _listener.Dispose();
        if (_socketPath is { } path)
        {
            try
            {
                File.Delete(path);
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                // Left over; the next start replaces it.
            }
        }
    }

    private static Socket Bind(IPEndPoint address)
    {
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(address);
            socket.Listen(MostConnections);
            return socket;
        }
        catch (SocketException failure)
        {
            socket.Dispose();
            throw new CommandException(ExitCode.Failed, $"cannot listen on {address} (Telemetry:Listen): {failure.Message}");
        }
    }

    private async Task AcceptAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                // Those beyond the bound wait in the kernel's queue, which is as short.
                await _connections.WaitAsync(_stop.Token).ConfigureAwait(false);
                var client = await _listener.AcceptAsync(_stop.Token).ConfigureAwait(false);
                _ = ServeAsync(client);
            }
            catch (SocketException)
            {
                _connections.Release();
                await Task.Delay(50).ConfigureAwait(false);
            }
            catch (Exception ended) when (ended is OperationCanceledException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    private async Task ServeAsync(Socket client)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(MostHeadOctets);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
        deadline.CancelAfter(Deadline);
        try
        {
            var length = await ReadHeadAsync(client, buffer, deadline.Token).ConfigureAwait(false);
            var answer = length < 0
                ? MetricsPages.Plain(431, "the request is too long")
                : _pages.Answer(buffer.AsSpan(0, length), isUnix: _socketPath is not null);
            await SendAsync(client, answer, deadline.Token).ConfigureAwait(false);
            client.Shutdown(SocketShutdown.Send);
            // Closing with unread octets would reset the connection before the client has read the answer.
            while (await client.ReceiveAsync(buffer, deadline.Token).ConfigureAwait(false) > 0)
            {
            }
        }
        catch (Exception gone) when (gone is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            Aborted++;
        }
        finally
        {
            client.Dispose();
            ArrayPool<byte>.Shared.Return(buffer);
            _connections.Release();
        }
    }

    /// <summary>Octets of the head; -1 when it is longer than there is room, 0 when the client closed.</summary>
    private static async Task<int> ReadHeadAsync(Socket client, byte[] buffer, CancellationToken stop)
    {
        var filled = 0;
        while (filled < MostHeadOctets)
        {
            var got = await client.ReceiveAsync(buffer.AsMemory(filled, MostHeadOctets - filled), stop).ConfigureAwait(false);
            if (got == 0)
                return 0;
            filled += got;
            if (buffer.AsSpan(0, filled).IndexOf(HeadEnd) is var end and >= 0)
                return end;
        }
        return -1;
    }

    private static async Task SendAsync(Socket client, string answer, CancellationToken stop)
    {
        var octets = Encoding.UTF8.GetBytes(answer);
        for (var sent = 0; sent < octets.Length;)
            sent += await client.SendAsync(octets.AsMemory(sent), stop).ConfigureAwait(false);
    }
}
