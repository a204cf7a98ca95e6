using System.Globalization;
using Microsoft.Data.Sqlite;

namespace Sensor.Store;

/// <summary>What the writer does between batches, in steps of a few milliseconds each so that findings never wait for it.</summary>
internal sealed class StoreHousekeeping : IDisposable
{
    /// <summary>The part of the bound that is free again after the store was too large, so that it is not trimmed for every finding.</summary>
    private const int SlackPart = 20;

    private const int RowsAtOnce = 500, PagesAtOnce = 256, StepsWhenFull = 32, PagesForNewRows = 1024;

    private static readonly TimeSpan BetweenTrims = TimeSpan.FromSeconds(5);

    private readonly SqliteConnection _connection;
    private readonly StoreTables _tables;
    private readonly StoreSettings _settings;
    private readonly TimeProvider _clock;
    private readonly OutboxPositions _positions;
    private readonly StoreReports _reports;
    private readonly StoreRetention _retention;
    private readonly DiskReserve _reserve;
    private readonly Statement _deleteDelivered, _targets;
    private bool _isTrimming;
    private long? _trimmedAt;

    public StoreHousekeeping(
        SqliteConnection connection, StoreTables tables, StoreSettings settings, TimeProvider clock, OutboxPositions positions, StoreReports reports)
    {
        (_connection, _tables, _settings, _clock, _positions, _reports) = (connection, tables, settings, clock, positions, reports);
        _retention = new StoreRetention(connection);
        _reserve = new DiskReserve(settings.Path, DiskReserve.Octets);
        _deleteDelivered = new Statement(connection, """
            DELETE FROM outbox WHERE seq IN (SELECT seq FROM outbox WHERE target = $0 AND seq <= $1 ORDER BY seq LIMIT $2)
            """, 3);
        _targets = new Statement(connection, """
            SELECT target, max(seq), coalesce((SELECT delivered FROM outbox_position p WHERE p.target = o.target), 0) FROM outbox o GROUP BY target
            UNION SELECT target, delivered, delivered FROM outbox_position WHERE target NOT IN (SELECT target FROM outbox)
            """, 0);
    }

    /// <summary>Whether the disk has room for the store to go on as usual.</summary>
    public bool HasRoom => _reserve.IsKept;

    /// <summary>Where the targets stand.</summary>
    public List<(string Target, long Newest, long Delivered)> Positions()
    {
        var found = new List<(string, long, long)>();
        using var rows = _targets.Rows();
        while (rows.Read())
            found.Add((rows.GetString(0), rows.GetInt64(1), rows.GetInt64(2)));
        return found;
    }

    /// <summary>One round. True while there is more to do than fits into one.</summary>
    public bool Step()
    {
        var isMore = SavePositions();
        if (_trimmedAt is not { } last || _clock.GetElapsedTime(last) >= BetweenTrims)
        {
            if (Trim())
                isMore = true;
            else
                _trimmedAt = _clock.GetTimestamp();
        }
        isMore |= Vacuum();
        // As often as the rest of the house is looked after, which is not for every batch.
        _reserve.Keep();
        return isMore;
    }

    /// <summary>The disk is full: the reserve is given up, and what can be missed goes until there is room again.</summary>
    public void MakeRoom()
    {
        _reserve.GiveUp();
        RemoveUntilRoom();
    }

    /// <summary>
    /// To be called before evidence is written; false when there is no room for it. While the reserve is missing the disk is short: then old
    /// evidence goes before the disk is full, since afterwards nothing could be deleted any more.
    /// </summary>
    public bool HasRoomForEvidence() => _reserve.IsKept || RemoveUntilRoom();

    private bool RemoveUntilRoom()
    {
        for (var step = 0; step < StepsWhenFull; step++)
        {
            // Pages that are free inside the file take new rows; the log that these go through needs room on the disk.
            var hasDisk = _reserve.Free >= _reserve.Size / 2;
            if (hasDisk && _retention.FreePages >= PagesForNewRows || _reserve.Free >= _reserve.Size * 2)
                return true;
            TryCheckpoint();
            if (!hasDisk && _retention.FreePages >= PagesForNewRows + PagesAtOnce)
                GiveBack(PagesAtOnce);
            else if (!_retention.RemoveOldest(long.MaxValue, withMessages: false))
                return false;
        }
        return false;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _retention.Dispose();
        _deleteDelivered.Dispose();
        _targets.Dispose();
    }

    /// <summary>Makes durable how far targets are, and removes what they have.</summary>
    private bool SavePositions()
    {
        var unsaved = _positions.Unsaved();
        if (unsaved.Count == 0)
            return false;
        var isMore = false;
        var whole = StoreTransaction.Run(_connection, () =>
        {
            var done = new List<(string Target, long Delivered)>();
            foreach (var (target, delivered) in unsaved)
            {
                _tables.PutPosition(target, delivered);
                if (_deleteDelivered.Run(target, delivered, RowsAtOnce) < RowsAtOnce)
                    done.Add((target, delivered));
                else
                    isMore = true;
            }
            return done;
        });
        foreach (var (target, delivered) in whole)
            _positions.Saved(target, delivered);
        return isMore;
    }

    /// <summary>Age and size.</summary>
    private bool Trim()
    {
        var dropped = _retention.MessagesDropped;
        var bound = _isTrimming ? _settings.MaxSize - (_settings.MaxSize / SlackPart) : _settings.MaxSize;
        _isTrimming = _retention.Used > bound && _retention.RemoveOldest(long.MaxValue, withMessages: true);
        var isMore = _isTrimming;
        // The disk has not even room for the reserve: before it is full, evidence goes.
        if (!_reserve.IsKept && _reserve.Free < _reserve.Size * 2)
            isMore |= _retention.FreePages >= PagesAtOnce || _retention.RemoveOldest(long.MaxValue, withMessages: false);
        var before = _clock.GetUtcNow().ToUnixTimeMilliseconds() - (long)_settings.MaxAge.TotalMilliseconds;
        isMore |= _retention.RemoveOldest(before, withMessages: true);
        if (_retention.MessagesDropped > dropped)
        {
            _reports.Began(StoreReports.Dropped, string.Create(CultureInfo.InvariantCulture,
                $"messages that no target took had to be removed ({_retention.MessagesDropped} so far): the store is full of them, or they are older than Store:MaxAge"));
        }
        return isMore;
    }

    private bool Vacuum()
    {
        if (_retention.FreePages < PagesAtOnce)
            return false;
        GiveBack(PagesAtOnce);
        if (!_reserve.IsKept)
            TryCheckpoint();
        return true;
    }

    /// <summary>Puts what is in the log into the file and gives the log's room back.</summary>
    private void TryCheckpoint()
    {
        try
        {
            StoreFile.Execute(_connection, "PRAGMA wal_checkpoint(TRUNCATE)");
        }
        catch (SqliteException failure) when (!StoreFile.IsDamage(failure))
        {
            // What it needs more room for can wait in the log; deleting is what makes room.
        }
    }

    // The pragma frees a page for each row that is read of it.
    private void GiveBack(int pages)
    {
        using var command = _connection.CreateCommand();
        command.CommandText = $"PRAGMA incremental_vacuum({pages.ToString(CultureInfo.InvariantCulture)})";
        using var rows = command.ExecuteReader();
        while (rows.Read())
        {
        }
    }
}
