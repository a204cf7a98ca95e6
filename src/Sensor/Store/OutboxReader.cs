using Microsoft.Data.Sqlite;
using Sensor.Detection.Incidents;
using Sensor.Output.Delivery;

namespace Sensor.Store;

/// <summary>Reads waiting messages on a connection of its own. A store that cannot be read at the moment has nothing to send.</summary>
internal sealed class OutboxReader(string path, OutboxPositions positions, Func<int> generation) : IDisposable
{
    private readonly object _gate = new();
    private SqliteConnection? _connection;
    private Statement? _pending, _backlog;
    private int _generation;

    public IReadOnlyList<OutboxMessage> Pending(string target, long after, int most) => Read([], () =>
    {
        var found = new List<OutboxMessage>();
        using var rows = _pending!.Rows(target, Math.Max(after, positions.DeliveredOf(target)), most);
        while (rows.Read())
        {
            found.Add(new OutboxMessage(
                rows.GetInt64(0),
                new OutboxEntry(
                    target, rows.GetString(1), rows.GetString(2), rows.GetInt64(3), (Severity)rows.GetInt32(4), rows.GetString(5), rows.GetString(6)),
                DateTimeOffset.FromUnixTimeMilliseconds(rows.GetInt64(7))));
        }
        return found;
    });

    public (long Depth, DateTimeOffset? Oldest) Backlog(string target) => Read<(long, DateTimeOffset?)>((0, null), () =>
    {
        using var rows = _backlog!.Rows(target, positions.DeliveredOf(target));
        return rows.Read() && !rows.IsDBNull(1) ? (rows.GetInt64(0), DateTimeOffset.FromUnixTimeMilliseconds(rows.GetInt64(1))) : (0, null);
    });

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_gate)
            Close();
    }

    private T Read<T>(T otherwise, Func<T> read)
    {
        lock (_gate)
        {
            try
            {
                Open();
                return read();
            }
            catch (Exception failure) when (failure is SqliteException or StoreException or InvalidCastException or ArgumentOutOfRangeException)
            {
                Close();
                return otherwise;
            }
        }
    }

    private void Open()
    {
        var present = generation();
        if (_connection is not null && _generation == present)
            return;
        Close();
        _connection = StoreFile.OpenForReading(path);
        _generation = present;
        _pending = new Statement(_connection, """
            SELECT seq, message_id, incident_id, at_ns, severity, kind, body, stored_at FROM outbox
            WHERE target = $0 AND seq > $1 ORDER BY seq LIMIT $2
            """, 3);
        _backlog = new Statement(_connection, "SELECT count(*), min(stored_at) FROM outbox WHERE target = $0 AND seq > $1", 2);
    }

    private void Close()
    {
        _pending?.Dispose();
        _backlog?.Dispose();
        _connection?.Dispose();
        (_pending, _backlog, _connection) = (null, null, null);
    }
}
