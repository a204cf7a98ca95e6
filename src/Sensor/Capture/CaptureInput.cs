using System.Globalization;

namespace Sensor.Capture;

/// <summary>
/// The octets of one capture, expanded when the file is compressed, with bounds on what may come out. Never throws once it is open.
/// </summary>
internal sealed class CaptureInput : IDisposable
{
    /// <summary>Octets of the capture itself needed to tell its format.</summary>
    internal const int HeadSize = 12;

    private readonly PeekedStream _disk;
    private readonly PeekedStream _content;
    private readonly Compression? _compression;
    private readonly long _maxExpanded;
    private readonly byte[] _head;

    /// <summary>Begins to read <paramref name="stream"/>, which is disposed with this.</summary>
    internal CaptureInput(Stream stream, CaptureOptions options)
    {
        CanReopen = stream.CanSeek;
        DiskLength = stream.CanSeek ? stream.Length : 0;
        _disk = new PeekedStream(stream, Compression.MagicSize);
        _content = _disk;
        _maxExpanded = options.MaxExpandedOctets;
        _head = [];
        try
        {
            _compression = Compression.Of(_disk.Peek());
            _content = new PeekedStream(_compression?.Expand(_disk) ?? _disk, HeadSize);
            _head = _content.Peek().ToArray();
        }
        catch (Exception e) when (IsInputFault(e))
        {
            Fault = Describe(e);
        }
    }

    /// <summary>The first octets of the capture, at most <see cref="HeadSize"/>; they are read again by <see cref="Receive"/>.</summary>
    internal ReadOnlySpan<byte> Head => _head;

    /// <summary>How the file is compressed, null when it is not.</summary>
    internal string? CompressionName => _compression?.Name;

    /// <summary>Whether this is a file in its place rather than a pipe.</summary>
    internal bool CanReopen { get; }

    /// <summary>Octets on disk when it was opened; 0 when unknown.</summary>
    internal long DiskLength { get; }

    /// <summary>Octets consumed on disk. May be asked from any thread.</summary>
    internal long DiskOctets => _disk.Consumed;

    /// <summary>Why the octets end before their end; null as long as nothing is wrong.</summary>
    internal string? Fault { get; private set; }

    /// <summary>
    /// Whether a compressed file ends before its first block does: nothing could be expanded, and what it holds cannot be told.
    /// </summary>
    internal bool EndsInFirstBlock => _compression is not null && Fault is not null && _head.Length == 0 && _disk.IsAtEnd;

    /// <summary>Reads what is there, at least one octet; 0 at the end or when <see cref="Fault"/> says why not.</summary>
    internal int Receive(Span<byte> room)
    {
        if (Fault is not null)
            return 0;
        try
        {
            return _compression is null ? _content.Read(room) : ReceiveExpanded(room);
        }
        catch (Exception e) when (IsInputFault(e))
        {
            Fault = Describe(e);
            return 0;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        try
        {
            _content.Dispose();
            _disk.Dispose();
        }
        catch (Exception e) when (IsInputFault(e))
        {
            // Decompressors may complain about an unfinished stream when they are closed; what mattered was said by Receive.
        }
    }

    // Decompressors hand out small pieces. A file fills the room with them; a pipe gives what has arrived.
    private int ReceiveExpanded(Span<byte> room)
    {
        var filled = 0;
        while (filled < room.Length)
        {
            int got;
            try
            {
                got = _content.Read(room[filled..]);
            }
            catch (Exception e) when (filled > 0 && IsInputFault(e))
            {
                Fault = Describe(e);
                break;
            }
            filled += got;
            if (IsBomb() || got == 0 || !CanReopen)
                break;
        }
        return filled;
    }

    // Decompressors throw what they like on hostile input, index and overflow errors included: everything but a lack of memory is the
    // input's fault.
    private bool IsInputFault(Exception e) => _compression is null
        ? e is IOException or UnauthorizedAccessException
        : e is not OutOfMemoryException;

    private string Describe(Exception e) => e switch
    {
        _ when _compression is null => $"cannot be read: {e.Message}",
        EndOfStreamException => $"the {_compression.Name} data end too early",
        _ => $"the {_compression.Name} data are damaged or cut",
    };

    private bool IsBomb()
    {
        var expanded = _content.Consumed;
        if (expanded > _maxExpanded)
            Fault = string.Create(CultureInfo.InvariantCulture, $"expands to more than the {_maxExpanded} octets allowed for one file");
        else if (expanded > Compression.RatioCountsFrom && expanded / _compression!.MaxRatio > _disk.Consumed)
            Fault = string.Create(CultureInfo.InvariantCulture, $"expands more than {_compression.MaxRatio} times, which no capture does");
        return Fault is not null;
    }
}
