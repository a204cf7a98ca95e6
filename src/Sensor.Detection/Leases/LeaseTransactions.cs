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

    private readonly Dictionary<LeaseTransactionKey, LeaseTransaction> _byKey = [];
    private readonly List<LeaseTransaction> _ring = [];
    private int _oldest;

    /// <summary>Transactions pushed out before they were idle.</summary>
    public long Evicted { get; private set; }

    /// <summary>The transaction of <paramref name="key"/>, known or begun now.</summary>
    public LeaseTransaction Open(in LeaseTransactionKey key, long nowNs)
    {
        if (!_byKey.TryGetValue(key, out var transaction))
            transaction = Begin(in key, nowNs);
        else if (nowNs - transaction.LastSeenNs > IdleNs)
            transaction.Begin(in key, nowNs);
        transaction.LastSeenNs = nowNs;
        return transaction;
    }

    private LeaseTransaction Begin(in LeaseTransactionKey key, long nowNs)
    {
        LeaseTransaction transaction;
        if (_ring.Count < Capacity)
        {
            transaction = new LeaseTransaction();
            _ring.Add(transaction);
        }
        else
        {
            transaction = _ring[_oldest];
            _oldest = (_oldest + 1) % Capacity;
            _byKey.Remove(transaction.Key);
            if (nowNs - transaction.LastSeenNs <= IdleNs)
                Evicted++;
        }
        transaction.Begin(in key, nowNs);
        _byKey.Add(key, transaction);
        return transaction;
    }
}
