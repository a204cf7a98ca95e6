using Microsoft.Data.Sqlite;
using Sensor.Output.Delivery;
using SQLitePCL;

namespace Sensor.Store;

/// <summary>The statements of the writer, inside a transaction that <see cref="StoreWriter"/> opens and ends.</summary>
internal sealed class StoreTables : IDisposable
{
    /// <summary>The row of the table "state" that holds the snapshot of detection.</summary>
    public const string DetectionState = "detection";

    /// <summary>The row that holds the router's state.</summary>
    public const string RouterState = "router";

    private readonly SqliteConnection _connection;
    private readonly TimeProvider _clock;
    private readonly InventoryTables _inventory;
    private readonly Dictionary<string, long> _newest = [];
    private readonly Statement _putIncident, _joinIncident, _addFinding, _addEvidence, _findEvidence, _addFrame, _addMessage, _addEvent,
        _putState, _putPosition;

    public StoreTables(SqliteConnection connection, TimeProvider clock)
    {
        (_connection, _clock) = (connection, clock);
        _inventory = new InventoryTables(connection);
        _putIncident = new Statement(connection, """
            INSERT INTO incidents (id, severity, confidence, is_exposure, first_ns, last_ns, suspect, furthest, victims, findings, json, stored_at)
            VALUES ($0, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
            ON CONFLICT (id) DO UPDATE SET severity = $1, confidence = $2, first_ns = min(first_ns, $4), last_ns = max(last_ns, $5),
            suspect = $6, furthest = $7, victims = $8, findings = $9, json = coalesce($10, json), stored_at = $11
            """, 12);
        _joinIncident = new Statement(connection, "UPDATE incidents SET joined_into = $1 WHERE id = $0", 2);
        _addFinding = new Statement(connection, """
            INSERT INTO findings
            (incident_id, detector, sid, stage, severity, confidence, at_ns, suspect, victim, summary, json, state, stored_at)
            VALUES ($0, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
            """, 13);
        _addEvidence = new Statement(connection, """
            INSERT INTO evidence (incident_id, interface, link_type, origin, number, at_ns, original_length, octets, stored_at)
            VALUES ($0, $1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING
            """, 9);
        _findEvidence = new Statement(connection,
            "SELECT seq FROM evidence WHERE incident_id = $0 AND at_ns = $1 AND origin = $2 AND number = $3", 4);
        _addFrame = new Statement(connection, "INSERT INTO finding_frames (finding_seq, evidence_seq, raised) VALUES ($0, $1, $2) ON CONFLICT DO NOTHING", 3);
        _addMessage = new Statement(connection, """
            INSERT INTO outbox (target, message_id, incident_id, at_ns, severity, kind, body, finding_seq, stored_at)
            VALUES ($0, $1, $2, $3, $4, $5, $6, $7, $8)
            """, 9);
        _addEvent = new Statement(connection, """
            INSERT INTO events (id, subject, severity, is_over, at_ns, summary, next_step, stored_at) VALUES ($0, $1, $2, $3, $4, $5, $6, $7)
            """, 8);
        _putState = new Statement(connection, """
            INSERT INTO state (name, finding_seq, stored_at, value) VALUES ($0, $1, $2, $3)
            ON CONFLICT (name) DO UPDATE SET finding_seq = $1, stored_at = $2, value = $3
            """, 4);
        _putPosition = new Statement(connection, """
            INSERT INTO outbox_position (target, delivered) VALUES ($0, $1) ON CONFLICT (target) DO UPDATE SET delivered = max(delivered, $1)
            """, 2);
        using var last = new Statement(connection, "SELECT seq FROM sqlite_sequence WHERE name = 'findings'", 0);
        LastFinding = last.Number(0);
    }

    /// <summary>The number of the last finding written.</summary>
    public long LastFinding { get; private set; }

    /// <summary>The newest message of each target since the last <see cref="ForgetNewest"/>.</summary>
    public IReadOnlyDictionary<string, long> Newest => _newest;

    private long Now => _clock.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>To be called when the transaction has ended.</summary>
    public void ForgetNewest() => _newest.Clear();

    /// <summary>The transaction was undone.</summary>
    public void Undo(long lastFinding)
    {
        LastFinding = lastFinding;
        _newest.Clear();
    }

    public void PutIncident(IncidentRow incident)
    {
        _putIncident.Run(
            incident.Id, (int)incident.Severity, (int)incident.Confidence, incident.IsExposure ? 1 : 0, incident.FirstNs, incident.LastNs,
            incident.Suspect, (int)incident.Furthest, incident.Victims, incident.Findings, incident.Json, Now);
        foreach (var joined in incident.JoinedIds)
            _joinIncident.Run(joined, incident.Id);
    }

    /// <summary>Adds a finding and returns its number.</summary>
    public long AddFinding(FindingRow row)
    {
        var finding = row.Finding;
        _addFinding.Run(
            row.Incident.Id, finding.Detector.Id, finding.Detector.Sid, (int)finding.Detector.Stage, (int)finding.Severity,
            (int)finding.Confidence, finding.At.TimestampNs, row.Suspect, row.Victim, finding.Summary, row.Json, row.Journal, Now);
        return LastFinding = raw.sqlite3_last_insert_rowid(_connection.Handle);
    }

    public void AddEvidence(string incidentId, long finding, EvidenceOctets frame, Detection.Incidents.FrameReference raisedBy)
    {
        var reference = frame.Frame;
        var isNew = _addEvidence.Run(
            incidentId, frame.Interface, (int)frame.LinkType, (int)reference.Origin, reference.Number, reference.TimestampNs,
            frame.OriginalLength, frame.Octets, Now) == 1;
        var seq = isNew
            ? raw.sqlite3_last_insert_rowid(_connection.Handle)
            : _findEvidence.Number(0, incidentId, reference.TimestampNs, (int)reference.Origin, reference.Number);
        _addFrame.Run(finding, seq, reference == raisedBy ? 1 : 0);
    }

    public void AddMessage(OutboxEntry entry, long finding)
    {
        _addMessage.Run(
            entry.Target, entry.MessageId, entry.IncidentId, entry.TimestampNs, (int)entry.Severity, entry.Kind, entry.Body, finding, Now);
        _newest[entry.Target] = raw.sqlite3_last_insert_rowid(_connection.Handle);
    }

    public void AddEvent(OperationalEvent happened) => _addEvent.Run(
        happened.Id, happened.Subject, (int)happened.Severity, happened.IsOver ? 1 : 0, happened.TimestampNs, happened.Summary,
        happened.NextStep, Now);

    /// <summary>Sets a row of "state"; it holds for all findings written so far.</summary>
    public void PutState(string name, byte[] value) => _putState.Run(name, LastFinding, Now, value);

    /// <summary>Writes a part of what is known of the network.</summary>
    public void PutInventory(InventoryRows part) => _inventory.Put(part, Now);

    /// <summary>Everything of a target up to <paramref name="sequence"/> was delivered.</summary>
    public void PutPosition(string target, long sequence) => _putPosition.Run(target, sequence);

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var statement in new[]
        {
            _putIncident, _joinIncident, _addFinding, _addEvidence, _findEvidence, _addFrame, _addMessage, _addEvent, _putState, _putPosition,
        })
            statement.Dispose();
        _inventory.Dispose();
    }
}
