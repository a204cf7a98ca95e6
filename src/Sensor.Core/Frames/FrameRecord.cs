namespace Sensor.Core.Frames;

/// <summary>One captured frame inside a <see cref="FrameBatch"/>: where its octets lie and what the capture said about it.</summary>
public struct FrameRecord
{
    /// <summary>Capture time in nanoseconds since 1970-01-01 UTC. Files may hold times that run backwards; nobody corrects them here.</summary>
    public long TimestampNs;

    /// <summary>The frame's number in its file, from 1, counted as Wireshark does (frames dropped by a filter count).</summary>
    public long Number;

    /// <summary>Offset of the first octet in <see cref="FrameBatch.Octets"/>.</summary>
    public int Offset;

    /// <summary>Octets present.</summary>
    public int CapturedLength;

    /// <summary>Octets the frame had on the wire; more than <see cref="CapturedLength"/> when the capture was cut.</summary>
    public int OriginalLength;

    /// <summary>LINKTYPE_ value as registered at tcpdump.org (1 Ethernet, 101 RAW, 113 Linux SLL …).</summary>
    public ushort LinkType;

    /// <summary>Index of the file or interface in the source's list of names.</summary>
    public ushort Origin;
}
