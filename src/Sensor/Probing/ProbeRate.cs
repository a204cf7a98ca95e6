namespace Sensor.Probing;

/// <summary>
/// How many packets may be sent: never more than the configured number within any minute, and never all at once. Times are those of the
/// caller's monotonic clock.
/// </summary>
internal sealed class ProbeRate(int packetsPerMinute)
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private readonly Queue<TimeSpan> _sent = new();

    /// <summary>How long to wait before the next packet may go; zero when it may go now.</summary>
    public TimeSpan WaitAt(TimeSpan now)
    {
        while (_sent.TryPeek(out var oldest) && now - oldest >= Minute)
            _sent.Dequeue();
        return _sent.Count < packetsPerMinute ? TimeSpan.Zero : _sent.Peek() + Minute - now;
    }

    /// <summary>A packet was sent.</summary>
    public void Sent(TimeSpan now) => _sent.Enqueue(now);
}
