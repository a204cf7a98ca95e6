using Microsoft.Data.Sqlite;

namespace Sensor.Store;

/// <summary>
/// The tables of the store, as migrations in order: `PRAGMA user_version` says how many were applied. A migration is one transaction and is
/// never changed once it was shipped. Times ending in _ns are packet time, nanoseconds since 1970 UTC; stored_at is the clock of the machine,
/// milliseconds since 1970 UTC.
/// </summary>
internal static class StoreSchema
{
    private const string Version1 = """
        CREATE TABLE state (name TEXT PRIMARY KEY, finding_seq INTEGER NOT NULL, stored_at INTEGER NOT NULL, value BLOB NOT NULL);
        CREATE TABLE incidents (
            id TEXT PRIMARY KEY, severity INTEGER NOT NULL, confidence INTEGER NOT NULL, is_exposure INTEGER NOT NULL,
            first_ns INTEGER NOT NULL, last_ns INTEGER NOT NULL, suspect TEXT NOT NULL, furthest INTEGER NOT NULL,
            victims INTEGER NOT NULL, findings INTEGER NOT NULL, joined_into TEXT, json TEXT, stored_at INTEGER NOT NULL);
        CREATE INDEX incidents_by_time ON incidents (last_ns);
        CREATE TABLE findings (
            seq INTEGER PRIMARY KEY AUTOINCREMENT, incident_id TEXT NOT NULL, detector TEXT NOT NULL, sid INTEGER NOT NULL,
            stage INTEGER NOT NULL, severity INTEGER NOT NULL, confidence INTEGER NOT NULL, at_ns INTEGER NOT NULL,
            suspect TEXT NOT NULL, victim TEXT, summary TEXT NOT NULL, json TEXT NOT NULL, state BLOB, stored_at INTEGER NOT NULL);
        CREATE INDEX findings_by_incident ON findings (incident_id);
        CREATE TABLE evidence (
            seq INTEGER PRIMARY KEY AUTOINCREMENT, incident_id TEXT NOT NULL, interface TEXT NOT NULL, link_type INTEGER NOT NULL,
            origin INTEGER NOT NULL, number INTEGER NOT NULL, at_ns INTEGER NOT NULL, original_length INTEGER NOT NULL,
            octets BLOB NOT NULL, stored_at INTEGER NOT NULL, UNIQUE (incident_id, at_ns, origin, number));
        CREATE TABLE finding_frames (
            finding_seq INTEGER NOT NULL, evidence_seq INTEGER NOT NULL, raised INTEGER NOT NULL,
            PRIMARY KEY (evidence_seq, finding_seq)) WITHOUT ROWID;
        CREATE TABLE hosts (
            id INTEGER PRIMARY KEY, segment TEXT NOT NULL, macs TEXT NOT NULL, addresses TEXT NOT NULL, names TEXT NOT NULL,
            roles INTEGER NOT NULL, first_ns INTEGER NOT NULL, last_ns INTEGER NOT NULL);
        CREATE TABLE exposure (
            segment TEXT NOT NULL, who TEXT NOT NULL, kinds INTEGER NOT NULL, last_wpad_ns INTEGER NOT NULL, last_update_ns INTEGER NOT NULL,
            last_poll_ns INTEGER NOT NULL, last_ns INTEGER NOT NULL, PRIMARY KEY (segment, who)) WITHOUT ROWID;
        CREATE TABLE pacs (
            sha256 TEXT PRIMARY KEY, length INTEGER NOT NULL, first_ns INTEGER NOT NULL, last_ns INTEGER NOT NULL,
            times_served INTEGER NOT NULL, urls TEXT NOT NULL, servers TEXT NOT NULL, body BLOB, stored_at INTEGER NOT NULL);
        CREATE TABLE outbox (
            seq INTEGER PRIMARY KEY AUTOINCREMENT, target TEXT NOT NULL, message_id TEXT NOT NULL, incident_id TEXT NOT NULL,
            at_ns INTEGER NOT NULL, severity INTEGER NOT NULL, kind TEXT NOT NULL, body TEXT NOT NULL, finding_seq INTEGER NOT NULL,
            stored_at INTEGER NOT NULL);
        CREATE INDEX outbox_by_target ON outbox (target, seq);
        CREATE INDEX outbox_by_finding ON outbox (finding_seq);
        CREATE TABLE outbox_position (target TEXT PRIMARY KEY, delivered INTEGER NOT NULL) WITHOUT ROWID;
        """;

