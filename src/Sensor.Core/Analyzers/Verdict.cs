namespace Sensor.Core.Analyzers;

/// <summary>What an analyzer says of octets. Bad input is a value, never an exception.</summary>
public enum Verdict : byte
{
    /// <summary>Another protocol.</summary>
    NotMine,

    /// <summary>Possibly mine; the octets so far do not decide or complete it.</summary>
    NeedMore,

    /// <summary>Understood; facts were observed where there were any.</summary>
    Parsed,

    /// <summary>Mine, but broken; counted.</summary>
    Malformed,
}
