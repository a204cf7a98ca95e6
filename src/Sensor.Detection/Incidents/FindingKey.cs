namespace Sensor.Detection.Incidents;

/// <summary>
/// What makes two findings the same: detector, suspect, victim (0 for none) and a stable hash of the subject (a name, an address, a URL).
/// A finding with a known key is counted, not repeated, unless its severity or confidence rises.
/// </summary>
public readonly record struct FindingKey(int Sid, int SuspectId, int VictimId, ulong Subject);
