using System.Text;
using Microsoft.Data.Sqlite;
using Sensor.Detection;
using Sensor.Detection.Incidents;
using Sensor.Detection.Snapshots;

namespace Sensor.Store;

/// <summary>Puts back what detection knew: the last snapshot, and the findings made after it.</summary>
internal static class StoredState
{
    /// <summary>Reads it into <paramref name="detection"/>; what cannot be read is left out and said. Returns the router's state.</summary>
    public static string Restore(string path, DetectionEngine detection, TimeProvider clock, Action<string> say)
    {
        var nowNs = clock.GetUtcNow().ToUnixTimeMilliseconds() * 1_000_000;
        try
        {
            using var connection = StoreFile.OpenForReading(path);
            var after = ApplySnapshot(connection, detection, nowNs, line => say($"{path}: {line}"));
            var missing = FindingJournal.Apply(detection, FindingsAfter(connection, after), nowNs);
            if (missing > 0)
                say($"{path}: {missing} findings could not be taken up again; they are in the store, but may be told again");
            return RouterState(connection);
        }
        catch (SqliteException failure)
        {
            say($"{path}: what was known before the restart cannot be read ({StoreFile.OneLine(failure.Message)}); detection starts without it");
            return "";
        }
    }

    /// <summary>Returns the number of the last finding that the snapshot knows.</summary>
    private static long ApplySnapshot(SqliteConnection connection, DetectionEngine detection, long nowNs, Action<string> say)
    {
        using var statement = new Statement(connection, "SELECT value, finding_seq FROM state WHERE name = $0", 1);
        using var rows = statement.Rows(StoreTables.DetectionState);
        if (!rows.Read())
            return 0;
        var result = DetectionSnapshot.Apply(detection, rows.GetFieldValue<byte[]>(0), nowNs);
        if (result.Outcome == SnapshotOutcome.Damaged)
            say("the snapshot of the tables is damaged; they start empty");
        else if (result.Outcome == SnapshotOutcome.OtherVersion)
            say("the snapshot of the tables is of another version; they start empty");
        if (result.Skipped.Count > 0)
            say($"these tables start empty: {string.Join(", ", result.Skipped)}");
        return result.Outcome == SnapshotOutcome.Applied ? rows.GetInt64(1) : 0;
    }

    private static IEnumerable<byte[]> FindingsAfter(SqliteConnection connection, long after)
    {
        using var statement = new Statement(connection, """
            SELECT state FROM (SELECT seq, state FROM findings WHERE seq > $0 AND length(state) > 0 ORDER BY seq DESC LIMIT $1) ORDER BY seq
            """, 2);
        using var rows = statement.Rows(after, IncidentBook.MaxFindings);
        while (rows.Read())
            yield return rows.GetFieldValue<byte[]>(0);
    }

    private static string RouterState(SqliteConnection connection)
    {
        using var statement = new Statement(connection, "SELECT value FROM state WHERE name = $0", 1);
        using var rows = statement.Rows(StoreTables.RouterState);
        return rows.Read() ? Encoding.UTF8.GetString(rows.GetFieldValue<byte[]>(0)) : "";
    }
}
