namespace Sensor.Capture;

/// <summary>
/// A stream whose first octets can be looked at before they are read, and which counts what was read. For one reading thread.
/// </summary>
internal sealed class PeekedStream(Stream inner, int room) : Stream
{
    private readonly byte[] _head = new byte[room];
    private int _headEnd;
    private int _headAt;
    private long _consumed;

    /// <summary>Octets handed on so far. May be asked from any thread.</summary>
    internal long Consumed => Volatile.Read(ref _consumed);

    /// <summary>Whether the stream was read to its end.</summary>
    internal bool IsAtEnd { get; private set; }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => Consumed;
        set => throw new NotSupportedException();
    }

    /// <summary>The first octets that were not read yet: as many as there is room for, or fewer when the stream ends before.</summary>
    internal ReadOnlySpan<byte> Peek()
    {
        _head.AsSpan(_headAt, _headEnd - _headAt).CopyTo(_head);
        _headEnd -= _headAt;
        _headAt = 0;
        while (_headEnd < _head.Length)
        {
            var got = inner.Read(_head.AsSpan(_headEnd));
            IsAtEnd |= got == 0;
            if (got == 0)
                break;
            _headEnd += got;
        }
        return _head.AsSpan(0, _headEnd);
    }

    public override int Read(Span<byte> buffer)
    {
        int got;
        if (_headAt < _headEnd)
        {
            got = Math.Min(buffer.Length, _headEnd - _headAt);
            _head.AsSpan(_headAt, got).CopyTo(buffer);
            _headAt += got;
        }
        else
        {
            got = inner.Read(buffer);
            IsAtEnd |= got == 0 && !buffer.IsEmpty;
        }
        Volatile.Write(ref _consumed, _consumed + got);
        return got;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Flush() { }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            inner.Dispose();
        base.Dispose(disposing);
    }
}
