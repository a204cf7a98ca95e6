using System.Diagnostics;
using Sensor.Capture.Live;
using Sensor.Telemetry;

namespace Sensor.Daemon;

/// <summary>
/// Rates of the interfaces over the last ten seconds, sampled once a second by the monotonic clock. Loss = dropped / (received + dropped) of
/// the same span.
/// </summary>
internal sealed class InterfaceRates : IDisposable
{
    private const int Samples = 11;

    private readonly Lock _gate = new();
    private readonly Queue<(long At, IReadOnlyList<InterfaceStatistics> Statistics)> _samples = new();
    private Timer? _timer;

    /// <summary>Begins to sample.</summary>
    public void Watch(Func<IReadOnlyList<InterfaceStatistics>> read) =>
        _timer = new Timer(_ => Sample(Stopwatch.GetTimestamp(), read()), null, TimeSpan.Zero, TimeSpan.FromSeconds(1));

    /// <summary>One sample.</summary>
    internal void Sample(long at, IReadOnlyList<InterfaceStatistics> statistics)
    {
        lock (_gate)
        {
            _samples.Enqueue((at, statistics));
            while (_samples.Count > Samples)
                _samples.Dequeue();
        }
    }

    /// <summary>What <paramref name="now"/> says, with rates since the oldest sample.</summary>
    public IReadOnlyList<InterfaceReport> Report(IReadOnlyList<InterfaceStatistics> now)
    {
        lock (_gate)
        {
            if (!_samples.TryPeek(out var oldest))
                return [.. now.Select(static one => new InterfaceReport(one, 0, 0, 0))];
            var newest = _samples.Last();
            var seconds = Stopwatch.GetElapsedTime(oldest.At, newest.At).TotalSeconds;
            return [.. now.Select(one => Rate(one, Find(oldest.Statistics, one), Find(newest.Statistics, one), seconds))];
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _timer?.Dispose();

    private static InterfaceStatistics? Find(IReadOnlyList<InterfaceStatistics> all, InterfaceStatistics one) =>
        all.FirstOrDefault(other => other.Interface == one.Interface);

    private static InterfaceReport Rate(InterfaceStatistics one, InterfaceStatistics? from, InterfaceStatistics? to, double seconds)
    {
        if (from is null || to is null || seconds <= 0)
            return new InterfaceReport(one, 0, 0, 0);
        // An interface that came back may count from nothing.
        var received = Math.Max(0, to.Received - from.Received);
        var dropped = Math.Max(0, to.Dropped - from.Dropped);
        var octets = Math.Max(0, to.Octets - from.Octets);
        var loss = received + dropped == 0 ? 0 : (double)dropped / (received + dropped);
        return new InterfaceReport(one, Math.Round(received / seconds, 1), Math.Round(octets * 8 / seconds, 1), Math.Round(loss, 6));
    }
}
