namespace Sensor.Detection.Incidents;

/// <summary>Why an alert is delivered.</summary>
public enum AlertReason : byte
{
    /// <summary>The first finding at or over the threshold about this suspect.</summary>
    NewIncident,

    /// <summary>The attack went one stage further, or the incident became worse or surer.</summary>
    NewStage,

    /// <summary>Another host was hit.</summary>
    NewVictim,
}

/// <summary>What is delivered: a new incident, or one that escalates, with the finding that did it.</summary>
public sealed record Alert(Incident Incident, Finding Finding, AlertReason Reason);
