namespace Sensor.Detection.Incidents;

/// <summary>What an active check of a suspicion showed: also that nobody answered is worth knowing.</summary>
/// <param name="TimestampNs">When, nanoseconds since 1970 UTC.</param>
/// <param name="Text">What was asked and what came of it, one sentence.</param>
public sealed record IncidentCheck(long TimestampNs, string Text);
