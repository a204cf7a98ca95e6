using System.Collections.Immutable;
using Sensor.Detection.Incidents;

namespace Sensor.Output.Delivery.Bodies;

/// <summary>A message that tells of no single finding: a summary of victims, the day's counts, or something about the sensor itself.</summary>
internal sealed record Notice
{
    /// <summary>"summary", "roll-up" or "operational".</summary>
    public required string Type { get; init; }

    /// <summary>Detector id or id of the operational event.</summary>
    public required string Kind { get; init; }

    /// <summary>Stable id of the message.</summary>
    public required string MessageId { get; init; }

    /// <summary>The incident, or empty.</summary>
    public string IncidentId { get; init; } = "";

    /// <summary>When, nanoseconds since 1970 UTC.</summary>
    public required long TimestampNs { get; init; }

    /// <summary>How bad.</summary>
    public required Severity Severity { get; init; }

    /// <summary>A few words: the same for every message of the kind.</summary>
    public required string Title { get; init; }

    /// <summary>One sentence with the figures.</summary>
    public required string Summary { get; init; }

    /// <summary>What to do, or empty.</summary>
    public string NextStep { get; init; } = "";

    /// <summary>The figures by name, lower_snake_case.</summary>
    public ImmutableArray<KeyValuePair<string, string>> Fields { get; init; } = [];

    /// <summary>The notice about the sensor itself.</summary>
    public static Notice Of(OperationalEvent happened) => new()
    {
        Type = "operational",
        Kind = happened.Id,
        MessageId = Formats.NameUuid.Of(Formats.NameUuid.Own, string.Create(
            System.Globalization.CultureInfo.InvariantCulture,
            $"operational|{happened.Id}|{happened.Subject}|{happened.IsOver}|{happened.TimestampNs}")),
        TimestampNs = happened.TimestampNs,
        Severity = happened.IsOver ? Severity.Info : happened.Severity,
        Title = $"{(happened.IsOver ? "Over: " : "")}{happened.Id.Replace('-', ' ')}",
        Summary = happened.Summary,
        NextStep = happened.NextStep,
        Fields = [new("subject", happened.Subject), new("state", happened.IsOver ? "over" : "begun")],
    };
}
