using System.ComponentModel.DataAnnotations;

namespace Sensor.Detection.Detectors;

/// <summary>Settings of relayed-frames.</summary>
public sealed record RelayedFramesSettings
{
    /// <summary>Packets seen on both sides of a relay before it is judged.</summary>
    [Range(1, 1000000)]
    public int EnoughPackets { get; init; } = 3;
}
