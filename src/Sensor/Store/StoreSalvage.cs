using System.Globalization;
using Microsoft.Data.Sqlite;

namespace Sensor.Store;

/// <summary>
/// Takes out of a store that was set aside what can still be read of the things that must not be lost: messages that wait, findings, incidents
/// and the snapshot. Rows whose columns have not the types they should have are left; where reading fails it ends there.
/// </summary>
internal static class StoreSalvage
{
    private const long HighestNumber = 1L << 52;

    private static readonly (string Table, string Columns, string IsSound)[] Parts =
    [
        ("state", "name, finding_seq, stored_at, value", "typeof(name)='text' AND typeof(finding_seq)='integer' AND typeof(value)='blob'"),
        ("incidents", "id, severity, confidence, is_exposure, first_ns, last_ns, suspect, furthest, victims, findings, joined_into, json, stored_at",
            "typeof(id)='text' AND typeof(suspect)='text' AND severity BETWEEN 0 AND 4 AND confidence BETWEEN 0 AND 2 AND typeof(last_ns)='integer'"),
        ("findings", "seq, incident_id, detector, sid, stage, severity, confidence, at_ns, suspect, victim, summary, json, state, stored_at",
            "seq BETWEEN 1 AND $0 AND typeof(incident_id)='text' AND typeof(detector)='text' AND typeof(json)='text' AND typeof(at_ns)='integer' AND typeof(stored_at)='integer'"),
        ("outbox", "seq, target, message_id, incident_id, at_ns, severity, kind, body, finding_seq, stored_at",
            "seq BETWEEN 1 AND $0 AND typeof(target)='text' AND typeof(message_id)='text' AND typeof(incident_id)='text' AND typeof(kind)='text' "
            + "AND typeof(body)='text' AND severity BETWEEN 0 AND 4 AND typeof(at_ns)='integer' AND typeof(finding_seq)='integer' AND typeof(stored_at)='integer' "
            + "AND seq > coalesce((SELECT delivered FROM outbox_position p WHERE p.target = outbox.target), 0)"),
    ];

    /// <summary>Copies from the store that is now called <paramref name="aside"/>; says how much in one line.</summary>
    public static void Take(string aside, SqliteConnection into, Action<string> say)
    {
        var counts = Parts.ToDictionary(static part => part.Table, static _ => 0);
        try
        {
            using var damaged = StoreFile.OpenForReading(aside, isDamaged: true);
            foreach (var part in Parts)
                counts[part.Table] = Copy(damaged, into, part);
        }
        catch (Exception failure) when (failure is SqliteException or StoreException)
        {
            // Not even its first page can be read.
        }
        if (counts.Values.Any(static count => count > 0))
        {
            say(string.Create(CultureInfo.InvariantCulture,
                $"{aside}: taken over from it: {counts["outbox"]} messages that waited, {counts["findings"]} findings, {counts["incidents"]} incidents"));
        }
    }

    private static int Copy(SqliteConnection damaged, SqliteConnection into, (string Table, string Columns, string IsSound) part)
    {
        var columns = part.Columns.Split(", ").Length;
        var places = string.Join(", ", Enumerable.Range(0, columns).Select(static place => $"${place}"));
        using var put = new Statement(into, $"INSERT OR IGNORE INTO {part.Table} ({part.Columns}) VALUES ({places})", columns);
        return StoreTransaction.Run(into, () =>
        {
            var copied = 0;
            try
            {
                var needsNumber = part.IsSound.Contains("$0", StringComparison.Ordinal);
                using var get = new Statement(damaged, $"SELECT {part.Columns} FROM {part.Table} NOT INDEXED WHERE {part.IsSound}", needsNumber ? 1 : 0);
                using var rows = needsNumber ? get.Rows(HighestNumber) : get.Rows();
                var values = new object[columns];
                while (rows.Read())
                {
                    rows.GetValues(values);
                    copied += put.Run(values);
                }
            }
            catch (SqliteException failure) when (StoreFile.IsDamage(failure))
            {
                // So far and no further.
            }
            return copied;
        });
    }
}
