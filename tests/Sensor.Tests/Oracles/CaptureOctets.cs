using System.Buffers.Binary;
using Sensor.Core.Frames;

namespace Sensor.Tests.Oracles;

/// <summary>
/// Reads a whole pcap or pcapng file into one batch, as simply as can be: the oracle tests must not depend on the reader they may help
/// to judge. What cannot be read ends the file.
/// </summary>
internal static class CaptureOctets
{
    private const uint Micro = 0xA1B2C3D4, Nano = 0xA1B23C4D, Section = 0x0A0D0D0A, ByteOrder = 0x1A2B3C4D;

    public static FrameBatch Read(string path)
    {
        var octets = File.ReadAllBytes(path);
        var frames = new List<FrameRecord>();
        if (octets.Length >= 24)
        {
            var magic = BinaryPrimitives.ReadUInt32BigEndian(octets);
            if (magic == Section)
                ReadBlocks(octets, frames);
            else if (magic is Micro or Nano)
                ReadRecords(octets, isBig: true, magic == Nano, frames);
            else if (BinaryPrimitives.ReverseEndianness(magic) is Micro or Nano)
                ReadRecords(octets, isBig: false, BinaryPrimitives.ReverseEndianness(magic) == Nano, frames);
        }
        return new FrameBatch(1, 1) { Octets = octets, Frames = [.. frames], Count = frames.Count };
    }

    private static uint U32(byte[] octets, int at, bool isBig) => isBig
        ? BinaryPrimitives.ReadUInt32BigEndian(octets.AsSpan(at))
        : BinaryPrimitives.ReadUInt32LittleEndian(octets.AsSpan(at));

    private static ushort U16(byte[] octets, int at, bool isBig) => isBig
        ? BinaryPrimitives.ReadUInt16BigEndian(octets.AsSpan(at))
        : BinaryPrimitives.ReadUInt16LittleEndian(octets.AsSpan(at));

    private static void ReadRecords(byte[] octets, bool isBig, bool isNano, List<FrameRecord> frames)
    {
        var link = (ushort)U32(octets, 20, isBig);
        for (var at = 24; octets.Length - at >= 16;)
        {
            var time = (U32(octets, at, isBig) * 1_000_000_000L) + (U32(octets, at + 4, isBig) * (isNano ? 1L : 1000L));
            if (!TryAdd(octets, at + 16, U32(octets, at + 8, isBig), U32(octets, at + 12, isBig), link, time, frames))
                return;
            at += 16 + frames[^1].CapturedLength;
        }
    }

    private static void ReadBlocks(byte[] octets, List<FrameRecord> frames)
    {
        var isBig = false;
        var links = new List<ushort>();
        for (var at = 0; octets.Length - at >= 12;)
        {
            var isSection = BinaryPrimitives.ReadUInt32BigEndian(octets.AsSpan(at)) == Section;
            if (isSection)
            {
                isBig = BinaryPrimitives.ReadUInt32BigEndian(octets.AsSpan(at + 8)) == ByteOrder;
                links.Clear();
            }
            var length = U32(octets, at + 4, isBig);
            if (length < 12 || length > octets.Length - at)
                return;
            var type = U32(octets, at, isBig);
            if (!isSection && type == 1)
                links.Add(U16(octets, at + 8, isBig));
            if (!isSection && type is 2 or 6 && !TryAddPacket(octets, at, isBig, links, frames))
                return;
            if (!isSection && type == 3 && !TryAdd(octets, at + 12, length - 16, U32(octets, at + 8, isBig), links[0], 0, frames))
                return;
            at += (int)length;
        }
    }

    private static bool TryAddPacket(byte[] octets, int at, bool isBig, List<ushort> links, List<FrameRecord> frames)
    {
        // The obsolete packet block (2) has a drop count in the interface number's upper half.
        var link = U32(octets, at, isBig) == 2 ? U16(octets, at + 8, isBig) : U32(octets, at + 8, isBig);
        // Microseconds, the default resolution: good enough where only differences of seconds matter.
        var time = (long)(((ulong)U32(octets, at + 12, isBig) << 32) | U32(octets, at + 16, isBig)) * 1000;
        return link < links.Count
            && TryAdd(octets, at + 28, U32(octets, at + 20, isBig), U32(octets, at + 24, isBig), links[(int)link], time, frames);
    }

    private static bool TryAdd(byte[] octets, int at, uint captured, uint original, ushort link, long time, List<FrameRecord> frames)
    {
        if (captured > octets.Length - at)
            return false;
        frames.Add(new FrameRecord
        {
            TimestampNs = time,
            Number = frames.Count + 1,
            Offset = at,
            CapturedLength = (int)captured,
            OriginalLength = (int)Math.Min(original, int.MaxValue / 2),
            LinkType = link,
        });
        return true;
    }
}
