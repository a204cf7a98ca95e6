using Sensor.Output.Delivery;

namespace Sensor.Store;

/// <summary>Something to be written, in the order it was queued; several share a transaction.</summary>
internal abstract class StoreWork
{
    /// <summary>Octets of evidence it holds in memory.</summary>
    public virtual long EvidenceOctets => 0;

    /// <summary>Writes it inside the open transaction.</summary>
    public abstract void Write(StoreTables tables);

    /// <summary>Gives up its evidence, since there is no room for it; the finding stays. Returns the frames given up.</summary>
    public virtual int GiveUpEvidence() => 0;
}

/// <summary>A finding with its evidence and messages.</summary>
internal sealed class FindingWork(FindingRow finding, IReadOnlyList<EvidenceOctets> evidence, IReadOnlyList<OutboxEntry> messages, string? routerState)
    : StoreWork
{
    private IReadOnlyList<EvidenceOctets> _evidence = evidence;

    /// <inheritdoc/>
    public override long EvidenceOctets => _evidence.Sum(static frame => (long)frame.Octets.Length);

    /// <inheritdoc/>
    public override void Write(StoreTables tables)
    {
        tables.PutIncident(finding.Incident);
        var seq = tables.AddFinding(finding);
        foreach (var frame in _evidence)
            tables.AddEvidence(finding.Incident.Id, seq, frame, finding.RaisedBy);
        foreach (var message in messages)
            tables.AddMessage(message, seq);
        if (routerState is not null)
            tables.PutState(StoreTables.RouterState, System.Text.Encoding.UTF8.GetBytes(routerState));
    }

    /// <inheritdoc/>
    public override int GiveUpEvidence()
    {
        var frames = _evidence.Count;
        _evidence = [];
        return frames;
    }
}

/// <summary>An incident of which more is known.</summary>
internal sealed class IncidentWork(IncidentRow incident) : StoreWork
{
    /// <inheritdoc/>
    public override void Write(StoreTables tables) => tables.PutIncident(incident);
}

/// <summary>Messages that belong to no finding, and the operational event they tell of, if it is one.</summary>
internal sealed class MessagesWork(IReadOnlyList<OutboxEntry> messages, OperationalEvent? happened = null) : StoreWork
{
    /// <inheritdoc/>
    public override void Write(StoreTables tables)
    {
        if (happened is not null)
            tables.AddEvent(happened);
        foreach (var message in messages)
            tables.AddMessage(message, 0);
    }
}

/// <summary>What detection knows. A newer one makes an older one that still waits pointless.</summary>
internal sealed class SnapshotWork(byte[] detection, string routerState, IReadOnlyList<IncidentRow> incidents) : StoreWork
{
    private bool _isPointless;

    /// <summary>A newer snapshot waits: this one needs not be written.</summary>
    public void GiveUp() => _isPointless = true;

    /// <inheritdoc/>
    public override void Write(StoreTables tables)
    {
        if (_isPointless)
            return;
        foreach (var incident in incidents)
            tables.PutIncident(incident);
        tables.PutState(StoreTables.DetectionState, detection);
        tables.PutState(StoreTables.RouterState, System.Text.Encoding.UTF8.GetBytes(routerState));
    }
}

/// <summary>A part of what is known of the network, for whoever looks into the store.</summary>
internal sealed class InventoryWork(InventoryRows part) : StoreWork
{
    private volatile bool _isWritten, _isPointless;

    /// <summary>Whether it was written.</summary>
    public bool IsWritten => _isWritten;

    /// <summary>A newer part waits: this one needs not be written.</summary>
    public void GiveUp() => _isPointless = true;

    /// <inheritdoc/>
    public override void Write(StoreTables tables)
    {
        if (!_isPointless)
            tables.PutInventory(part);
        _isWritten = true;
    }
}
