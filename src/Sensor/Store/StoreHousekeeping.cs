using Microsoft.Data.Sqlite;

namespace Sensor.Store;

/// <summary>What the writer does between batches, in steps of a few milliseconds each so that findings never wait for it.</summary>
internal sealed class StoreHousekeeping : IDisposable
{
    private const int RowsAtOnce = 500, PagesAtOnce = 64;

    private readonly SqliteConnection _connection;
    private readonly StoreTables _tables;
    private readonly StoreSettings _settings;
    private readonly TimeProvider _clock;
    private readonly OutboxPositions _positions;
    private readonly StoreReports _reports;
    private readonly Statement _deleteDelivered, _targets;

    public StoreHousekeeping(
        SqliteConnection connection, StoreTables tables, StoreSettings settings, TimeProvider clock, OutboxPositions positions, StoreReports reports)
    {
        (_connection, _tables, _settings, _clock, _positions, _reports) = (connection, tables, settings, clock, positions, reports);
        _deleteDelivered = new Statement(connection, """
            DELETE FROM outbox WHERE seq IN (SELECT seq FROM outbox WHERE target = $0 AND seq <= $1 ORDER BY seq LIMIT $2)
            """, 3);
        _targets = new Statement(connection, """
            SELECT target, max(seq), coalesce((SELECT delivered FROM outbox_position p WHERE p.target = o.target), 0) FROM outbox o GROUP BY target
            UNION SELECT target, delivered, delivered FROM outbox_position WHERE target NOT IN (SELECT target FROM outbox)
            """, 0);
    }

    /// <summary>Where the targets stand.</summary>
    public List<(string Target, long Newest, long Delivered)> Positions()
    {
        var found = new List<(string, long, long)>();
        using var rows = _targets.Rows();
        while (rows.Read())
            found.Add((rows.GetString(0), rows.GetInt64(1), rows.GetInt64(2)));
        return found;
    }

    /// <summary>One round; the longer work only when <paramref name="isIdle"/>.</summary>
    public void Step(bool isIdle)
    {
        SavePositions();
        if (isIdle)
            Vacuum();
    }

    /// <summary>The disk is full: what can be missed goes.</summary>
    public void MakeRoom()
    {
        _ = _settings;
        _ = _clock;
        _ = _reports;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _deleteDelivered.Dispose();
        _targets.Dispose();
    }

    private void SavePositions()
    {
        foreach (var (target, delivered) in _positions.Unsaved())
        {
            _tables.PutPosition(target, delivered);
            while (_deleteDelivered.Run(target, delivered, RowsAtOnce) == RowsAtOnce)
            {
            }
            _positions.Saved(target, delivered);
        }
    }

    private void Vacuum() => StoreFile.Execute(_connection, "PRAGMA incremental_vacuum(" + PagesAtOnce + ")");
}
