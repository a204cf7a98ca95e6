using System.Runtime.InteropServices;

namespace Sensor.Capture.Live;

/// <summary>
/// A walk over the frames of one block of a TPACKET_V3 ring (struct tpacket_block_desc). Whatever the block says, nothing outside of it is
/// read: a header that points there ends the walk.
/// </summary>
internal struct BlockCursor
{
    /// <summary>Offset of the block's status: who owns it.</summary>
    internal const int StatusAt = 8;

    /// <summary>Offset of the number of frames in it, also while the kernel still fills it.</summary>
    internal const int CountAt = 12;

    private const int FirstAt = 16, Size = 48;
    private uint _at, _left;

    /// <summary>The frame the walk stands at; valid when the last move returned true.</summary>
    internal RingFrame Frame;

    /// <summary>Whether the walk ended since the block contradicts itself.</summary>
    internal bool IsDamaged { get; private set; }

    /// <summary>Offset of the frame's first octet in the block.</summary>
    internal readonly int FrameOffset => (int)(_at + Frame.MacOffset);

    /// <summary>Starts at the first frame; false when there is none.</summary>
    internal bool Open(ReadOnlySpan<byte> block)
    {
        IsDamaged = false;
        _left = 0;
        if (block.Length < Size)
            return false;
        _left = MemoryMarshal.Read<uint>(block[CountAt..]);
        _at = MemoryMarshal.Read<uint>(block[FirstAt..]);
        return _left > 0 && Look(block);
    }

    /// <summary>Goes to the next frame; false at the end.</summary>
    internal bool MoveNext(ReadOnlySpan<byte> block)
    {
        if (_left <= 1)
        {
            _left = 0;
            return false;
        }
        _left--;
        // Each step leads forward, so that no block can be walked for ever.
        if (Frame.Next < RingFrame.Octets)
            return Damaged();
        _at = Frame.Next > uint.MaxValue - _at ? uint.MaxValue : _at + Frame.Next;
        return Look(block);
    }

    private bool Look(ReadOnlySpan<byte> block)
    {
        if (_at < Size || (ulong)_at + RingFrame.Octets > (uint)block.Length)
            return Damaged();
        Frame = MemoryMarshal.Read<RingFrame>(block[(int)_at..]);
        if ((ulong)_at + Frame.MacOffset + Frame.Captured > (uint)block.Length)
            return Damaged();
        return true;
    }

    private bool Damaged()
    {
        IsDamaged = true;
        _left = 0;
        return false;
    }
}
