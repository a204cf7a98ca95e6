using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Sensor.Core.Frames;

namespace Sensor.Capture.Live;

/// <summary>
/// A TPACKET_V3 ring. The kernel packs frames of any size into blocks behind each other, so that a slot costs what the frame needs, and hands a
/// block over when it is full or old enough. Frames are copied once, from the ring into the batch.
/// </summary>
[SupportedOSPlatform("linux")]
internal sealed unsafe class PacketRing : CaptureRing
{
    private const uint StatusKernel = 0, StatusUser = 1;
    private readonly LiveInterface _owner;
    private readonly int _socket, _blockSize, _blocks;
    private readonly byte* _map;
    private BlockCursor _cursor;
    private int _block;
    private bool _isDisposed;

    /// <summary>Takes over <paramref name="socket"/> and the mapping of its ring.</summary>
    internal PacketRing(LiveInterface owner, int socket, byte* map, int blockSize, int blocks)
    {
        (_owner, _socket, _blockSize, _blocks) = (owner, socket, blockSize, blocks);
        _map = map;
    }

    internal override int Descriptor => _socket;

    internal override bool IsQuiet =>
        Volatile.Read(ref Word(_block, BlockCursor.CountAt)) == 0 && Volatile.Read(ref Word(_block, BlockCursor.StatusAt)) == StatusKernel;

    // Over a quarter.
    internal override bool IsPressed => IsFinished((_block + _blocks / 4) % _blocks);

    internal override void Refresh()
    {
        // A block that is damaged, or holds nothing, is given back at once.
        for (var tried = 0; !HasHead && tried < _blocks && IsFinished(_block); tried++)
        {
            HasHead = _cursor.Open(Block);
            if (HasHead)
                HeadNs = _cursor.Frame.TimestampNs;
            else
                GiveBack();
        }
    }

    internal override bool TryTake(FrameBatch batch, ref int used, long untilNs)
    {
        var block = Block;
        while (HeadNs <= untilNs)
        {
            ref readonly var frame = ref _cursor.Frame;
            if (!_owner.IsOwnEcho(frame.PacketType))
            {
                var about = new FrameRecord
                {
                    TimestampNs = HeadNs,
                    Number = _owner.Frames + 1,
                    LinkType = _owner.LinkType,
                    Origin = _owner.Origin,
                };
                var octets = block.Slice(_cursor.FrameOffset, (int)frame.Captured);
                if (!TaggedFrame.TryAppend(batch, ref used, octets, (int)Math.Min(frame.Original, int.MaxValue - 4), frame.HasTag ? frame.Tag : 0, in about))
                    return false;
                _owner.Frames++;
                Frames++;
                Octets += octets.Length;
                NewestNs = HeadNs;
                _owner.NoteClock(frame.HasHardwareTime, HeadNs);
            }
            if (!_cursor.MoveNext(block))
            {
                HasHead = false;
                GiveBack();
                return true;
            }
            HeadNs = _cursor.Frame.TimestampNs;
        }
        return true;
    }

    internal override void CountDrops()
    {
        LinuxSockets.RingStatistics since;
        var length = sizeof(LinuxSockets.RingStatistics);
        // The kernel counts anew from here.
        if (LinuxSockets.GetOption(_socket, LinuxSockets.SolPacket, LinuxSockets.Statistics, &since, &length) == 0)
            Dropped += since.Drops;
    }

    internal override double Fill()
    {
        var finished = 0;
        while (finished < _blocks && IsFinished((_block + finished) % _blocks))
            finished++;
        return (double)finished / _blocks;
    }

    /// <summary>Closing the socket ends promiscuous mode and takes the ring out of its group.</summary>
    public override void Dispose()
    {
        if (_isDisposed)
            return;
        _isDisposed = true;
        HasHead = false;
        LinuxSockets.Unmap(_map, (nuint)_blockSize * (nuint)_blocks);
        LinuxSockets.Close(_socket);
    }

    private ReadOnlySpan<byte> Block => new(_map + (nint)_block * _blockSize, _blockSize);

    private bool IsFinished(int block) => (Volatile.Read(ref Word(block, BlockCursor.StatusAt)) & StatusUser) != 0;

    private void GiveBack()
    {
        Volatile.Write(ref Word(_block, BlockCursor.StatusAt), StatusKernel);
        _block = _block + 1 == _blocks ? 0 : _block + 1;
    }

    private ref uint Word(int block, int offset) => ref MemoryMarshal.GetReference(new Span<uint>(_map + (nint)block * _blockSize + offset, 1));
}
