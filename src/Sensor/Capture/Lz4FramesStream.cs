using System.Buffers.Binary;
using K4os.Compression.LZ4.Streams;

namespace Sensor.Capture;

/// <summary>
/// Expands a file of one or more LZ4 frames one after the other, as <c>cat a.lz4 b.lz4</c> makes it; the library's stream ends with the
/// first.
/// Skippable frames between them are skipped (LZ4 frame format, "Skippable Frames").
/// </summary>
internal sealed class Lz4FramesStream : Stream
{
    private const uint FrameMagic = 0x184D2204, SkippableMagic = 0x184D2A50, SkippableMask = 0xFFFFFFF0;
    private const int MagicSize = 4;
    private readonly PeekedStream _packed;
    private LZ4DecoderStream? _frame;

    internal Lz4FramesStream(Stream packed) => _packed = new PeekedStream(packed, MagicSize);

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(Span<byte> buffer)
    {
        while (_frame is not null || TryBeginFrame())
        {
            var got = _frame!.Read(buffer);
            if (got > 0)
                return got;
            _frame.Dispose();
            _frame = null;
        }
        return 0;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Flush() { }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _frame?.Dispose();
            _packed.Dispose();
        }
        base.Dispose(disposing);
    }

    private bool TryBeginFrame()
    {
        while (true)
        {
            var head = _packed.Peek();
            if (head.IsEmpty)
                return false;
            if (head.Length < MagicSize)
                throw new InvalidDataException("octets after the last frame");
            var magic = BinaryPrimitives.ReadUInt32LittleEndian(head);
            if ((magic & SkippableMask) == SkippableMagic)
            {
                SkipFrame();
                continue;
            }
            if (magic != FrameMagic)
                throw new InvalidDataException("octets after the last frame");
            _frame = LZ4Stream.Decode(_packed, leaveOpen: true, interactive: true);
            return true;
        }
    }

    private void SkipFrame()
    {
        Span<byte> head = stackalloc byte[MagicSize + sizeof(uint)];
        _packed.ReadExactly(head);
        var left = (long)BinaryPrimitives.ReadUInt32LittleEndian(head[MagicSize..]);
        Span<byte> waste = stackalloc byte[1024];
        while (left > 0)
        {
            var part = waste[..(int)Math.Min(left, waste.Length)];
            _packed.ReadExactly(part);
            left -= part.Length;
        }
    }
}
