namespace Sensor.Detection.Incidents;

/// <summary>Which findings are delivered as alerts. All findings are recorded.</summary>
public sealed class AlertGate
{
    /// <summary>The least severity that alerts.</summary>
    public Severity MinimumSeverity { get; init; } = Severity.Medium;

    /// <summary>The least confidence that alerts.</summary>
    public Confidence MinimumConfidence { get; init; } = Confidence.Likely;

    /// <summary>Why <paramref name="finding"/>, just added to its incident, is an alert; null when it is none.</summary>
    internal AlertReason? Judge(Incident incident, Finding finding, bool isNewVictim)
    {
        if (finding.Severity < MinimumSeverity || finding.Confidence < MinimumConfidence)
            return null;
        var isFirst = incident.AlertedSids.Count == 0;
        // Another detector is another way of attack the receiver has not been told of; worse or surer is news too.
        var isNewWay = incident.AlertedSids.Add(finding.Detector.Sid);
        var isWorse = incident.Alerted.IsNews(finding.Severity, finding.Confidence);
        // A victim that was met by a finding under the threshold has not been told of either.
        var isUntoldVictim = finding.Victim is { } victim && (incident.TellVictim(victim.Id) || isNewVictim);
        incident.Alerted.Add(finding.Severity, finding.Confidence);
        if (isFirst)
            return AlertReason.NewIncident;
        if (isNewWay || isWorse)
            return AlertReason.NewStage;
        return isUntoldVictim ? AlertReason.NewVictim : null;
    }
}
