using System.Globalization;
using Sensor.Core.Frames;

namespace Sensor.Capture;

/// <summary>
/// Reads one capture file in batches. The octets are read straight into the batch's own buffer and the frames found there: no frame is
/// copied. What lies
/// behind the last whole record of a batch is carried over to the next, which may be another object.
/// </summary>
internal abstract class CaptureReader : IDisposable
{
    /// <summary>The longest frame of a network: what libpcap (MAXIMUM_SNAPLEN) and Wireshark allow. More is damage. 256 KiB.</summary>
    internal const int MaxFrameOctets = 256 * 1024;

    /// <summary>The longest record of any kind: USB and D-Bus frames may exceed <see cref="MaxFrameOctets"/>. 16 MiB.</summary>
    internal const int MaxRecordOctets = 16 * 1024 * 1024;

    /// <summary>
    /// Latest time that is handed on, in the year 2116 and beyond what pcap can express, so that adding a timeout to it cannot overflow.
    /// </summary>
    internal const long MaxTimestampNs = 1L << 62;

    private const int MinBatchOctets = 4096; // room for any header

    private readonly CaptureInput _input;
    private byte[] _carry = [];
    private int _carried;
    private bool _carriesFrames;
    private bool _ended;
    private long _base;

    private protected CaptureReader(CaptureInput input, string path, ushort origin)
    {
        _input = input;
        Path = path;
        Origin = origin;
    }

    /// <summary>The file as given.</summary>
    internal string Path { get; }

    /// <summary>Index of the file on the timeline.</summary>
    internal ushort Origin { get; set; }

    /// <summary>Frames read so far.</summary>
    internal long FramesRead { get; private protected set; }

    /// <summary>Records that are no frames and yet have a frame number in Wireshark.</summary>
    internal long NumberedOthers { get; private protected set; }

    /// <summary>Octets of the frames read so far.</summary>
    internal long FrameOctets { get; private protected set; }

    /// <summary>Earliest time read so far; long.MaxValue before the first frame.</summary>
    internal long MinNs { get; private set; } = long.MaxValue;

    /// <summary>Latest time read so far; long.MinValue before the first frame.</summary>
    internal long MaxNs { get; private set; } = long.MinValue;

    /// <summary>Earliest time in the batch that was read last; long.MaxValue when it is empty.</summary>
    internal long BatchMinNs { get; private protected set; }

    /// <summary>Latest time in the batch that was read last; long.MinValue when it is empty.</summary>
    internal long BatchMaxNs { get; private protected set; }

    /// <summary>Octets consumed on disk. May be asked from any thread.</summary>
    internal long DiskOctets => _input.DiskOctets;

    /// <summary>Whether the file can be opened again and gives the same octets.</summary>
    internal bool CanReopen => _input.CanReopen;

    /// <summary>What ended the file before its end; null as long as nothing is wrong.</summary>
    internal CaptureProblem? Problem { get; private set; }

    /// <summary>
    /// Octets that the record where the last search ended needs in all; set by <see cref="Find"/> when a record is longer than what is
    /// there.
    /// </summary>
    private protected int Needed { get; set; }

    /// <summary>Fills <paramref name="batch"/> with the next frames, as soon as there is one; false at the end of the file.</summary>
    internal bool TryRead(FrameBatch batch)
    {
        batch.Clear();
        BatchMinNs = long.MaxValue;
        BatchMaxNs = long.MinValue;
        if (_ended)
            return false;
        var at = 0;
        var end = TakeCarried(batch);
        if (_carriesFrames)
            at = Find(batch, at, end);
        while (batch.Count == 0 && !_ended)
        {
            MakeRoom(batch, ref at, ref end);
            var got = _input.Receive(batch.Octets.AsSpan(end));
            if (got == 0)
            {
                EndOfFile(at, end);
                break;
            }
            end += got;
            at = Find(batch, at, end);
        }
        Carry(batch, at, end);
        MinNs = Math.Min(MinNs, BatchMinNs);
        MaxNs = Math.Max(MaxNs, BatchMaxNs);
        return batch.Count > 0;
    }

    /// <inheritdoc/>
    public void Dispose() => _input.Dispose();

    /// <summary>
    /// Finds the frames in the batch's octets from <paramref name="at"/> to <paramref name="end"/> and returns where the first record
    /// begins that is not
    /// whole, or for which the batch has no room.
    /// </summary>
    private protected abstract int Find(FrameBatch batch, int at, int end);

    /// <summary>What is cut when the file ends here, for people.</summary>
    private protected abstract string CutInside();

    /// <summary>Ends the file: the record at <paramref name="at"/> cannot be true.</summary>
    private protected int Damaged(int at, string reason)
    {
        End(at, reason, CaptureProblemKind.Damaged);
        return at;
    }

    /// <summary>The number of the frame that would come next, for people.</summary>
    private protected string NextFrame() => string.Create(CultureInfo.InvariantCulture, $"inside frame {FramesRead + NumberedOthers + 1}");

    private void EndOfFile(int at, int end)
    {
        if (_input.Fault is { } fault)
            End(end, fault, CaptureProblemKind.Damaged);
        else if (end > at || IsInsideRecord)
            End(at, CutInside(), CaptureProblemKind.CutShort);
        _ended = true;
    }

    /// <summary>Whether the octets handed to <see cref="Find"/> ended inside a record although it took them all.</summary>
    private protected virtual bool IsInsideRecord => false;

    private void End(int at, string reason, CaptureProblemKind kind)
    {
        _ended = true;
        Problem = new CaptureProblem(Path, _base + at, reason, FramesRead, kind);
    }

    private int TakeCarried(FrameBatch batch)
    {
        var octets = Math.Max(_carried, MinBatchOctets);
        if (batch.Octets.Length < octets)
            batch.Octets = new byte[octets];
        _carry.AsSpan(0, _carried).CopyTo(batch.Octets);
        return _carried;
    }

    // Only while no frame of this batch was found: nobody looks at the octets that are moved. The buffer grows with what really comes,
    // not with what a
    // length field claims.
    private void MakeRoom(FrameBatch batch, ref int at, ref int end)
    {
        var room = batch.Octets.Length;
        if (at > 0 && (end == room || Needed > room - at))
        {
            batch.Octets.AsSpan(at, end - at).CopyTo(batch.Octets);
            _base += at;
            end -= at;
            at = 0;
        }
        if (end < room)
            return;
        var grown = new byte[room * 2];
        batch.Octets.AsSpan(0, end).CopyTo(grown);
        batch.Octets = grown;
    }

    private void Carry(FrameBatch batch, int at, int end)
    {
        _base += at;
        _carried = end - at;
        _carriesFrames = batch.Count == batch.Frames.Length;
        if (_carry.Length < _carried)
            _carry = new byte[Math.Max(_carried, 4096)];
        batch.Octets.AsSpan(at, _carried).CopyTo(_carry);
    }
}
