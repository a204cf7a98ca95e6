using Microsoft.Data.Sqlite;
using Sensor.Detection.Baselines;

namespace Sensor.Store;

/// <summary>
/// The baseline in the store: entries, how far learning is, and who decided what. Has a connection of its own, so that the daemon's detection and
/// the operator's command work on it side by side; each call is one transaction. Throws <see cref="StoreException"/>.
/// </summary>
public sealed class BaselineStore : IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly string _path;
    private readonly TimeProvider _clock;

    /// <summary>Opens the store at <paramref name="path"/>, which a daemon has made; <paramref name="isReader"/>: nothing will be changed.</summary>
    public BaselineStore(string path, TimeProvider? clock = null, bool isReader = false)
    {
        (_path, _clock) = (path, clock ?? TimeProvider.System);
        _connection = isReader ? StoreFile.OpenForReading(path) : StoreFile.OpenForEditing(path);
        try
        {
            if (StoreSchema.VersionOf(_connection) < StoreSchema.Version)
                throw new StoreException($"{path}: the store was made by an older sensor: start 'sensor run' once, it brings it up to date");
        }
        catch
        {
            _connection.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _connection.Dispose();

    /// <summary>How far learning is.</summary>
    public BaselinePhase Phase() => Guarded(() =>
    {
        using var statement = new Statement(_connection, "SELECT began_ns, learned_ns, frozen_at, revision FROM baseline_phase", 0);
        using var rows = statement.Rows();
        return !rows.Read() ? new BaselinePhase(0, 0, null, 0) : new BaselinePhase(
            rows.GetInt64(0), rows.GetInt64(1), rows.IsDBNull(2) ? null : DateTimeOffset.FromUnixTimeMilliseconds(rows.GetInt64(2)), rows.GetInt64(3));
    });

    /// <summary>All entries, by kind, VLAN, key and value.</summary>
    public IReadOnlyList<BaselineRow> Rows() => Guarded(() =>
    {
        using var statement = new Statement(
            _connection, "SELECT kind, vlan, key, value, standing, decided, is_change, sureness, doubt, count, clients, first_ns, last_ns FROM baseline", 0);
        using var rows = statement.Rows();
        var all = new List<BaselineRow>();
        while (rows.Read())
        {
            // A kind of a newer program is left alone.
            if (Enum.TryParse<BaselineKind>(rows.GetString(0), out var kind))
                all.Add(Read(rows, kind));
        }
        return (IReadOnlyList<BaselineRow>)
        [
            .. all.OrderBy(static row => row.Entry.Kind).ThenBy(static row => row.Entry.Vlan)
                .ThenBy(static row => row.Entry.Key, StringComparer.Ordinal).ThenBy(static row => row.Entry.Value, StringComparer.Ordinal),
        ];
    });

    /// <summary>The audit trail, oldest first.</summary>
    public IReadOnlyList<BaselineAudit> Audit() => Guarded(() =>
    {
        using var statement = new Statement(_connection, "SELECT at, who, action, subject, reason FROM baseline_audit ORDER BY seq", 0);
        using var rows = statement.Rows();
        var all = new List<BaselineAudit>();
        while (rows.Read())
            all.Add(new(DateTimeOffset.FromUnixTimeMilliseconds(rows.GetInt64(0)), rows.GetString(1), rows.GetString(2), rows.GetString(3), rows.GetString(4)));
        return (IReadOnlyList<BaselineAudit>)all;
    });

    /// <summary>Writes what was learned up to now; what the operator decided stays decided. With <paramref name="freeze"/> learning ends.</summary>
    public void Learned(LearnedBaseline learned, bool freeze) => Transaction(() =>
    {
        using var upsert = new Statement(_connection, Upsert, 12);
        foreach (var entry in learned.Entries)
            Write(upsert, entry, isChange: false);
        Touch(learned.FirstNs, learned.LastNs);
        if (freeze)
            FreezeNow();
    });

    /// <summary>Notes entries that came after the baseline was frozen. What is known already is left as it is.</summary>
    public void Changed(IReadOnlyList<LearnedEntry> entries) => Transaction(() =>
    {
        using var insert = new Statement(_connection, Upsert, 12);
        foreach (var entry in entries)
            Write(insert, entry, isChange: true);
    });

    /// <summary>Decides about entries, with a line of the audit trail for each.</summary>
    public void Decide(IReadOnlyList<BaselineRow> rows, BaselineDecision decision, string who, string reason) => Transaction(() =>
    {
        using var update = new Statement(_connection, "UPDATE baseline SET decided = $0 WHERE kind = $1 AND vlan = $2 AND key = $3 AND value = $4", 5);
        foreach (var row in rows)
        {
            update.Run((long)decision, row.Entry.Kind.ToString(), (long)row.Entry.Vlan, row.Entry.Key, row.Entry.Value);
            Note(who, decision == BaselineDecision.Accepted ? "accept" : "reject", row.Shown, reason);
        }
        Revise();
    });

    /// <summary>Ends the learning by the operator's word.</summary>
    public void Freeze(string who, string reason) => Transaction(() =>
    {
        Touch(0, 0);
        FreezeNow();
        Note(who, "freeze", "the baseline", reason);
    });

    private const string Upsert = """
        INSERT INTO baseline (kind, vlan, key, value, standing, decided, is_change, sureness, doubt, count, clients, first_ns, last_ns)
        VALUES ($0, $1, $2, $3, $4, 0, $11, $5, $6, $7, $8, $9, $10)
        ON CONFLICT (kind, vlan, key, value) DO UPDATE SET standing = excluded.standing, sureness = excluded.sureness, doubt = excluded.doubt,
            count = excluded.count, clients = excluded.clients, first_ns = min(first_ns, excluded.first_ns), last_ns = max(last_ns, excluded.last_ns)
            WHERE excluded.is_change = 0 OR is_change = 1
        """;

    private static void Write(Statement upsert, LearnedEntry entry, bool isChange) => upsert.Run(
        entry.Kind.ToString(), (long)entry.Vlan, entry.Key, entry.Value, (long)entry.Standing, (long)entry.Sureness, entry.Doubt, entry.Count,
        (long)entry.Clients, entry.FirstSeenNs, entry.LastSeenNs, isChange ? 1L : 0L);

    private static BaselineRow Read(SqliteDataReader rows, BaselineKind kind) => new(
        new LearnedEntry
        {
            Kind = kind,
            Vlan = (ushort)rows.GetInt64(1),
            Key = rows.GetString(2),
            Value = rows.GetString(3),
            Standing = (BaselineStanding)rows.GetInt64(4),
            Sureness = (BaselineSureness)rows.GetInt64(7),
            Doubt = rows.GetString(8),
            Count = rows.GetInt64(9),
            Clients = (int)rows.GetInt64(10),
            FirstSeenNs = rows.GetInt64(11),
            LastSeenNs = rows.GetInt64(12),
        },
        (BaselineDecision)rows.GetInt64(5), rows.GetInt64(6) != 0);

    private void Touch(long beganNs, long learnedNs)
    {
        using var statement = new Statement(
            _connection,
            "INSERT INTO baseline_phase (id, began_ns, learned_ns, revision) VALUES (1, $0, $1, 1) ON CONFLICT (id) DO UPDATE SET "
            + "began_ns = CASE WHEN began_ns = 0 THEN $0 ELSE began_ns END, learned_ns = max(learned_ns, $1)", 2);
        statement.Run(beganNs, learnedNs);
    }

    private void FreezeNow()
    {
        using var statement = new Statement(_connection, "UPDATE baseline_phase SET frozen_at = coalesce(frozen_at, $0), revision = revision + 1", 1);
        statement.Run(_clock.GetUtcNow().ToUnixTimeMilliseconds());
    }

    private void Revise() => StoreFile.Execute(_connection, "UPDATE baseline_phase SET revision = revision + 1");

    private void Note(string who, string action, string subject, string reason)
    {
        using var statement = new Statement(_connection, "INSERT INTO baseline_audit (at, who, action, subject, reason) VALUES ($0, $1, $2, $3, $4)", 5);
        statement.Run(_clock.GetUtcNow().ToUnixTimeMilliseconds(), who, action, subject, reason);
    }

    private void Transaction(Action work) => Guarded(() =>
    {
        StoreFile.Execute(_connection, "BEGIN IMMEDIATE");
        try
        {
            work();
            StoreFile.Execute(_connection, "COMMIT");
            return true;
        }
        catch
        {
            StoreFile.Execute(_connection, "ROLLBACK");
            throw;
        }
    });

    private T Guarded<T>(Func<T> work)
    {
        try
        {
            return work();
        }
        catch (SqliteException failure)
        {
            throw new StoreException($"{_path}: the baseline cannot be read or written: {StoreFile.OneLine(failure.Message)}", failure);
        }
    }
}
