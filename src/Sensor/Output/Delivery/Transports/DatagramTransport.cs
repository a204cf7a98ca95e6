using System.Net;
using System.Net.Sockets;
using System.Text;
using Sensor.Configuration;

namespace Sensor.Output.Delivery.Transports;

/// <summary>
/// One message a datagram: syslog over UDP (RFC 5426), to the local logger, and to the journal. UDP loses without a word, except that a
/// machine without a receiver says so (ICMP port unreachable): what was sent shortly before is then sent again.
/// </summary>
internal sealed class DatagramTransport : ITransport
{
    /// <summary>How long names are believed: a datagram never fails, so nothing else would have them looked up again.</summary>
    private static readonly TimeSpan LookUpAgainAfter = TimeSpan.FromMinutes(5);

    private readonly TargetSettings _target;
    private readonly Func<string, byte[]> _encode;
    private readonly bool _isLocal;
    private Socket? _socket;
    private long _openedAt;

    /// <summary>To a target; <paramref name="encode"/> makes the datagram of a stored body.</summary>
    public DatagramTransport(TargetSettings target, Func<string, byte[]>? encode = null)
    {
        _target = target;
        _encode = encode ?? Encoding.UTF8.GetBytes;
        _isLocal = target.Type == TargetType.Journald || target.Protocol == SyslogProtocol.Local;
    }

    /// <inheritdoc/>
    public int MostAtOnce => 32;

    /// <summary>
    /// What was waiting must not flood the receiver: Linux gives a UDP socket 212,992 octets unless told otherwise, of which a message of 2 KiB
    /// takes 4,352. With the grace these are at most 320 messages a second, and a receiver may sleep over the better part of one burst.
    /// </summary>
    public int MostInFlight => _isLocal ? 1024 : 32;

    /// <inheritdoc/>
    public TimeSpan Grace => _isLocal ? TimeSpan.Zero : TimeSpan.FromMilliseconds(100);

    /// <inheritdoc/>
    public long Position => 0;

    /// <inheritdoc/>
    public long Acknowledged => long.MaxValue;

    /// <inheritdoc/>
    public Task Broken => Task.Delay(Timeout.Infinite);

    private string Doing => TargetDefaults.AddressOf(_target);

    /// <inheritdoc/>
    public async Task OpenAsync(CancellationToken stop)
    {
        Close();
        try
        {
            if (_isLocal)
            {
                _socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
                await _socket.ConnectAsync(new UnixDomainSocketEndPoint(TargetDefaults.PathOf(_target)), stop);
            }
            else
            {
                using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
                limit.CancelAfter(_target.ConnectTimeout);
                var address = (await TcpConnector.ResolveAsync(_target.Host, limit.Token))[0];
                _socket = new Socket(address.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
                await _socket.ConnectAsync(new IPEndPoint(address, TargetDefaults.PortOf(_target)), limit.Token);
            }
            _openedAt = Environment.TickCount64;
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            Close();
            throw new TransportException($"{Doing}: the name cannot be looked up within {PacketTime.Span(_target.ConnectTimeout)}");
        }
        catch (Exception failure) when (TransportException.IsExpected(failure))
        {
            Close();
            throw TransportException.Of(Doing, failure);
        }
    }

    /// <inheritdoc/>
    public async Task<int> SendAsync(IReadOnlyList<OutboxMessage> messages, CancellationToken stop)
    {
        ThrowIfBroken();
        if (!_isLocal && Environment.TickCount64 - _openedAt > LookUpAgainAfter.TotalMilliseconds)
            await OpenAsync(stop);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        for (var sent = 0; sent < messages.Count; sent++)
        {
            limit.CancelAfter(_target.WriteTimeout);
            try
            {
                await _socket!.SendAsync(_encode(messages[sent].Entry.Body), limit.Token);
            }
            catch (SocketException failure) when (failure.SocketErrorCode == SocketError.MessageSize)
            {
                return sent > 0 ? sent : throw new MessageRefusedException($"{Doing}: too large for a datagram; lower MaxSize");
            }
            catch (OperationCanceledException) when (!stop.IsCancellationRequested)
            {
                Close();
                return sent > 0 ? sent : throw new TransportException($"{Doing}: the receiver took nothing for {PacketTime.Span(_target.WriteTimeout)}");
            }
            catch (Exception failure) when (TransportException.IsExpected(failure))
            {
                Close();
                // Over UDP the complaint is about an earlier datagram: those in flight are to be sent again, so nothing counts as handed over.
                return sent > 0 && _isLocal ? sent : throw TransportException.Of(Doing, failure);
            }
        }
        return messages.Count;
    }

    /// <inheritdoc/>
    public void ThrowIfBroken()
    {
        if (_socket is null)
            throw new TransportException($"{Doing}: not connected");
        var error = (SocketError)(int)_socket.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.Error)!;
        if (error == SocketError.Success)
            return;
        Close();
        throw TransportException.Of(Doing, new SocketException((int)error));
    }

    /// <inheritdoc/>
    public async Task<bool> FinishAsync(CancellationToken stop)
    {
        try
        {
            await Task.Delay(Grace, stop);
            ThrowIfBroken();
            return true;
        }
        catch (Exception failure) when (failure is TransportException or OperationCanceledException)
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
        _socket?.Dispose();
        _socket = null;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        Close();
        return ValueTask.CompletedTask;
    }
}
