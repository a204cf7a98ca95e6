using System.Buffers.Binary;
using System.Globalization;
using Sensor.Core.Frames;

namespace Sensor.Capture;

/// <summary>
/// The pcapng format (draft-ietf-opsawg-pcapng): sections of either byte order, interfaces of each section with their own link type and
/// clock, enhanced,
/// simple and obsolete packet blocks. All other blocks are skipped.
/// <code>
///  every block      0 type | 4 total length | 8 body … | total length again
///  section header   8 byte-order magic | 12 major | 14 minor | 16 section length | 24 options
///  interface        8 link type | 10 reserved | 12 snap length | 16 options
///  enhanced packet  8 interface | 12 time, high | 16 time, low | 20 captured length | 24 original length | 28 data
///  obsolete packet  8 interface, 16 bits | 10 drops | then as the enhanced packet
///  simple packet    8 original length | 12 data
/// </code>
/// </summary>
internal sealed class PcapNgReader(CaptureInput input, string path, ushort origin) : CaptureReader(input, path, origin)
{
    private const uint SectionHeader = 0x0A0D0D0A, ByteOrderMagic = 0x1A2B3C4D;
    private const uint InterfaceBlock = 1, ObsoletePacket = 2, SimplePacket = 3, EnhancedPacket = 6;
    private const int TotalAt = 4, BodyAt = 8, TrailerSize = 4, MinBlock = 12;
    private const int MajorAt = 12, SectionHeaderSize = 28, LinkTypeAt = 8, SnapLengthAt = 12, OptionsAt = 16, InterfaceBlockSize = 20;
    private const int InterfaceAt = 8, TimeHighAt = 12, TimeLowAt = 16, CapturedAt = 20, OriginalAt = 24, DataAt = 28, PacketBlockSize = 32;
    private const int SimpleOriginalAt = 8, SimpleDataAt = 12, SimpleBlockSize = 16;

    /// <summary>Interfaces of one section: more than any machine has; a file that claims more is damaged.</summary>
    private const int MaxInterfaces = 65_536;

    // Custom blocks (copied or not when a file is edited), systemd journal, three generations of sysdig events: rows in Wireshark's list,
    // no frames.
    private static ReadOnlySpan<uint> NumberedByWireshark => [0xBAD, 0x40000BAD, 9, 0x204, 0x216, 0x221];

    private PcapNgInterface[] _interfaces = new PcapNgInterface[4];
    private int _interfaceCount;
    private bool _swapped;
    private long _skip;
    private long _lastTime;

    /// <summary>Whether a file that begins with <paramref name="head"/> is pcapng.</summary>
    internal static bool Recognizes(ReadOnlySpan<byte> head) =>
        head.Length >= MinBlock
        && BinaryPrimitives.ReadUInt32LittleEndian(head) == SectionHeader
        && (BinaryPrimitives.ReadUInt32LittleEndian(head[BodyAt..]) == ByteOrderMagic
            || BinaryPrimitives.ReadUInt32BigEndian(head[BodyAt..]) == ByteOrderMagic);

    private protected override bool IsInsideRecord => _skip > 0;

    private protected override string CutInside() =>
        FramesRead == 0 && _interfaceCount == 0 ? "inside the section header or before" : NextFrame();

    private protected override int Find(FrameBatch batch, int at, int end)
    {
        Needed = 0;
        while (batch.Count < batch.Frames.Length)
        {
            if (_skip > 0)
            {
                var skipped = (int)Math.Min(_skip, end - at);
                _skip -= skipped;
                at += skipped;
            }
            if (end - at < MinBlock)
                break;
            var next = TakeBlock(batch, at, batch.Octets.AsSpan(at, end - at));
            if (next == at)
                break;
            at = next;
        }
        return at;
    }

    /// <summary>
    /// Takes the block at the start of <paramref name="octets"/>; returns where the next begins, or <paramref name="at"/> when it is not
    /// whole.
    /// </summary>
    private int TakeBlock(FrameBatch batch, int at, ReadOnlySpan<byte> octets)
    {
        var type = BinaryPrimitives.ReadUInt32LittleEndian(octets);
        if (type == SectionHeader)
            return BeginSection(at, octets);
        type = U32(octets, 0);
        var total = U32(octets, TotalAt);
        if (total < MinBlock || total % 4 != 0 || total > MaxRecordOctets)
            return Damaged(at, Text($"a block of {total} octets cannot be"));
        if (total > octets.Length)
            return WaitFor((int)total, type, at, octets.Length);
        var block = octets[..(int)total];
        if (U32(block, block.Length - TrailerSize) != total)
            return Damaged(at, "the two lengths of a block differ");
        return type switch
        {
            EnhancedPacket => TakePacket(batch, at, block, U32(block, InterfaceAt)),
            ObsoletePacket => TakePacket(batch, at, block, U16(block, InterfaceAt)),
            SimplePacket => TakeSimplePacket(batch, at, block),
            InterfaceBlock => TakeInterface(at, block),
            _ => SkipOther(type, at + block.Length),
        };
    }

