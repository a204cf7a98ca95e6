using System.Net.Security;
using System.Net.Sockets;
using Sensor.Configuration;

namespace Sensor.Output.Delivery.Transports;

/// <summary>
/// Syslog over TCP (RFC 6587) and TLS (RFC 5425). TCP tells the sender nothing of what the receiver has read. What can be known is used: the
/// octets the other machine has acknowledged, that it has not closed or reset since, and that for a while (<see cref="Grace"/>).
/// </summary>
internal sealed class StreamTransport(TargetSettings target) : ITransport
{
    /// <summary>A slow receiver gets the timeout for each piece, not for a batch.</summary>
    private const int Piece = 8192;

    private static readonly TimeSpan PatienceAtEnd = TimeSpan.FromSeconds(2);

    private readonly byte[] _readBuffer = new byte[512];
    private Socket? _socket;
    private CountingStream? _counted;
    private Stream? _stream;
    private Task _reading = Task.CompletedTask;
    private TaskCompletionSource _broken = NewSource();
    private string? _fault;
    private bool _closedByPeer;
    private long _baseAcknowledged;

    /// <inheritdoc/>
    public int MostAtOnce => 64;

    /// <inheritdoc/>
    public int MostInFlight => 2048;

    /// <inheritdoc/>
    public TimeSpan Grace { get; init; } = TimeSpan.FromSeconds(1);

    /// <inheritdoc/>
    public long Position => _counted?.Written ?? 0;

    /// <inheritdoc/>
    public long Acknowledged => _socket is { } socket && TcpInfo.TryAcknowledged(socket, out var octets) ? octets - _baseAcknowledged : long.MaxValue;

    /// <inheritdoc/>
    public Task Broken => _broken.Task;

    private string Doing => TargetDefaults.AddressOf(target);

    /// <inheritdoc/>
    public async Task OpenAsync(CancellationToken stop)
    {
        Close();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(target.ConnectTimeout);
        try
        {
            _socket = await TcpConnector.ConnectAsync(target, limit.Token);
            _baseAcknowledged = TcpInfo.TryAcknowledged(_socket, out var octets) ? octets : 0;
            _counted = new CountingStream(new NetworkStream(_socket, ownsSocket: false));
            _stream = target.Protocol == SyslogProtocol.Tls ? await TlsClient.AuthenticateAsync(_counted, target, TlsClient.NameOf(target), limit.Token) : _counted;
            (_broken, _fault, _closedByPeer) = (NewSource(), null, false);
            _reading = ReadAsync(_stream, _broken);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            Close();
            throw new TransportException($"{Doing}: no answer within {PacketTime.Span(target.ConnectTimeout)}");
        }
        catch (Exception failure) when (TransportException.IsExpected(failure))
        {
            Close();
            throw TransportException.Of(Doing, failure);
        }
        catch (TransportException)
        {
            Close();
            throw;
        }
    }

    /// <inheritdoc/>
    public async Task<int> SendAsync(IReadOnlyList<OutboxMessage> messages, CancellationToken stop)
    {
        ThrowIfBroken();
        var octets = Framed(messages);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        try
        {
            for (var sent = 0; sent < octets.Length; sent += Piece)
            {
                limit.CancelAfter(target.WriteTimeout);
                await _stream!.WriteAsync(octets.AsMemory(sent, Math.Min(Piece, octets.Length - sent)), limit.Token);
            }
            await _stream!.FlushAsync(limit.Token);
            return messages.Count;
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            Close();
            throw new TransportException($"{Doing}: the receiver took nothing for {PacketTime.Span(target.WriteTimeout)}");
        }
        catch (Exception failure) when (TransportException.IsExpected(failure))
        {
            // What the reader saw first (an alert that refuses the certificate, a reset) says more than the broken pipe after it.
            var reason = _fault;
            Close();
            throw reason is null ? TransportException.Of(Doing, failure) : new TransportException($"{Doing}: {reason}");
        }
    }

    /// <inheritdoc/>
    public void ThrowIfBroken()
    {
        if (_stream is not null && !_broken.Task.IsCompleted)
            return;
        throw new TransportException($"{Doing}: {_fault ?? "not connected"}");
    }

    /// <inheritdoc/>
    public async Task<bool> FinishAsync(CancellationToken stop)
    {
        if (_stream is null || _socket is null || _broken.Task.IsCompleted)
            return false;
        try
        {
            if (_stream is SslStream tls)
                await tls.ShutdownAsync().WaitAsync(PatienceAtEnd, stop);
            _socket.Shutdown(SocketShutdown.Send);
            await Task.WhenAny(_broken.Task, Task.Delay(PatienceAtEnd, stop));
            return _broken.Task.IsCompleted ? _closedByPeer : Acknowledged >= Position;
        }
        catch (Exception failure) when (TransportException.IsExpected(failure) || failure is TimeoutException or OperationCanceledException)
        {
            return false;
        }
        finally
        {
            Close();
        }
    }

    /// <inheritdoc/>
    public void Close()
    {
        _stream?.Dispose();
        _counted?.Dispose();
        _socket?.Dispose();
        (_stream, _counted, _socket) = (null, null, null);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Close();
        await _reading;
    }

    private static TaskCompletionSource NewSource() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>A syslog receiver says nothing; reading tells the moment it closes, resets or, with TLS, refuses the certificate.</summary>
    private async Task ReadAsync(Stream stream, TaskCompletionSource broken)
    {
        var (fault, closed) = ("the receiver closed the connection", false);
        try
        {
            while (await stream.ReadAsync(_readBuffer) > 0)
            {
            }
            closed = true;
        }
        catch (Exception failure) when (TransportException.IsExpected(failure) || failure is OperationCanceledException)
        {
            fault = TransportException.Of("connection lost", failure).Message;
        }
        if (ReferenceEquals(broken, _broken))
            (_fault, _closedByPeer) = (fault, closed);
        broken.TrySetResult();
    }

    private byte[] Framed(IReadOnlyList<OutboxMessage> messages)
    {
        var framing = target.Protocol == SyslogProtocol.Tls ? SyslogFraming.Octets : target.Framing;
        using var octets = new MemoryStream();
        foreach (var message in messages)
            SyslogFrame.Write(octets, message.Entry.Body, framing);
        return octets.ToArray();
    }
}
