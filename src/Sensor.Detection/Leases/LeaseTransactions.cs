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

    private readonly RecentRing<Slot> _ring = new(Capacity, 4 * Capacity);

    /// <summary>Transactions pushed out before they were idle.</summary>
    public long Evicted { get; private set; }

    /// <summary>Asks for what <see cref="Open"/> will need first.</summary>
    public void Prefetch(in LeaseTransactionKey key) => _ring.Prefetch(key.StableHash());

    /// <summary>The transaction of <paramref name="key"/>, known or begun now.</summary>
    public LeaseTransaction Open(in LeaseTransactionKey key, long nowNs)
    {
        var hash = key.StableHash();
        var at = _ring.Find(hash);
        var transaction = at >= 0 ? _ring[at].Transaction! : Begin(hash, nowNs);
        if (at >= 0 && nowNs - transaction.LastSeenNs > IdleNs)
            transaction.Begin();
        transaction.LastSeenNs = nowNs;
        return transaction;
    }

    private LeaseTransaction Begin(ulong hash, long nowNs)
    {
        ref var slot = ref _ring[_ring.Add(hash)];
        if (slot.Transaction is null)
            return slot.Transaction = new LeaseTransaction();
        if (nowNs - slot.Transaction.LastSeenNs <= IdleNs)
            Evicted++;
        slot.Transaction.Begin();
        return slot.Transaction;
    }

    private struct Slot : IRingEntry
    {
        public LeaseTransaction? Transaction;

        public ulong Key { get; set; }
    }
}
