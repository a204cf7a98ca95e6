using Sensor.Core.Wire;

namespace Sensor.Core.Flows;

/// <summary>
/// Where a segment of a stream was seen, and whether it began an HTTP response: what is told of it when another contradicts it.
/// </summary>
internal struct SegmentMark
{
    private const int StatusAt = 9, StatusEnd = 12;

    public long FrameNumber, TimestampNs;
    public MacAddress SourceMac;
    public ushort Origin, Status;
    public byte Ttl;

    /// <summary>The mark of a segment with these octets.</summary>
    public static SegmentMark Of(ReadOnlySpan<byte> octets, in StreamPlace place) => new()
    {
        FrameNumber = place.FrameNumber,
        TimestampNs = place.TimestampNs,
        SourceMac = place.SourceMac,
        Origin = place.Origin,
        Status = StatusOf(octets),
        Ttl = place.Ttl,
    };

    /// <summary>The status code when the octets begin an HTTP response, else 0.</summary>
    public static ushort StatusOf(ReadOnlySpan<byte> octets)
    {
        if (octets.Length < StatusEnd || !octets.StartsWith("HTTP/1."u8) || octets[StatusAt - 1] != ' ')
            return 0;
        var status = 0;
        foreach (var digit in octets[StatusAt..StatusEnd])
        {
            if ((uint)(digit - '0') > 9)
                return 0;
            status = (status * 10) + digit - '0';
        }
        return (ushort)status;
    }
}
