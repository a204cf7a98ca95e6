using System.ComponentModel.DataAnnotations;

namespace Sensor.Detection.Detectors;

/// <summary>Settings of rogue-dhcpv6-dns.</summary>
public sealed record RogueDhcpv6DnsSettings
{
    /// <summary>A valid lifetime of at most this, in seconds, speaks against its server.</summary>
    [Range(0, 86400)]
    public int ShortLifetimeSeconds { get; init; } = 600;
}
