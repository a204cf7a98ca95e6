using System.Runtime.InteropServices;
using Sensor.Core.Frames;
using SharpPcap;
using SharpPcap.LibPcap;

namespace Sensor.Capture.Live;

/// <summary>
/// Frames of libpcap, for every platform. A thread of its own asks for them without blocking and packs them into blocks, so that several
/// interfaces can be merged by time. When all blocks are full it asks no more: what comes then waits, or is dropped and counted, in
/// libpcap's own buffer.
/// </summary>
internal sealed class PcapRing : CaptureRing
{
    private const int BlockOctets = 256 * 1024, BlockFrames = 4096, NapMilliseconds = 2, Empty = 0;
    private static readonly TimeSpan RetireAfter = TimeSpan.FromMilliseconds(10);
    private readonly LiveInterface _owner;
    private readonly LibPcapLiveDevice _device;
    private readonly FrameBatch[] _blocks;
    private readonly Thread _thread;
    private readonly bool _hasNanoseconds;
    private long _filled, _taken, _turns;
    private int _waiting, _next;
    private volatile bool _isStopped;

    /// <summary>Takes over an open device and starts reading it.</summary>
    internal PcapRing(LiveInterface owner, LibPcapLiveDevice device, long octets)
    {
        (_owner, _device) = (owner, device);
        device.NonBlockingMode = true;
        _hasNanoseconds = device.TimestampResolution == TimestampResolution.Nanosecond;
        _blocks = new FrameBatch[Math.Clamp(octets / BlockOctets, 4, 64)];
        for (var i = 0; i < _blocks.Length; i++)
            _blocks[i] = new FrameBatch(BlockOctets, BlockFrames);
        _thread = new Thread(Ask) { IsBackground = true, Name = $"libpcap {owner.Name}" };
        _thread.Start();
    }

    internal override long? Turns => Volatile.Read(ref _turns);

    internal override bool IsQuiet => Volatile.Read(ref _waiting) == 0 && Volatile.Read(ref _filled) == _taken;

    internal override bool IsPressed => Volatile.Read(ref _filled) - _taken > _blocks.Length / 4;

    internal override void Refresh()
    {
        if (HasHead || Volatile.Read(ref _filled) == _taken)
            return;
        _next = 0;
        HasHead = true;
        HeadNs = Block.Frames[0].TimestampNs;
    }

    internal override bool TryTake(FrameBatch batch, ref int used, long untilNs)
    {
        var block = Block;
        while (HeadNs <= untilNs)
        {
            var about = block.Frames[_next];
            (about.Number, about.LinkType, about.Origin) = (_owner.Frames + 1, _owner.LinkType, _owner.Origin);
            if (!TaggedFrame.TryAppend(batch, ref used, block.Frame(_next), about.OriginalLength, tag: 0, in about))
                return false;
            _owner.Frames++;
            Frames++;
            Octets += about.CapturedLength;
            NewestNs = HeadNs;
            if (++_next == block.Count)
            {
                HasHead = false;
                Volatile.Write(ref _taken, _taken + 1);
                return true;
            }
            HeadNs = block.Frames[_next].TimestampNs;
        }
        return true;
    }

    internal override void CountDrops()
    {
        // SharpPcap's count of what the card dropped is always 0; the system's is read instead.
        try
        {
            if (!_isStopped && _device.Statistics is { } counted)
                Dropped = Math.Max(Dropped, counted.DroppedPackets);
        }
        catch (PcapException)
        {
            HasFailed = true;
        }
    }

    internal override double Fill() => (double)(Volatile.Read(ref _filled) - _taken) / _blocks.Length;

    /// <inheritdoc/>
    public override void Dispose()
    {
        if (_isStopped)
            return;
        _isStopped = true;
        HasHead = false;
        _thread.Join();
        _device.Dispose();
    }

    private FrameBatch Block => _blocks[_taken % _blocks.Length];

    private void Ask()
    {
        var since = System.Diagnostics.Stopwatch.StartNew();
        var used = 0;
        while (!_isStopped)
        {
            Volatile.Write(ref _turns, _turns + 1);
            if (Volatile.Read(ref _filled) - Volatile.Read(ref _taken) == _blocks.Length)
            {
                Thread.Sleep(NapMilliseconds);
                continue;
            }
            var block = _blocks[_filled % _blocks.Length];
            if (block.Count == 0)
                since.Restart();
            var (header, data) = (IntPtr.Zero, IntPtr.Zero);
            var outcome = _device.GetNextPacketPointers(ref header, ref data);
            if (outcome < Empty)
            {
                HasFailed = true;
                return;
            }
            var isFull = outcome > Empty && !TryKeep(block, ref used, header, data);
            if (block.Count > 0 && (isFull || since.Elapsed > RetireAfter))
            {
                HandOver(ref used);
                if (isFull)
                    TryKeepFirst(ref used, header, data);
            }
            else if (outcome == Empty)
            {
                Thread.Sleep(NapMilliseconds);
            }
        }
    }

    /// <summary>The frame that did not fit begins the next block, once there is one.</summary>
    private void TryKeepFirst(ref int used, IntPtr header, IntPtr data)
    {
        while (Volatile.Read(ref _filled) - Volatile.Read(ref _taken) == _blocks.Length && !_isStopped)
        {
            Volatile.Write(ref _turns, _turns + 1);
            Thread.Sleep(NapMilliseconds);
        }
        if (!_isStopped)
            TryKeep(_blocks[_filled % _blocks.Length], ref used, header, data);
    }

    private void HandOver(ref int used)
    {
        used = 0;
        Volatile.Write(ref _waiting, 0);
        Volatile.Write(ref _filled, _filled + 1);
        // The next block is emptied here: its reader is done with it when there is room.
        if (_filled - Volatile.Read(ref _taken) < _blocks.Length)
            _blocks[_filled % _blocks.Length].Clear();
    }

    private unsafe bool TryKeep(FrameBatch block, ref int used, IntPtr header, IntPtr data)
    {
        if (used == 0)
            block.Clear();
        // struct pcap_pkthdr: a timeval of two C longs, then both lengths.
        var isLong = !OperatingSystem.IsWindows() && IntPtr.Size == 8;
        var (seconds, fraction) = isLong
            ? (Marshal.ReadInt64(header), Marshal.ReadInt64(header, 8)) : (Marshal.ReadInt32(header), Marshal.ReadInt32(header, 4));
        var lengths = isLong ? 16 : 8;
        var captured = Marshal.ReadInt32(header, lengths);
        var about = new FrameRecord { TimestampNs = seconds * 1_000_000_000 + fraction * (_hasNanoseconds ? 1 : 1000) };
        var octets = new ReadOnlySpan<byte>((void*)data, captured);
        if (!TaggedFrame.TryAppend(block, ref used, octets, Marshal.ReadInt32(header, lengths + 4), tag: 0, in about))
            return false;
        Volatile.Write(ref _waiting, block.Count);
        return true;
    }
}
