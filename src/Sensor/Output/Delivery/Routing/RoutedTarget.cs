using Sensor.Configuration;
using Sensor.Detection.Incidents;
using Sensor.Output.Delivery.Bodies;
using Sensor.Output.Formats;

namespace Sensor.Output.Delivery.Routing;

/// <summary>One target as the router sees it: what it wants, and how its messages are made.</summary>
internal sealed class RoutedTarget : IDisposable
{
    private readonly BodyFormat _format;
    private readonly BodyRenderer _renderer;
    private readonly MessageComposer _composer;
    private readonly string _observer;

    public RoutedTarget(TargetSettings settings, AlertSettings alerts, SensorIdentity identity)
    {
        Settings = settings;
        _format = TargetDefaults.FormatOf(settings);
        _observer = alerts.Observer;
        _renderer = new BodyRenderer(_format, settings.Findings == TargetScope.All, alerts.Observer);
        _composer = new MessageComposer(settings, identity);
    }

    /// <summary>Its settings.</summary>
    public TargetSettings Settings { get; }

    /// <summary>Its name.</summary>
    public string Name => Settings.Name;

    /// <summary>Whether further victims are summed up. Who wants every finding gets every finding.</summary>
    public bool SumsUp => Settings.Findings == TargetScope.Alerts && TargetDefaults.SumsUp(Settings);

    /// <summary>
    /// Whether the target is told of the finding. A target with a higher threshold than the alerts' own must not miss the first finding that
    /// reaches it only because others had been told of the incident before.
    /// </summary>
    public bool Wants(Incident incident, Finding finding, AlertReason? reason, AlertSettings alerts)
    {
        if (!Reaches(finding))
            return false;
        if (Settings.Findings == TargetScope.All || reason is not null)
            return true;
        return finding.Detector.Stage != Stage.Exposure
            && finding.Severity >= alerts.MinimumSeverity && finding.Confidence >= alerts.MinimumConfidence
            && (Settings.MinimumSeverity > alerts.MinimumSeverity || Settings.MinimumConfidence > alerts.MinimumConfidence)
            && !incident.Findings.Any(known => !ReferenceEquals(known.Finding, finding) && Reaches(known.Finding));
    }

    /// <summary>The message about a finding.</summary>
    public OutboxEntry Tell(RunView run, FindingRecord record, AlertReason reason) =>
        Entry(MessageFacts.Of(record), _renderer.Render(run, record.Incident, record.Finding, reason));

    /// <summary>The message that says <paramref name="notice"/>.</summary>
    public OutboxEntry Tell(Notice notice) => Entry(MessageFacts.Of(notice), NoticeBody.Render(_format, notice, _observer));

    /// <inheritdoc/>
    public void Dispose() => _renderer.Dispose();

    private bool Reaches(Finding finding) => finding.Severity >= Settings.MinimumSeverity && finding.Confidence >= Settings.MinimumConfidence;

    private OutboxEntry Entry(MessageFacts facts, string body) => new(
        Name, facts.MessageId, facts.IncidentId, facts.TimestampNs, facts.Severity, facts.Kind, _composer.Compose(facts, body));
}
