namespace Sensor.Output.Delivery.Transports;

/// <summary>
/// One way to a receiver. Used by one task. <see cref="OpenAsync"/> and <see cref="SendAsync"/> fail with <see cref="TransportException"/>; after
/// that the transport is closed and may be opened again.
/// </summary>
internal interface ITransport : IAsyncDisposable
{
    /// <summary>The most messages to be handed over at once.</summary>
    int MostAtOnce { get; }

    /// <summary>The most messages that may be on their way without being known to have arrived.</summary>
    int MostInFlight { get; }

    /// <summary>
    /// How long a message that was handed over must stay uncontradicted before it counts as delivered. Zero where handing over is an answer.
    /// </summary>
    TimeSpan Grace { get; }

    /// <summary>How far the stream has come, counted from its opening, in octets; 0 where there is none.</summary>
    long Position { get; }

    /// <summary>How far the other side has acknowledged; <see cref="long.MaxValue"/> where that cannot be known.</summary>
    long Acknowledged { get; }

    /// <summary>Ends when the other side has closed or reset the connection.</summary>
    Task Broken { get; }

    /// <summary>Connects: names are looked up anew, files read anew.</summary>
    Task OpenAsync(CancellationToken stop);

    /// <summary>
    /// Hands messages over, in order. Returns how many; fewer than given when one failed after others had gone, and then the next call fails.
    /// </summary>
    /// <exception cref="TransportException">The receiver cannot be reached or takes nothing.</exception>
    /// <exception cref="MessageRefusedException">The receiver will never take the first message.</exception>
    Task<int> SendAsync(IReadOnlyList<OutboxMessage> messages, CancellationToken stop);

    /// <summary>Complains when what was handed over has turned out not to arrive.</summary>
    /// <exception cref="TransportException">The connection is broken.</exception>
    void ThrowIfBroken();

    /// <summary>Ends the connection in good order; true when the other side has taken everything.</summary>
    Task<bool> FinishAsync(CancellationToken stop);

    /// <summary>Closes, at once.</summary>
    void Close();

    /// <summary>Log rotation: files are to be opened anew. May be called from any thread.</summary>
    void Reopen()
    {
    }
}
