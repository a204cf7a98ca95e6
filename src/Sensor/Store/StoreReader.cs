using System.Text.Json;
using Microsoft.Data.Sqlite;
using Sensor.Core.Frames;
using Sensor.Detection.Incidents;

namespace Sensor.Store;

/// <summary>An incident as the store lists it.</summary>
internal sealed record StoredIncident(
    string Id, Severity Severity, Confidence Confidence, bool IsExposure, long FirstNs, long LastNs, string Suspect, Stage Furthest, long Victims,
    long Findings, string? JoinedInto, string? Json = null)
{
    /// <summary>What active checks showed, as the incident's line has it: time and text.</summary>
    public IReadOnlyList<(string Time, string Text)> Checks()
    {
        try
        {
            using var line = JsonDocument.Parse(Json ?? "{}");
            return line.RootElement.TryGetProperty("checks", out var checks)
                ? [.. checks.EnumerateArray().Select(static one => (one.GetProperty("time").GetString() ?? "", one.GetProperty("text").GetString() ?? ""))] : [];
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            // Made by another version, or damaged: the rest of the incident is good all the same.
            return [];
        }
    }
}

/// <summary>A finding as the store keeps it.</summary>
internal sealed record ReadFinding(
    long Seq, string Detector, Stage Stage, Severity Severity, Confidence Confidence, long AtNs, string Suspect, string? Victim, string Summary, string Json);

/// <summary>A frame of the evidence, and the detectors whose findings it proves (those it raised with a mark).</summary>
internal sealed record ReadFrame(string Interface, FrameRecord Record, byte[] Octets, IReadOnlyList<(string Detector, bool Raised)> Findings);

/// <summary>Looks into a store without changing it, while the daemon writes to it.</summary>
internal sealed class StoreReader : IDisposable
{
    private const string IncidentColumns =
        "id, severity, confidence, is_exposure, first_ns, last_ns, suspect, furthest, victims, findings, joined_into, json";

    private readonly SqliteConnection _connection;
    private readonly string _path;

    /// <summary>Opens the store; throws <see cref="StoreException"/> where that cannot be.</summary>
    public StoreReader(string path) => (_path, _connection) = (path, StoreFile.OpenForReading(path));

    /// <summary>Incidents that were still going on at or after <paramref name="sinceNs"/>, the latest first.</summary>
    public IReadOnlyList<StoredIncident> Incidents(long sinceNs, bool withExposure) => Read(
        $"SELECT {IncidentColumns} FROM incidents WHERE last_ns >= $0 AND is_exposure <= $1 AND joined_into IS NULL ORDER BY last_ns DESC, id",
        IncidentOf, sinceNs, withExposure ? 1 : 0);

    /// <summary>The incidents whose id begins with <paramref name="prefix"/>, two at most.</summary>
    public IReadOnlyList<StoredIncident> WithId(string prefix) => Read(
        $"SELECT {IncidentColumns} FROM incidents WHERE substr(id, 1, length($0)) = $0 ORDER BY id LIMIT 2", IncidentOf, prefix);

    /// <summary>The findings of an incident and of those joined into it, in the order they were made.</summary>
    public IReadOnlyList<ReadFinding> Findings(string incidentId) => Read(
        """
        SELECT seq, detector, stage, severity, confidence, at_ns, suspect, victim, summary, json FROM findings
        WHERE incident_id = $0 OR incident_id IN (SELECT id FROM incidents WHERE joined_into = $0) ORDER BY seq
        """,
        static row => new ReadFinding(
            row.GetInt64(0), row.GetString(1), (Stage)row.GetInt32(2), (Severity)row.GetInt32(3), (Confidence)row.GetInt32(4), row.GetInt64(5),
            row.GetString(6), row.IsDBNull(7) ? null : row.GetString(7), row.GetString(8), row.GetString(9)),
        incidentId);

    /// <summary>The frames of an incident and of those joined into it, in the order of their time.</summary>
    public IEnumerable<ReadFrame> Frames(string incidentId)
    {
        var notes = Read(
            """
            SELECT e.seq, f.detector, n.raised FROM evidence e JOIN finding_frames n ON n.evidence_seq = e.seq JOIN findings f ON f.seq = n.finding_seq
            WHERE e.incident_id = $0 OR e.incident_id IN (SELECT id FROM incidents WHERE joined_into = $0) ORDER BY f.seq
            """,
            static row => (Frame: row.GetInt64(0), Detector: row.GetString(1), Raised: row.GetInt32(2) != 0), incidentId).ToLookup(static note => note.Frame);
        return Read(
            """
            SELECT seq, interface, link_type, origin, number, at_ns, original_length, octets FROM evidence
            WHERE incident_id = $0 OR incident_id IN (SELECT id FROM incidents WHERE joined_into = $0) ORDER BY at_ns, origin, number
            """,
            row => FrameOf(row, [.. notes[row.GetInt64(0)].Select(static note => (note.Detector, note.Raised)).Distinct()]), incidentId);
    }

    /// <inheritdoc/>
    public void Dispose() => _connection.Dispose();

    private static ReadFrame FrameOf(SqliteDataReader row, IReadOnlyList<(string, bool)> findings)
    {
        var octets = row.GetFieldValue<byte[]>(7);
        var record = new FrameRecord
        {
            LinkType = (ushort)row.GetInt32(2),
            Origin = (ushort)row.GetInt32(3),
            Number = row.GetInt64(4),
            TimestampNs = row.GetInt64(5),
            OriginalLength = row.GetInt32(6),
            CapturedLength = octets.Length,
        };
        return new ReadFrame(row.GetString(1), record, octets, findings);
    }

    private static StoredIncident IncidentOf(SqliteDataReader row) => new(
        row.GetString(0), (Severity)Math.Clamp(row.GetInt32(1), 0, 4), (Confidence)Math.Clamp(row.GetInt32(2), 0, 2), row.GetInt32(3) != 0,
        row.GetInt64(4), row.GetInt64(5), row.GetString(6), (Stage)Math.Clamp(row.GetInt32(7), 0, 6), row.GetInt64(8), row.GetInt64(9),
        row.IsDBNull(10) ? null : row.GetString(10), row.IsDBNull(11) ? null : row.GetString(11));

    private List<T> Read<T>(string sql, Func<SqliteDataReader, T> read, params object[] values)
    {
        try
        {
            using var statement = new Statement(_connection, sql, values.Length);
            using var rows = statement.Rows(values);
            var found = new List<T>();
            while (rows.Read())
                found.Add(read(rows));
            return found;
        }
        catch (Exception failure) when (failure is SqliteException or InvalidCastException or InvalidOperationException)
        {
            throw new StoreException($"{_path}: the store cannot be read: {StoreFile.OneLine(failure.Message)}", failure);
        }
    }
}
