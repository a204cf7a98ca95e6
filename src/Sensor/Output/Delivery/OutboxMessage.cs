namespace Sensor.Output.Delivery;

/// <summary>A stored message that waits for delivery.</summary>
/// <param name="Sequence">Rises with every stored message, over all targets; a target's messages are sent in this order.</param>
/// <param name="Entry">What to send.</param>
/// <param name="StoredAt">When it was stored, wall clock: age is measured from here.</param>
public sealed record OutboxMessage(long Sequence, OutboxEntry Entry, DateTimeOffset StoredAt);
