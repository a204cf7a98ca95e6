using System.ComponentModel.DataAnnotations;

namespace Sensor.Detection.Detectors;

/// <summary>Settings of dhcp-starvation.</summary>
public sealed record DhcpStarvationSettings
{
    /// <summary>New clients within ten seconds that a class-room does not bring up.</summary>
    [Range(2, 100000)]
    public int NewInTenSeconds { get; init; } = 40;

    /// <summary>New clients within a minute that a class-room does not bring up.</summary>
    [Range(2, 1000000)]
    public int NewInMinute { get; init; } = 100;

    /// <summary>Other clients one Ethernet source may ask for in a minute: a bridge or repeater has a few behind it.</summary>
    [Range(2, 100000)]
    public int BehindOneSource { get; init; } = 12;

    /// <summary>Declined addresses in a minute from one source.</summary>
    [Range(2, 100000)]
    public int DeclinedInMinute { get; init; } = 10;

    /// <summary>How many times higher the limits are where a relay puts many links into one segment.</summary>
    [Range(1, 1000)]
    public int RelayFactor { get; init; } = 5;
}
