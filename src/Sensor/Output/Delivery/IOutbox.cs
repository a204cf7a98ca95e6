namespace Sensor.Output.Delivery;

/// <summary>
/// The reading end of the outbox: messages that are stored and not yet delivered, a queue for each target. Safe for use by several threads,
/// one a target.
/// </summary>
public interface IOutbox
{
    /// <summary>The oldest waiting messages of a target, at most <paramref name="most"/>, in order; empty when all is delivered.</summary>
    IReadOnlyList<OutboxMessage> Pending(string target, int most);

    /// <summary>
    /// Everything of the target up to <paramref name="sequence"/> has been handed over and needs not be sent again. May be made durable a
    /// little later: at worst a message is sent twice.
    /// </summary>
    void Delivered(string target, long sequence);

    /// <summary>How much waits for a target, and since when; (0, null) when nothing does.</summary>
    (long Depth, DateTimeOffset? Oldest) Backlog(string target);

    /// <summary>Ends when something may be waiting for the target again, at once if something is.</summary>
    Task WaitAsync(string target, CancellationToken stop);
}
