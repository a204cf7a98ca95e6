namespace Sensor.Output.Delivery;

/// <summary>
/// The reading end of the outbox: messages that are stored and not yet delivered, a queue for each target. Safe for use by several threads,
/// one a target.
/// </summary>
public interface IOutbox
{
    /// <summary>
    /// The oldest waiting messages of a target with a sequence over <paramref name="after"/>, at most <paramref name="most"/>, in order; empty
    /// when there is none. What was sent but is not yet known to have arrived still waits: the dispatcher asks for what follows it.
    /// </summary>
    IReadOnlyList<OutboxMessage> Pending(string target, long after, int most);

    /// <summary>
    /// Everything of the target up to <paramref name="sequence"/> has been handed over and needs not be sent again. May be made durable a
    /// little later: at worst a message is sent twice.
    /// </summary>
    void Delivered(string target, long sequence);

    /// <summary>How much waits for a target, and since when; (0, null) when nothing does.</summary>
    (long Depth, DateTimeOffset? Oldest) Backlog(string target);

    /// <summary>
    /// Ends when the target may have a message with a sequence over <paramref name="after"/>, at once if it has one. Throws
    /// <see cref="OperationCanceledException"/> when <paramref name="stop"/> is cancelled.
    /// </summary>
    Task WaitAsync(string target, long after, CancellationToken stop);
}
