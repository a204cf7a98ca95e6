using Microsoft.Data.Sqlite;

namespace Sensor.Store;

/// <summary>The statements that write hosts, exposure and PAC files, inside a transaction that <see cref="StoreWriter"/> opens and ends.</summary>
internal sealed class InventoryTables : IDisposable
{
    /// <summary>PAC files listed: four times what detection remembers. Those not served for longest go.</summary>
    private const int MostPacs = 1024;

    private readonly Statement _forgetHosts, _addHost, _forgetExposure, _addExposure, _putPac, _forgetPacs;

    /// <summary>Prepares them.</summary>
    public InventoryTables(SqliteConnection connection)
    {
        _forgetHosts = new Statement(connection, "DELETE FROM hosts WHERE id > $0 AND id <= $1", 2);
        _addHost = new Statement(
            connection, "INSERT INTO hosts (id, segment, macs, addresses, names, roles, first_ns, last_ns) VALUES ($0, $1, $2, $3, $4, $5, $6, $7)", 8);
        _forgetExposure = new Statement(connection, "DELETE FROM exposure", 0);
        _addExposure = new Statement(connection, """
            INSERT OR REPLACE INTO exposure (segment, who, kinds, last_wpad_ns, last_update_ns, last_poll_ns, last_ns) VALUES ($0, $1, $2, $3, $4, $5, $6)
            """, 7);
        // A body that had to make room stays away; one that is served again comes back.
        _putPac = new Statement(connection, """
            INSERT INTO pacs (sha256, length, first_ns, last_ns, times_served, urls, servers, body, stored_at) VALUES ($0, $1, $2, $3, $4, $5, $6, $7, $8)
            ON CONFLICT (sha256) DO UPDATE SET first_ns = min(first_ns, $2), last_ns = max(last_ns, $3), times_served = max(times_served, $4),
            urls = $5, servers = $6, body = coalesce(body, $7), stored_at = $8
            """, 9);
        _forgetPacs = new Statement(connection, """
            DELETE FROM pacs WHERE sha256 IN (SELECT sha256 FROM pacs ORDER BY last_ns DESC, sha256 LIMIT -1 OFFSET $0)
            """, 1);
    }

    /// <summary>Writes a part; <paramref name="now"/> is the machine's time, milliseconds since 1970 UTC.</summary>
    public void Put(InventoryRows part, long now)
    {
        _forgetHosts.Run(part.AfterId, part.UpToId);
        foreach (var host in part.Hosts)
            _addHost.Run((long)host.Id, host.Segment, host.Macs, host.Addresses, host.Names, host.Roles, host.FirstNs, host.LastNs);
        PutExposure(part.Exposure);
        foreach (var pac in part.Pacs)
        {
            _putPac.Run(
                pac.Sha256, pac.Length, pac.FirstNs, pac.LastNs, pac.TimesServed, pac.Urls, pac.Servers, pac.Body.IsEmpty ? null : pac.Body.ToArray(), now);
        }
        if (part.Pacs.Count > 0)
            _forgetPacs.Run(MostPacs);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var statement in new[] { _forgetHosts, _addHost, _forgetExposure, _addExposure, _putPac, _forgetPacs })
            statement.Dispose();
    }

    private void PutExposure(IReadOnlyList<ExposureRow>? rows)
    {
        if (rows is null)
            return;
        _forgetExposure.Run();
        foreach (var row in rows)
            _addExposure.Run(row.Segment, row.Who, row.Kinds, row.LastWpadNs, row.LastUpdateNs, row.LastPollNs, row.LastNs);
    }
}
