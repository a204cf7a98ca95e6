using System.Collections.Concurrent;
using System.Text;
using Sensor.Detection.Hosts;
using Sensor.Detection.Names;

namespace Sensor.Probing;

/// <summary>
/// The canaries that were asked for, written by who probes and read by detection. A name counts for an hour: answers come within seconds, and a host
/// may be called so later.
/// </summary>
internal sealed class CanaryLedger : ICanaryLedger
{
    /// <summary>Names kept; the oldest are forgotten beyond it. At the highest rate that can be set an hour has fewer.</summary>
    public const int Capacity = 65_536;

    private const long Hour = 3_600_000_000_000, Tolerance = 5_000_000_000;

    private readonly ConcurrentDictionary<ulong, long> _asked = new();
    private readonly ConcurrentQueue<ulong> _order = new();

    /// <summary>Notes a name before it is asked for; <paramref name="nowNs"/> is wall time, nanoseconds since 1970 UTC.</summary>
    public void Add(string name, long nowNs)
    {
        var stem = NameStem.Of(Encoding.UTF8.GetBytes(name));
        if (!_asked.ContainsKey(stem))
            _order.Enqueue(stem);
        _asked[stem] = nowNs;
        if (_order.Count > Capacity && _order.TryDequeue(out var oldest))
            _asked.TryRemove(oldest, out _);
    }

    /// <inheritdoc/>
    public bool Knows(ulong stem, long nowNs) => _asked.TryGetValue(stem, out var at) && nowNs > at - Tolerance && nowNs - at < Hour;
}
