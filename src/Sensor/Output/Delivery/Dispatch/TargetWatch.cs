using System.Globalization;
using Sensor.Configuration;
using Sensor.Detection.Incidents;

namespace Sensor.Output.Delivery.Dispatch;

/// <summary>
/// Keeps a target's counts, and tells the operator when it cannot be reached and when it can again. Written by the target's own task, read by
/// anybody.
/// </summary>
internal sealed class TargetWatch(TargetSettings target, IOutbox outbox, TimeProvider clock, Action<OperationalEvent> tell)
{
    /// <summary>Id of the operational event about a target; its subject is the target's name.</summary>
    public const string TargetUnreachable = "target-unreachable";

    /// <summary>Id of the operational event about a message a receiver would not take.</summary>
    public const string MessageRefused = "message-refused";

    /// <summary>One failure may be a restart; two with a wait between them are told.</summary>
    private const int FailuresToTell = 2;

    private static readonly TimeSpan RefusalsToldEvery = TimeSpan.FromHours(1);

    private readonly Lock _lock = new();
    private TargetState _state = TargetState.Connecting;
    private long _delivered, _resent, _failures, _refused;
    private int _inRow;
    private string? _lastError;
    private DateTimeOffset? _lastErrorAt, _lastDeliveredAt, _nextAttemptAt, _downSince, _refusalToldAt;
    private bool _isTold;

    /// <summary>How it does.</summary>
    public TargetStatus Status()
    {
        var (depth, oldest) = outbox.Backlog(target.Name);
        lock (_lock)
        {
            return new TargetStatus
            {
                Name = target.Name,
                Address = TargetDefaults.AddressOf(target),
                State = _state,
                Depth = depth,
                Oldest = oldest,
                Delivered = _delivered,
                Resent = _resent,
                Failures = _failures,
                Refused = _refused,
                FailuresInRow = _inRow,
                LastError = _lastError,
                LastErrorAt = _lastErrorAt,
                LastDeliveredAt = _lastDeliveredAt,
                NextAttemptAt = _state == TargetState.Waiting ? _nextAttemptAt : null,
            };
        }
    }

    /// <summary>Goes over to a state.</summary>
    public void Enter(TargetState state)
    {
        lock (_lock)
            _state = state;
    }

    /// <summary>An attempt failed; the next is made after <paramref name="wait"/>.</summary>
    public void Failed(string reason, TimeSpan wait)
    {
        var now = clock.GetUtcNow();
        bool isNews;
        lock (_lock)
        {
            _failures++;
            _inRow++;
            (_state, _lastError, _lastErrorAt, _nextAttemptAt) = (TargetState.Waiting, reason, now, now + wait);
            _downSince ??= now;
            isNews = _inRow == FailuresToTell && !_isTold;
            _isTold |= isNews;
        }
        if (isNews)
            tell(Event(TargetUnreachable, Severity.Medium, false, now, $"Alerts do not reach the target {target.Name}: {reason}",
                "Nothing is lost: messages wait in the store and are sent again. Look at the receiver and the way to it"));
    }

    /// <summary>Messages have arrived.</summary>
    public void Delivered(int count)
    {
        var now = clock.GetUtcNow();
        lock (_lock)
        {
            _delivered += count;
            _lastDeliveredAt = now;
        }
        Recovered();
    }

    /// <summary>The target is in order: a message arrived, or it is connected and nothing waits.</summary>
    public void Recovered()
    {
        var now = clock.GetUtcNow();
        DateTimeOffset? since;
        lock (_lock)
        {
            since = _isTold ? _downSince : null;
            (_inRow, _isTold, _downSince) = (0, false, null);
        }
        if (since is { } from)
            tell(Event(TargetUnreachable, Severity.Medium, true, now,
                $"Alerts reach the target {target.Name} again, after {PacketTime.Span(now - from)}", "What had waited is being sent"));
    }

    /// <summary>Messages are sent a second time.</summary>
    public void Resent(int count)
    {
        lock (_lock)
            _resent += count;
    }

    /// <summary>The receiver will never take <paramref name="message"/>: it is set aside.</summary>
    public void Refused(OutboxMessage message, string reason)
    {
        var now = clock.GetUtcNow();
        bool isNews;
        lock (_lock)
        {
            _refused++;
            (_lastError, _lastErrorAt) = (reason, now);
            isNews = _refusalToldAt is not { } toldAt || now - toldAt >= RefusalsToldEvery;
            if (isNews)
                _refusalToldAt = now;
        }
        if (isNews)
            tell(Event(MessageRefused, Severity.Low, false, now,
                $"The target {target.Name} refused message {message.Entry.MessageId}: {reason}. It is not sent again",
                "The finding is in the store. Look at what the receiver takes: Format and MaxSize"));
    }

    private OperationalEvent Event(string id, Severity severity, bool isOver, DateTimeOffset now, string summary, string nextStep) => new(
        id, target.Name, severity, isOver, (now.UtcTicks - DateTime.UnixEpoch.Ticks) * 100, string.Create(CultureInfo.InvariantCulture, $"{summary}"),
        nextStep);
}