    private const string Version2 = """
        CREATE TABLE baseline (
            kind TEXT NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL, state INTEGER NOT NULL, count INTEGER NOT NULL,
            first_ns INTEGER NOT NULL, last_ns INTEGER NOT NULL, PRIMARY KEY (kind, key, value)) WITHOUT ROWID;
        CREATE TABLE events (
            seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL, subject TEXT NOT NULL, severity INTEGER NOT NULL,
            is_over INTEGER NOT NULL, at_ns INTEGER NOT NULL, summary TEXT NOT NULL, next_step TEXT NOT NULL, stored_at INTEGER NOT NULL);
        """;

    // Nothing wrote a baseline before: the table is made anew with what a baseline needs.
    private const string Version3 = """
        DROP TABLE baseline;
        CREATE TABLE baseline (
            kind TEXT NOT NULL, vlan INTEGER NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL, standing INTEGER NOT NULL,
            decided INTEGER NOT NULL, is_change INTEGER NOT NULL, sureness INTEGER NOT NULL, doubt TEXT NOT NULL, count INTEGER NOT NULL,
            clients INTEGER NOT NULL, first_ns INTEGER NOT NULL, last_ns INTEGER NOT NULL, PRIMARY KEY (kind, vlan, key, value)) WITHOUT ROWID;
        CREATE TABLE baseline_phase (
            id INTEGER PRIMARY KEY CHECK (id = 1), began_ns INTEGER NOT NULL, learned_ns INTEGER NOT NULL, frozen_at INTEGER, revision INTEGER NOT NULL);
        CREATE TABLE baseline_audit (
            seq INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER NOT NULL, who TEXT NOT NULL, action TEXT NOT NULL, subject TEXT NOT NULL,
            reason TEXT NOT NULL);
        """;

    private static readonly string[] Migrations = [Version1, Version2, Version3];

    /// <summary>The version this program writes.</summary>
    public static int Version => Migrations.Length;

    /// <summary>The version of an open store; 0 for an empty file.</summary>
    public static int VersionOf(SqliteConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA user_version";
        return (int)(long)command.ExecuteScalar()!;
    }

    /// <summary>Applies what is missing up to <paramref name="version"/> (the present one unless a test wants an older).</summary>
    public static void Migrate(SqliteConnection connection, int? version = null)
    {
        for (var next = VersionOf(connection); next < (version ?? Version); next++)
        {
            using var command = connection.CreateCommand();
            command.CommandText = string.Create(
                System.Globalization.CultureInfo.InvariantCulture,
                $"BEGIN IMMEDIATE; {Migrations[next]} PRAGMA user_version = {next + 1}; COMMIT");
            command.ExecuteNonQuery();
        }
    }

    /// <summary>Whether the tables are letter for letter as the migrations make them: the right version number alone does not say so.</summary>
    public static bool IsAsMade(SqliteConnection connection)
    {
        using var model = new SqliteConnection("Data Source=:memory:;Pooling=False");
        model.Open();
        Migrate(model);
        return TextOf(connection) == TextOf(model);
    }

    private static string? TextOf(SqliteConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT group_concat(type || ' ' || name || ' ' || tbl_name || ' ' || coalesce(sql, ''), char(10)) FROM (SELECT * FROM sqlite_schema ORDER BY type, name)";
        return command.ExecuteScalar() as string;
    }
}
