using System.Diagnostics;

namespace Sensor.Probing;

/// <summary>
/// How many packets may be sent: never more than the configured number within any minute, and never all at once. Times are those of the
/// caller's monotonic clock.
/// </summary>
internal sealed class ProbeRate(int packetsPerMinute)
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private readonly Queue<TimeSpan> _sent = new();

    /// <summary>Packets sent since start.</summary>
    public long Total { get; private set; }

    /// <summary>Whether only a part may be used: rounds leave a third to the checks of suspicions, which must not wait for a minute to pass.</summary>
    public bool LeavesRoom { get; set; }

    /// <summary>
    /// How long to wait before <paramref name="packets"/> may go; zero when they may go now. More than the limit at once go when the minute is empty.
    /// </summary>
    public TimeSpan WaitAt(TimeSpan now, int packets = 1)
    {
        while (_sent.TryPeek(out var oldest) && now - oldest >= Minute)
            _sent.Dequeue();
        var most = LeavesRoom ? Math.Max(1, packetsPerMinute * 2 / 3) : packetsPerMinute;
        return _sent.Count == 0 || _sent.Count + packets <= most ? TimeSpan.Zero : _sent.Peek() + Minute - now;
    }

    /// <summary>Packets were sent, more than the limit in the worst case: those that follow wait the longer.</summary>
    public void Sent(TimeSpan now, int packets = 1)
    {
        for (var i = 0; i < packets; i++)
            _sent.Enqueue(now);
        Total += packets;
    }

    /// <summary>Waits until <paramref name="packets"/> may go and counts them as sent; false when <paramref name="isEnough"/> said so before.</summary>
    public async Task<bool> SpendAsync(int packets, Func<bool>? isEnough, CancellationToken stop)
    {
        while (WaitAt(Now, packets) is var wait && wait > TimeSpan.Zero)
        {
            if (isEnough?.Invoke() ?? false)
                return false;
            await Task.Delay(wait < Glance ? wait : Glance, stop).ConfigureAwait(false);
        }
        Sent(Now, packets);
        return true;
    }

    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(250);

    // One clock for all that share a rate.
    private static TimeSpan Now => Stopwatch.GetElapsedTime(0);
}
