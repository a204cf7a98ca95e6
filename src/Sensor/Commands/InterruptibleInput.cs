namespace Sensor.Commands;

/// <summary>
/// Standard input that ends when the run is to stop: a read of a silent pipe would otherwise hold the process until its writer speaks again.
/// </summary>
internal sealed class InterruptibleInput(Stream input, CancellationToken stop) : Stream
{
    private readonly byte[] _octets = new byte[128 * 1024];
    private int _from, _to;

    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => false;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        if (_from == _to && !Fill())
            return 0;
        var count = Math.Min(buffer.Length, _to - _from);
        _octets.AsSpan(_from, count).CopyTo(buffer);
        _from += count;
        return count;
    }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    /// <inheritdoc/>
    public override void Flush()
    {
    }

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <summary>The read runs on another thread, which is left behind when the run stops: the process ends soon after.</summary>
    private bool Fill()
    {
        _from = _to = 0;
        if (stop.IsCancellationRequested)
            return false;
        try
        {
            var reading = Task.Run(() => input.Read(_octets), CancellationToken.None);
            reading.Wait(stop);
            _to = reading.Result;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
        catch (AggregateException failure) when (failure.InnerException is IOException io)
        {
            throw new IOException(io.Message, io);
        }
        return _to > 0;
    }
}
