using System.Diagnostics.CodeAnalysis;

namespace Sensor.Detection.Detectors;

/// <summary>
/// Reads the operator's settings of a detector into a record of <paramref name="type"/>; null where the defaults hold. The annotation keeps
/// the record's properties in a native build.
/// </summary>
public delegate object? SettingsReader(string detectorId, [DynamicallyAccessedMembers(SettingsRecord.Members)] Type type);

/// <summary>
/// What a settings record must keep: a constructor without parameters and public properties of simple types (numbers, booleans, texts,
/// enumerations, time spans, lists of texts), each with its default.
/// </summary>
public static class SettingsRecord
{
    /// <summary>The members that are used by name.</summary>
    public const DynamicallyAccessedMemberTypes Members =
        DynamicallyAccessedMemberTypes.PublicParameterlessConstructor | DynamicallyAccessedMemberTypes.PublicProperties;
}
