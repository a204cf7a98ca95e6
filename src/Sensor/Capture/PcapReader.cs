using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Sensor.Core.Frames;

namespace Sensor.Capture;

/// <summary>
/// The pcap format (draft-ietf-opsawg-pcap), microseconds and nanoseconds, both byte orders, and its "modified" variant with longer
/// record headers.
/// <code>
///  file header    0 magic | 4 major | 6 minor | 8 zone | 12 accuracy | 16 snap length | 20 FCS, link type   (24 octets)
///  record header  0 seconds | 4 fraction | 8 captured length | 12 original length                          (16 octets)
///                 modified: | 16 interface | 20 protocol | 22 packet type | 23 padding                      (24 octets)
/// </code>
/// </summary>
internal sealed class PcapReader : CaptureReader
{
    private const int MajorAt = 4, MinorAt = 6, LinkTypeAt = 20, FileHeaderSize = 24;
    private const int RecordHeaderSize = 16, ModifiedRecordHeaderSize = 24;
    private const uint Microseconds = 0xA1B2C3D4, Nanoseconds = 0xA1B23C4D, Modified = 0xA1B2CD34;
    private readonly bool _swapped;
    private readonly int _headerSize;
    private readonly long _fractionNs;
    private bool _begun;
    private bool _lengthsSwapped;
    private ushort _linkType;
    private int _maxFrame;

    /// <summary>A reader for <paramref name="input"/>, whose first octets <see cref="Recognizes"/>.</summary>
    internal PcapReader(CaptureInput input, string path, ushort origin) : base(input, path, origin)
    {
        _swapped = !IsMagic(BinaryPrimitives.ReadUInt32LittleEndian(input.Head));
        var magic = _swapped ? BinaryPrimitives.ReadUInt32BigEndian(input.Head) : BinaryPrimitives.ReadUInt32LittleEndian(input.Head);
        _fractionNs = magic == Nanoseconds ? 1 : 1000;
        _headerSize = magic == Modified ? ModifiedRecordHeaderSize : RecordHeaderSize;
    }

    /// <summary>Whether a file that begins with <paramref name="head"/> is pcap.</summary>
    internal static bool Recognizes(ReadOnlySpan<byte> head) =>
        head.Length >= sizeof(uint)
        && (IsMagic(BinaryPrimitives.ReadUInt32LittleEndian(head)) || IsMagic(BinaryPrimitives.ReadUInt32BigEndian(head)));

    private protected override int Find(FrameBatch batch, int at, int end)
    {
        if (!_begun)
        {
            if (end - at < FileHeaderSize)
                return at;
            if (!Begin(batch.Octets.AsSpan(at, FileHeaderSize)))
                return Damaged(at, "this version of the pcap format is not known");
            at += FileHeaderSize;
        }
        return FindRecords(batch, at, end);
    }

    private protected override string CutInside() => _begun ? NextFrame() : "inside the file header";

    private int FindRecords(FrameBatch batch, int at, int end)
    {
        ReadOnlySpan<byte> octets = batch.Octets.AsSpan(0, end);
        var frames = batch.Frames;
        var count = batch.Count;
        // What does not change is read once: the loop writes, and so everything would be read again for each frame.
        var (headerSize, maxFrame, fractionNs, linkType, origin) = (_headerSize, _maxFrame, _fractionNs, _linkType, Origin);
        long min = BatchMinNs, max = BatchMaxNs, sum = 0, number = FramesRead;
        Needed = 0;
        while (count < frames.Length && end - at >= headerSize)
        {
            var header = RecordAt(octets[at..]);
            var (captured, original) = (header.Captured, header.Original);
            // One comparison for what is rare: an empty frame wraps to the largest number.
            if (captured - 1 >= (uint)Math.Min(end - at - headerSize, maxFrame) || captured > original)
            {
                FramesRead = number;
                if (!Accept(in header, at, end, ref captured, ref original))
                    break;
            }
            var time = header.Seconds * 1_000_000_000L + header.Fraction * fractionNs;
            min = Math.Min(min, time);
            max = Math.Max(max, time);
            sum += captured;
            ref var frame = ref frames[count++];
            frame.TimestampNs = time;
            frame.Number = ++number;
            frame.Offset = at + headerSize;
            frame.CapturedLength = (int)captured;
            frame.OriginalLength = (int)Math.Min(original, int.MaxValue);
            frame.LinkType = linkType;
            frame.Origin = origin;
            at += headerSize + (int)captured;
        }
        BatchMinNs = min;
        BatchMaxNs = max;
        FrameOctets += sum;
        FramesRead = number;
        batch.Count = count;
        return at;
    }

    /// <summary>Looks closer at a record whose lengths are unusual: whether it is a frame all the same, or cut, or damage.</summary>
    private bool Accept(in RecordHeader header, int at, int end, ref uint captured, ref uint original)
    {
        if (_lengthsSwapped && captured > original)
            (captured, original) = (original, captured);
        original = Math.Max(captured, original);
        if (captured > _maxFrame)
        {
            Damaged(at, $"a frame of {captured} octets is longer than any");
            return false;
        }
        if (captured > end - at - _headerSize)
        {
            Needed = _headerSize + (int)captured;
            return false;
        }
        if (original == 0 && header is { Seconds: 0, Fraction: 0 })
        {
            Damaged(at, "nothing but zeros where a frame should begin");
            return false;
        }
        return true;
    }

    private bool Begin(ReadOnlySpan<byte> header)
    {
        var major = U16(header, MajorAt);
        var minor = U16(header, MinorAt);
        if (major != 2)
            return false;
        // libpcap before 0.4 wrote the original length first.
        _lengthsSwapped = minor <= 3;
        _linkType = LinkTypes.Registered((ushort)U32(header, LinkTypeAt));
        _maxFrame = LinkTypes.MaxFrameOctets(_linkType);
        _begun = true;
        return true;
    }

    private static bool IsMagic(uint magic) => magic is Microseconds or Nanoseconds or Modified;

    /// <summary>The record header at the start of <paramref name="octets"/>, which are long enough.</summary>
    private RecordHeader RecordAt(ReadOnlySpan<byte> octets)
    {
        var header = MemoryMarshal.Read<RecordHeader>(octets);
        return _swapped != BitConverter.IsLittleEndian ? header : header.Swapped;
    }

    private uint U32(ReadOnlySpan<byte> octets, int at)
    {
        var value = BinaryPrimitives.ReadUInt32LittleEndian(octets[at..]);
        return _swapped ? BinaryPrimitives.ReverseEndianness(value) : value;
    }

    private ushort U16(ReadOnlySpan<byte> octets, int at)
    {
        var value = BinaryPrimitives.ReadUInt16LittleEndian(octets[at..]);
        return _swapped ? BinaryPrimitives.ReverseEndianness(value) : value;
    }

    /// <summary>What every record begins with, read at once: one check of the length for four numbers.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private readonly record struct RecordHeader(uint Seconds, uint Fraction, uint Captured, uint Original)
    {
        public RecordHeader Swapped => new(
            BinaryPrimitives.ReverseEndianness(Seconds), BinaryPrimitives.ReverseEndianness(Fraction),
            BinaryPrimitives.ReverseEndianness(Captured), BinaryPrimitives.ReverseEndianness(Original));
    }
}
