namespace Sensor.Output.Delivery.Dispatch;

/// <summary>How a target's connection stands.</summary>
public enum TargetState : byte
{
    /// <summary>Being connected to, or not needed yet.</summary>
    Connecting,

    /// <summary>Connected, or open.</summary>
    Connected,

    /// <summary>Failed; waiting to try again.</summary>
    Waiting,

    /// <summary>No longer served.</summary>
    Stopped,
}

/// <summary>How a target does: for `sensor status`, and the source of the metrics.</summary>
public sealed record TargetStatus
{
    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>Where it is: "tls://logs.example.net:6514". No secret is part of it.</summary>
    public required string Address { get; init; }

    /// <summary>How its connection stands.</summary>
    public required TargetState State { get; init; }

    /// <summary>Messages that wait, those on their way included.</summary>
    public required long Depth { get; init; }

    /// <summary>Since when the oldest of them waits; null when none does.</summary>
    public required DateTimeOffset? Oldest { get; init; }

    /// <summary>Messages delivered since the start.</summary>
    public required long Delivered { get; init; }

    /// <summary>Messages sent again after they had been sent once.</summary>
    public required long Resent { get; init; }

    /// <summary>Failed attempts to connect or send.</summary>
    public required long Failures { get; init; }

    /// <summary>Messages the receiver refused for good; they are in the store.</summary>
    public required long Refused { get; init; }

    /// <summary>Failed attempts since the last message arrived.</summary>
    public required int FailuresInRow { get; init; }

    /// <summary>The last failure in one line; null when there was none.</summary>
    public required string? LastError { get; init; }

    /// <summary>When it was.</summary>
    public required DateTimeOffset? LastErrorAt { get; init; }

    /// <summary>When a message was last known to have arrived.</summary>
    public required DateTimeOffset? LastDeliveredAt { get; init; }

    /// <summary>When the next attempt is made, while <see cref="State"/> is <see cref="TargetState.Waiting"/>.</summary>
    public required DateTimeOffset? NextAttemptAt { get; init; }
}
