using System.Text;

namespace Sensor.Output.Delivery.Transports;

/// <summary>Standard output, one record a line: for containers, whose runtime collects it.</summary>
internal sealed class OutputTransport(Func<Stream> open) : ITransport
{
    private Stream? _output;

    /// <inheritdoc/>
    public int MostAtOnce => 64;

    /// <inheritdoc/>
    public int MostInFlight => 64;

    /// <inheritdoc/>
    public TimeSpan Grace => TimeSpan.Zero;

    /// <inheritdoc/>
    public long Position => 0;

    /// <inheritdoc/>
    public long Acknowledged => long.MaxValue;

    /// <inheritdoc/>
    public Task Broken => Task.Delay(Timeout.Infinite);

    /// <inheritdoc/>
    public Task OpenAsync(CancellationToken stop)
    {
        _output = open();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async Task<int> SendAsync(IReadOnlyList<OutboxMessage> messages, CancellationToken stop)
    {
        ThrowIfBroken();
        var text = new StringBuilder();
        foreach (var message in messages)
            text.Append(message.Entry.Body.Replace("\n", "\\n", StringComparison.Ordinal)).Append('\n');
        try
        {
            await _output!.WriteAsync(Encoding.UTF8.GetBytes(text.ToString()), stop);
            await _output.FlushAsync(stop);
            return messages.Count;
        }
        catch (Exception failure) when (TransportException.IsExpected(failure))
        {
            Close();
            throw TransportException.Of("standard output", failure);
        }
    }

    /// <inheritdoc/>
    public void ThrowIfBroken()
    {
        if (_output is null)
            throw new TransportException("standard output: not open");
    }

    /// <inheritdoc/>
    public Task<bool> FinishAsync(CancellationToken stop) => Task.FromResult(true);

    /// <inheritdoc/>
    public void Close() => _output = null;

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        Close();
        return ValueTask.CompletedTask;
    }
}
