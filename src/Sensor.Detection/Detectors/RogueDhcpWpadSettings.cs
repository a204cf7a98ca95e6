using System.ComponentModel.DataAnnotations;

namespace Sensor.Detection.Detectors;

/// <summary>Settings of rogue-dhcp-wpad.</summary>
public sealed record RogueDhcpWpadSettings
{
    /// <summary>A lease shorter than this, in seconds, speaks against its server: attackers want to be asked often.</summary>
    [Range(0, 86400)]
    public int ShortLeaseSeconds { get; init; } = 60;
}
