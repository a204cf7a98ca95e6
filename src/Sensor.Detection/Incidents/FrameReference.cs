using Sensor.Core.Observations;

namespace Sensor.Detection.Incidents;

/// <summary>A frame of the evidence: the origin (file or interface index) and the frame's number in it, from 1.</summary>
public readonly record struct FrameReference(ushort Origin, long Number, long TimestampNs)
{
    /// <summary>The frame of a sighting.</summary>
    public static FrameReference Of(in Sighting at) => new(at.Origin, at.FrameNumber, at.TimestampNs);
}
