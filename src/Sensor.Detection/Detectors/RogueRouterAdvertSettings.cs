using System.ComponentModel.DataAnnotations;

namespace Sensor.Detection.Detectors;

/// <summary>Settings of rogue-router-advert.</summary>
public sealed record RogueRouterAdvertSettings
{
    /// <summary>New routers within ten seconds that no site brings up at once: a flood of forged ones.</summary>
    [Range(2, 10000)]
    public int NewRoutersInTenSeconds { get; init; } = 10;
}
