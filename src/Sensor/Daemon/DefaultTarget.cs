using System.Collections.Immutable;
using Sensor.Configuration;
using Sensor.Output.Delivery;

namespace Sensor.Daemon;

/// <summary>Where alerts go when nobody says where: a daemon that finds something and tells nobody would be worse than noise.</summary>
internal static class DefaultTarget
{
    /// <summary>EVE lines on standard output, which the journal or the container's runtime keeps.</summary>
    public static TargetSettings StandardOutput { get; } = new() { Name = "stdout", Type = TargetType.Stdout };

    /// <summary>The settings with a target in any case.</summary>
    public static AlertSettings Complete(AlertSettings alerts) => alerts.Targets.Any(static target => target.Enabled)
        ? alerts : alerts with { Targets = ImmutableArray.Create(StandardOutput) };
}
