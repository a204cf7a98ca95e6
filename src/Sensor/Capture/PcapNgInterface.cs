using System.Buffers.Binary;

namespace Sensor.Capture;

/// <summary>One interface of a pcapng section: its link type and how its clock counts (draft-ietf-opsawg-pcapng, section 4.2).</summary>
internal readonly struct PcapNgInterface
{
    private const ushort EndOfOptions = 0, ResolutionOption = 9, OffsetOption = 14;
    private const int OptionHeaderSize = 4;
    private const byte PowerOfTwo = 0x80, MicrosecondResolution = 6;
    private const long NanosecondsASecond = 1_000_000_000;

    /// <summary>LINKTYPE_ value.</summary>
    internal readonly ushort LinkType;

    /// <summary>Longest frame that is believed.</summary>
    internal readonly int MaxFrame;

    /// <summary>Octets kept of each frame; 0 for all.</summary>
    internal readonly uint SnapLength;

    // Nanoseconds a unit where that is a whole number, else 0: then units a second are in _unitsASecond.
    private readonly ulong _unitNs;
    private readonly UInt128 _unitsASecond;
    private readonly long _offsetNs;

    /// <summary>The interface with <paramref name="options"/> as they follow in its block.</summary>
    internal PcapNgInterface(ushort linkType, uint snapLength, ReadOnlySpan<byte> options, bool swapped)
    {
        LinkType = LinkTypes.Registered(linkType);
        MaxFrame = LinkTypes.MaxFrameOctets(LinkType);
        SnapLength = snapLength;
        var resolution = MicrosecondResolution;
        while (options.Length >= OptionHeaderSize)
        {
            var code = U16(options, swapped);
            var length = U16(options[2..], swapped);
            options = options[OptionHeaderSize..];
            if (code == EndOfOptions || length > options.Length)
                break;
            if (code == ResolutionOption && length >= 1)
                resolution = options[0];
            else if (code == OffsetOption && length >= sizeof(long))
                _offsetNs = Seconds(options, swapped);
            options = options[Math.Min((length + 3) & ~3, options.Length)..];
        }
        (_unitNs, _unitsASecond) = Clock(resolution);
    }

    /// <summary>
    /// The time of <paramref name="units"/> of this interface's clock, in nanoseconds since 1970, kept between 0 and the latest time
    /// there is.
    /// </summary>
    internal long Nanoseconds(ulong units)
    {
        var time = _unitNs != 0 ? Whole(units) : Divided(units);
        return Math.Clamp(time + _offsetNs, 0, CaptureReader.MaxTimestampNs);
    }

    private long Whole(ulong units)
    {
        var high = Math.BigMul(units, _unitNs, out var low);
        return high == 0 && low < CaptureReader.MaxTimestampNs ? (long)low : CaptureReader.MaxTimestampNs;
    }

    private long Divided(ulong units)
    {
        var time = (UInt128)units * NanosecondsASecond / _unitsASecond;
        return time < CaptureReader.MaxTimestampNs ? (long)time : CaptureReader.MaxTimestampNs;
    }

    // if_tsresol: a negative power of 10, or of 2 with the highest bit set.
    private static (ulong UnitNs, UInt128 UnitsASecond) Clock(byte resolution)
    {
        if ((resolution & PowerOfTwo) != 0)
            return (0, UInt128.One << Math.Min(resolution & ~PowerOfTwo, 96));
        var units = UInt128.One;
        for (var power = Math.Min((int)resolution, 28); power > 0; power--)
            units *= 10;
        return units <= NanosecondsASecond ? ((ulong)(NanosecondsASecond / units), 0) : (0, units);
    }

    private static long Seconds(ReadOnlySpan<byte> octets, bool swapped)
    {
        const long Limit = CaptureReader.MaxTimestampNs / NanosecondsASecond;
        var seconds = swapped ? BinaryPrimitives.ReadInt64BigEndian(octets) : BinaryPrimitives.ReadInt64LittleEndian(octets);
        return Math.Clamp(seconds, -Limit, Limit) * NanosecondsASecond;
    }

    private static ushort U16(ReadOnlySpan<byte> octets, bool swapped)
    {
        var value = BinaryPrimitives.ReadUInt16LittleEndian(octets);
        return swapped ? BinaryPrimitives.ReverseEndianness(value) : value;
    }
}
