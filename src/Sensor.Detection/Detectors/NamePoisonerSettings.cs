namespace Sensor.Detection.Detectors;

/// <summary>Settings of name-poisoner.</summary>
public sealed record NamePoisonerSettings
{
    /// <summary>Unrelated names that are not its own after which a host that answers for them is called a poisoner.</summary>
    public int LikelyNames { get; init; } = 3;

    /// <summary>Names after which it is certain, given that all were answered with one address.</summary>
    public int CertainNames { get; init; } = 6;

    /// <summary>Names that nobody has, asked by probes of the operator: any positive answer is conclusive.</summary>
    public IReadOnlyList<string> CanaryNames { get; init; } = [];
}
