using System.ComponentModel.DataAnnotations;

namespace Sensor.Detection.Detectors;

/// <summary>Settings of arp-spoofing, and the first of ndp-spoofing: from how many claims on a lie is told often.</summary>
public record AddressSpoofingSettings
{
    /// <summary>Claims told to hosts that had not asked, beside an owner that is known.</summary>
    [Range(1, 100000)]
    public int ToldOften { get; init; } = 3;

    /// <summary>Claims at a steady beat to one host that had not asked, with no owner in sight.</summary>
    [Range(2, 100000)]
    public int ToldOneOften { get; init; } = 5;

    /// <summary>Claims to all while the owner goes on using the address.</summary>
    [Range(1, 100000)]
    public int AnnouncedOften { get; init; } = 3;
}