    /// <summary>A block goes on beyond what was read: one that matters is awaited whole, others are skipped as they come.</summary>
    private int WaitFor(int total, uint type, int at, int present)
    {
        if (type is EnhancedPacket or ObsoletePacket or SimplePacket or InterfaceBlock)
        {
            Needed = total;
            return at;
        }
        _skip = total - present;
        return SkipOther(type, at + present);
    }

    private int SkipOther(uint type, int next)
    {
        if (NumberedByWireshark.Contains(type))
            NumberedOthers++;
        return next;
    }

    private int BeginSection(int at, ReadOnlySpan<byte> octets)
    {
        if (octets.Length < SectionHeaderSize)
        {
            Needed = SectionHeaderSize;
            return at;
        }
        _swapped = BinaryPrimitives.ReadUInt32LittleEndian(octets[BodyAt..]) != ByteOrderMagic;
        if (U32(octets, BodyAt) != ByteOrderMagic)
            return Damaged(at, "the byte order of a section is unknown");
        var total = U32(octets, TotalAt);
        if (total < SectionHeaderSize || total % 4 != 0 || total > MaxRecordOctets)
            return Damaged(at, Text($"a section header of {total} octets cannot be"));
        if (U16(octets, MajorAt) != 1)
            return Damaged(at, "this version of the pcapng format is not known");
        _interfaceCount = 0;
        var present = (int)Math.Min(total, octets.Length);
        _skip = total - present;
        return at + present;
    }

    private int TakeInterface(int at, ReadOnlySpan<byte> block)
    {
        if (block.Length < InterfaceBlockSize)
            return Damaged(at, "an interface block is too short");
        if (_interfaceCount == MaxInterfaces)
            return Damaged(at, "more interfaces than any machine has");
        if (_interfaceCount == _interfaces.Length)
            Array.Resize(ref _interfaces, _interfaceCount * 2);
        var options = block[OptionsAt..^TrailerSize];
        _interfaces[_interfaceCount++] = new PcapNgInterface(U16(block, LinkTypeAt), U32(block, SnapLengthAt), options, _swapped);
        return at + block.Length;
    }

    private int TakePacket(FrameBatch batch, int at, ReadOnlySpan<byte> block, uint number)
    {
        if (block.Length < PacketBlockSize)
            return Damaged(at, "a packet block is too short");
        if (number >= (uint)_interfaceCount)
            return Damaged(at, Text($"a packet of interface {number}, which the section does not have"));
        ref readonly var source = ref _interfaces[number];
        var captured = U32(block, CapturedAt);
        if (captured > block.Length - PacketBlockSize)
            return Damaged(at, Text($"a frame of {captured} octets in a block of {block.Length}"));
        if (captured > source.MaxFrame)
            return Damaged(at, Text($"a frame of {captured} octets is longer than any"));
        _lastTime = source.Nanoseconds(((ulong)U32(block, TimeHighAt) << 32) | U32(block, TimeLowAt));
        Add(batch, at + DataAt, captured, U32(block, OriginalAt), source.LinkType);
        return at + block.Length;
    }

    // Simple packets have no time of their own: they get that of the packet before them, so that the timeline does not jump.
    private int TakeSimplePacket(FrameBatch batch, int at, ReadOnlySpan<byte> block)
    {
        if (block.Length < SimpleBlockSize)
            return Damaged(at, "a packet block is too short");
        if (_interfaceCount == 0)
            return Damaged(at, "a packet before any interface");
        ref readonly var source = ref _interfaces[0];
        var original = U32(block, SimpleOriginalAt);
        var snap = source.SnapLength == 0 ? uint.MaxValue : source.SnapLength;
        var captured = Math.Min(Math.Min(original, snap), (uint)(block.Length - SimpleBlockSize));
        if (captured > source.MaxFrame)
            return Damaged(at, Text($"a frame of {captured} octets is longer than any"));
        Add(batch, at + SimpleDataAt, captured, original, source.LinkType);
        return at + block.Length;
    }

    private void Add(FrameBatch batch, int offset, uint captured, uint original, ushort linkType)
    {
        BatchMinNs = Math.Min(BatchMinNs, _lastTime);
        BatchMaxNs = Math.Max(BatchMaxNs, _lastTime);
        FrameOctets += captured;
        ref var frame = ref batch.Frames[batch.Count++];
        frame.TimestampNs = _lastTime;
        frame.Number = ++FramesRead + NumberedOthers;
        frame.Offset = offset;
        frame.CapturedLength = (int)captured;
        frame.OriginalLength = (int)Math.Min(Math.Max(original, captured), int.MaxValue);
        frame.LinkType = linkType;
        frame.Origin = Origin;
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

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
}
