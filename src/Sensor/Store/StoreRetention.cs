using Microsoft.Data.Sqlite;

namespace Sensor.Store;

/// <summary>
/// What goes when the store is too large, too old, or the disk is full, in steps: the oldest evidence first, then bodies of PAC files, then
/// operational events, then findings whose messages were all delivered and that the last snapshot knows. Last of all, and only for the store's
/// own bounds, messages that nobody took, with their findings; that is counted and told.
/// </summary>
internal sealed class StoreRetention : IDisposable
{
    private const int FramesAtOnce = 64, RowsAtOnce = 256, PacsAtOnce = 4, EventsKept = 1000;

    private readonly SqliteConnection _connection;
    private readonly Statement _evidence, _frames, _pacs, _events, _findings, _orphans, _messages, _dropped, _pages, _free, _pageSize;

    public StoreRetention(SqliteConnection connection)
    {
        _connection = connection;
        // Of the oldest rows only: a look at all of them would take longer the more there are.
        _evidence = new Statement(connection, """
            DELETE FROM evidence WHERE seq IN
            (SELECT seq FROM (SELECT seq, stored_at FROM evidence ORDER BY seq LIMIT $1) WHERE stored_at < $0)
            """, 2);
        _frames = new Statement(connection, "DELETE FROM finding_frames WHERE evidence_seq < (SELECT coalesce(min(seq), 9223372036854775807) FROM evidence)", 0);
        _pacs = new Statement(connection, """
            UPDATE pacs SET body = NULL WHERE sha256 IN
            (SELECT sha256 FROM pacs WHERE body IS NOT NULL AND stored_at < $0 ORDER BY last_ns, sha256 LIMIT $1)
            """, 2);
        _events = new Statement(connection, """
            DELETE FROM events WHERE seq IN (SELECT seq FROM (SELECT seq, stored_at FROM events ORDER BY seq LIMIT $1) WHERE stored_at < $0)
            AND seq <= (SELECT max(seq) FROM events) - $2
            """, 3);
        _findings = new Statement(connection, """
            DELETE FROM findings WHERE seq IN (SELECT seq FROM (SELECT seq, stored_at FROM findings f
            WHERE NOT EXISTS (SELECT 1 FROM outbox o WHERE o.finding_seq = f.seq)
            AND seq <= (SELECT finding_seq FROM state WHERE name = 'detection') ORDER BY seq LIMIT $1) WHERE stored_at < $0)
            """, 2);
        _orphans = new Statement(connection, """
            DELETE FROM incidents WHERE stored_at < $0 AND NOT EXISTS (SELECT 1 FROM findings f WHERE f.incident_id = incidents.id)
            """, 1);
        _dropped = new Statement(connection, """
            SELECT count(*) FROM (SELECT stored_at FROM outbox ORDER BY seq LIMIT $1) WHERE stored_at < $0
            """, 2);
        _messages = new Statement(connection, """
            DELETE FROM outbox WHERE seq IN (SELECT seq FROM (SELECT seq, stored_at FROM outbox ORDER BY seq LIMIT $1) WHERE stored_at < $0)
            """, 2);
        _pages = new Statement(connection, "PRAGMA page_count", 0);
        _free = new Statement(connection, "PRAGMA freelist_count", 0);
        _pageSize = new Statement(connection, "PRAGMA page_size", 0);
    }

    /// <summary>Messages that were removed before their target took them.</summary>
    public long MessagesDropped { get; private set; }

    /// <summary>Octets of the file that are in use.</summary>
    public long Used => (_pages.Number(0) - _free.Number(0)) * _pageSize.Number(4096);

    /// <summary>Pages of the file that are not in use and could be given back.</summary>
    public long FreePages => _free.Number(0);

    /// <summary>
    /// Removes one step of the oldest that was stored before <paramref name="before"/> (milliseconds since 1970 UTC); false when there is
    /// nothing more. Messages that nobody took are removed only where <paramref name="withMessages"/> says so.
    /// </summary>
    public bool RemoveOldest(long before, bool withMessages) => StoreTransaction.Run(_connection, () =>
    {
        if (_evidence.Run(before, FramesAtOnce) > 0)
        {
            _frames.Run();
            return true;
        }
        if (_pacs.Run(before, PacsAtOnce) > 0 || _events.Run(before, RowsAtOnce, EventsKept) > 0)
            return true;
        if (_findings.Run(before, RowsAtOnce) > 0)
        {
            _orphans.Run(before);
            return true;
        }
        if (!withMessages || _dropped.Number(0, before, RowsAtOnce) is not (> 0 and var dropped))
            return false;
        _messages.Run(before, RowsAtOnce);
        MessagesDropped += dropped;
        return true;
    });

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var statement in new[] { _evidence, _frames, _pacs, _events, _findings, _orphans, _messages, _dropped, _pages, _free, _pageSize })
            statement.Dispose();
    }
}
