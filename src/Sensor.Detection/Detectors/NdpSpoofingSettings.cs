using System.ComponentModel.DataAnnotations;

namespace Sensor.Detection.Detectors;

/// <summary>Settings of ndp-spoofing.</summary>
public sealed record NdpSpoofingSettings : AddressSpoofingSettings
{
    /// <summary>Newcomers one host may tell that their address is taken: more are no accident.</summary>
    [Range(1, 32)]
    public int DeniedOften { get; init; } = 3;
}
