using Sensor.Detection.Bounds;

namespace Sensor.Detection.Leases;

/// <summary>The transactions of late, first in first out.</summary>
internal sealed class LeaseTransactions
{
    /// <summary>
    /// Transactions kept: a large site in the morning has hundreds a minute; a flood of thousands a second pushes out all but the last second,
    /// which is what competing answers need.
    /// </summary>
    public const int Capacity = 4096;

    /// <summary>Silence after which the same xid and client are a new transaction: clients give up and start anew well before.</summary>
    public const long IdleNs = 60_000_000_000;

    private readonly RecentRing<LeaseTransaction> _ring = new(Capacity, 4 * Capacity);

    /// <summary>Transactions pushed out before they were idle.</summary>
    public long Evicted { get; private set; }

    /// <summary>Asks for what <see cref="Open"/> will need first.</summary>
    public void Prefetch(in LeaseTransactionKey key) => _ring.Prefetch(key.StableHash());

    /// <summary>The transaction of <paramref name="key"/>, known or begun now. Valid until the next call.</summary>
    public ref LeaseTransaction Open(in LeaseTransactionKey key, long nowNs)
    {
        var hash = key.StableHash();
        var at = _ring.Find(hash);
        if (at < 0)
            return ref Begin(hash, nowNs);
        ref var known = ref _ring[at];
        if (nowNs - known.LastSeenNs > IdleNs)
            known.Begin();
        known.LastSeenNs = nowNs;
        return ref known;
    }

    private ref LeaseTransaction Begin(ulong hash, long nowNs)
    {
        ref readonly var oldest = ref _ring[_ring.Oldest];
        if (oldest.Key != 0 && nowNs - oldest.LastSeenNs <= IdleNs)
            Evicted++;
        ref var transaction = ref _ring[_ring.Add(hash)];
        transaction.Begin();
        transaction.LastSeenNs = nowNs;
        _ring.Coming(1).PrefetchAnswers();
        return ref transaction;
    }
}
