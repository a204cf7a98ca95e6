using Sensor.Detection.Incidents;

namespace Sensor.Output.Report;

/// <summary>What is said of an incident as a whole.</summary>
internal static class IncidentText
{
    /// <summary>The finding to speak of: the worst, then the surest, then the first.</summary>
    public static Finding Worst(Incident incident) => Ranked(incident).First();

    /// <summary>One finding of each detector, the worst first.</summary>
    public static IEnumerable<Finding> Ranked(Incident incident) => incident.Findings.Select(recorded => recorded.Finding)
        .GroupBy(finding => finding.Detector.Sid)
        .Select(group => group.MaxBy(Words.Rank)!)
        .OrderByDescending(finding => finding.Severity).ThenByDescending(finding => finding.Confidence);

    /// <summary>What to do, the most urgent first.</summary>
    public static IEnumerable<string> Steps(Incident incident) => Ranked(incident).SelectMany(finding => finding.NextSteps).Distinct();

    /// <summary>
    /// What to do about an incident before anything else: the first step against its earliest stage, for an attack that no longer lures
    /// anybody has ended.
    /// </summary>
    public static string FirstStep(Incident incident) =>
        Ranked(incident).OrderBy(finding => finding.Detector.Stage).SelectMany(finding => finding.NextSteps).FirstOrDefault()
            ?? "Look at the incident below.";

    /// <summary>What would show that it is harmless.</summary>
    public static IEnumerable<string> Refutations(Incident incident) => Ranked(incident).Select(finding => finding.RefutedBy).Distinct();
}
