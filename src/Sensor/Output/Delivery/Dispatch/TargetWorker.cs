using Sensor.Configuration;
using Sensor.Output.Delivery.Transports;

namespace Sensor.Output.Delivery.Dispatch;

/// <summary>
/// Serves one target: takes its messages from the outbox in order, hands them over, and tells the outbox which have arrived. Whatever fails,
/// it waits and begins again with the first message that is not known to have arrived.
/// </summary>
internal sealed class TargetWorker : IDisposable
{
    private readonly TargetSettings _target;
    private readonly IOutbox _outbox;
    private readonly ITransport _transport;
    private readonly TargetWatch _watch;
    private readonly Backoff _backoff;
    private readonly CancellationTokenSource _stop = new(), _drain = new();
    private readonly CancellationToken _stopped, _draining;
    private readonly Queue<InFlight> _inFlight = new();
    private readonly Task _running;
    private long _sent = long.MinValue, _everSent = long.MinValue;
    private bool _goesOn, _isHeld;

    /// <summary>Begins at once.</summary>
    public TargetWorker(TargetSettings target, IOutbox outbox, ITransport transport, TargetWatch watch, Func<double> chance)
    {
        (_target, _outbox, _transport, _watch) = (target, outbox, transport, watch);
        (_stopped, _draining) = (_stop.Token, _drain.Token);
        _backoff = new Backoff(target.RetryFirst, target.RetryMost, chance);
        _running = Task.Run(RunAsync);
    }

    /// <summary>The settings it serves.</summary>
    public TargetSettings Target => _target;

    /// <summary>How the target does.</summary>
    public TargetStatus Status() => _watch.Status();

    /// <summary>Log rotation.</summary>
    public void Reopen() => _transport.Reopen();

    /// <summary>
    /// Sends what waits, as far as the target takes it within <paramref name="most"/>, and ends. A target that fails is not waited for. True
    /// when nothing is left.
    /// </summary>
    public async Task<bool> StopAsync(TimeSpan most)
    {
        await _drain.CancelAsync();
        var wholly = await Task.WhenAny(_running, Task.Delay(most)) == _running;
        await _stop.CancelAsync();
        // A write to a blocked standard output cannot be called off; the process is about to end, so it is left where it is.
        if (await Task.WhenAny(_running, Task.Delay(TimeSpan.FromSeconds(2))) == _running)
            await _transport.DisposeAsync();
        return wholly && _outbox.Backlog(_target.Name).Depth == 0;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _stop.Dispose();
        _drain.Dispose();
    }

    private async Task RunAsync()
    {
        while (!_stopped.IsCancellationRequested && !(_draining.IsCancellationRequested && _backoff.Failures > 0))
        {
            try
            {
                if (await ServeAsync())
                    break;
            }
            catch (OperationCanceledException) when (_stopped.IsCancellationRequested)
            {
                break;
            }
            catch (TransportException failure)
            {
                await FailedAsync(failure.Message, failure.RetryAfter);
            }
            catch (Exception failure) when (failure is not (OutOfMemoryException or StackOverflowException))
            {
                // A defect, or a store that fails: the other targets go on, and so does this one when it is over.
                await FailedAsync($"{failure.GetType().Name}: {failure.Message.ReplaceLineEndings(" ")}", null);
            }
        }
        _transport.Close();
        _watch.Enter(TargetState.Stopped);
    }

    /// <summary>One connection. True when the target is to be served no more; false when it was closed with nothing on its way.</summary>
    private async Task<bool> ServeAsync()
    {
        Rewind();
        _watch.Enter(TargetState.Connecting);
        if (_goesOn && !await WaitForWorkAsync())
            return true;
        _goesOn = false;
        await _transport.OpenAsync(_stopped);
        _watch.Enter(TargetState.Connected);
        if (_outbox.Backlog(_target.Name).Depth == 0)
            _watch.Recovered();
        while (true)
        {
            _stopped.ThrowIfCancellationRequested();
            Confirm();
            if (await SendSomeAsync())
                continue;
            if (_draining.IsCancellationRequested && _inFlight.Count < _transport.MostInFlight && await FinishAsync())
                return true;
            if (_inFlight.Count == 0 && _transport.Broken.IsCompleted)
            {
                // Closed while idle, as receivers do: nothing was on its way, so it is opened again when there is something to send.
                _transport.Close();
                return !(_goesOn = true);
            }
            await WaitAsync();
        }
    }

    /// <summary>Everything is on its way and there will be no more. False when some of it did not arrive.</summary>
    private async Task<bool> FinishAsync()
    {
        var isTaken = await _transport.FinishAsync(_stopped);
        if (isTaken && _inFlight.Count > 0)
            Delivered(_inFlight.Last().Sequence, _inFlight.Count);
        return isTaken || _inFlight.Count == 0;
    }

    /// <summary>Everything not known to have arrived is to be sent again.</summary>
    private void Rewind()
    {
        _inFlight.Clear();
        (_sent, _isHeld) = (long.MinValue, false);
    }

    private async Task<bool> SendSomeAsync()
    {
        var room = Math.Min(_transport.MostAtOnce, _transport.MostInFlight - _inFlight.Count);
        if (room <= 0 || !MaySend())
            return false;
        var messages = _outbox.Pending(_target.Name, _sent, room);
        if (messages.Count == 0)
            return false;
        try
        {
            var count = await _transport.SendAsync(messages, _stopped);
            Sent(messages, count);
        }
        catch (MessageRefusedException refusal)
        {
            Refused(messages[0], refusal.Message);
        }
        return true;
    }

    private void Sent(IReadOnlyList<OutboxMessage> messages, int count)
    {
        if (count == 0)
            return;
        var position = _transport.Position;
        var now = Environment.TickCount64;
        var again = 0;
        for (var i = 0; i < count; i++)
        {
            _inFlight.Enqueue(new InFlight(messages[i].Sequence, position, now));
            again += messages[i].Sequence <= _everSent ? 1 : 0;
        }
        _sent = messages[count - 1].Sequence;
        _everSent = Math.Max(_everSent, _sent);
        if (again > 0)
            _watch.Resent(again);
        Confirm();
    }

    /// <summary>
    /// What came before it is settled first: a refused message must not mark others as delivered that are still on their way. Until then
    /// nothing is sent, and then it is offered once more.
    /// </summary>
    private void Refused(OutboxMessage message, string reason)
    {
        if (_inFlight.Count > 0)
        {
            _isHeld = true;
            return;
        }
        _watch.Refused(message, reason);
        _sent = message.Sequence;
        _outbox.Delivered(_target.Name, message.Sequence);
    }

    private bool MaySend()
    {
        _isHeld &= _inFlight.Count > 0;
        return !_isHeld;
    }

    /// <summary>Takes for delivered what was acknowledged and stayed uncontradicted for the transport's grace.</summary>
    private void Confirm()
    {
        if (_inFlight.Count == 0)
            return;
        _transport.ThrowIfBroken();
        var (acknowledged, now, grace) = (_transport.Acknowledged, Environment.TickCount64, (long)_transport.Grace.TotalMilliseconds);
        var (count, last) = (0, 0L);
        while (_inFlight.TryPeek(out var oldest) && oldest.Position <= acknowledged && now - oldest.SentAt >= grace)
        {
            last = _inFlight.Dequeue().Sequence;
            count++;
        }
        if (count > 0)
            Delivered(last, count);
    }

    private void Delivered(long sequence, int count)
    {
        _outbox.Delivered(_target.Name, sequence);
        _backoff.Reset();
        _watch.Delivered(count);
    }

    /// <summary>Until there is something to send, to confirm, or to complain about.</summary>
    private async Task WaitAsync()
    {
        // While draining nothing new is waited for, and the end of what is on its way must not be waited for in a busy loop.
        var isDraining = _draining.IsCancellationRequested;
        using var over = CancellationTokenSource.CreateLinkedTokenSource(_stopped, isDraining ? CancellationToken.None : _draining);
        var reasons = new List<Task>(3) { _transport.Broken };
        if (_inFlight.Count < _transport.MostInFlight && !_isHeld)
            reasons.Add(_outbox.WaitAsync(_target.Name, _sent, over.Token));
        if (_inFlight.TryPeek(out var oldest))
            reasons.Add(Task.Delay(UntilConfirmed(oldest), over.Token));
        var first = await Task.WhenAny(reasons);
        await over.CancelAsync();
        if (first.IsFaulted)
            await first;
    }

    private TimeSpan UntilConfirmed(InFlight oldest)
    {
        var due = oldest.SentAt + (long)_transport.Grace.TotalMilliseconds - Environment.TickCount64;
        const long Poll = 20;                                    // due, but not acknowledged yet
        return TimeSpan.FromMilliseconds(Math.Max(Poll, due));
    }

    /// <summary>False when the target is to be served no more.</summary>
    private async Task<bool> WaitForWorkAsync()
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(_stopped, _draining);
        try
        {
            await _outbox.WaitAsync(_target.Name, _sent, over.Token);
            return true;
        }
        catch (OperationCanceledException)
        {
            return !_stopped.IsCancellationRequested && _outbox.Pending(_target.Name, _sent, 1).Count > 0;
        }
    }

    private async Task FailedAsync(string reason, TimeSpan? retryAfter)
    {
        _transport.Close();
        var wait = _backoff.Next(retryAfter);
        _watch.Failed(reason, wait);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(_stopped, _draining);
        try
        {
            await Task.Delay(wait, over.Token);
        }
        catch (OperationCanceledException)
        {
        }
    }

    /// <summary>A message that was handed over: where in the stream it ended, and when.</summary>
    private readonly record struct InFlight(long Sequence, long Position, long SentAt);
}
