using Sensor.Configuration;
using Sensor.Detection.Incidents;
using Sensor.Output.Delivery.Bodies;
using Sensor.Output.Formats;

namespace Sensor.Output.Delivery.Routing;

/// <summary>
/// Decides which target is told what. Its only clock is the packet time of findings and the time of <see cref="Tick"/>, so the same findings
/// and ticks give the same messages. Used by the detection thread alone.
/// </summary>
public sealed class AlertRouter : IAlertRouter, IDisposable
{
    /// <summary>Id of the operational event that tells of a suppression that has ended.</summary>
    public const string SuppressionExpired = "suppression-expired";

    private readonly SensorIdentity _identity;
    private readonly RouterState _state = new();
    private AlertSettings _settings;
    private RoutedTarget[] _targets = [];

    /// <summary>A router for what <paramref name="settings"/> say, on the machine called <paramref name="identity"/>.</summary>
    public AlertRouter(AlertSettings settings, SensorIdentity identity)
    {
        _identity = identity;
        _settings = settings;
        Apply(settings);
    }

    /// <summary>Called for what the router itself has to say to the operator (a suppression has ended), beside the messages to targets.</summary>
    public Action<OperationalEvent>? Happened { get; set; }

    /// <summary>Alerts that no target was told because of a suppression.</summary>
    public long Suppressed { get; private set; }

    /// <summary>Victims that were counted instead of told, over all targets.</summary>
    public long SummedUp { get; private set; }

    /// <summary>Goes on with other settings. What was counted for targets that remain is kept.</summary>
    public void Apply(AlertSettings settings)
    {
        _settings = settings;
        foreach (var target in _targets)
            target.Dispose();
        _targets = [.. settings.Targets.Where(target => target.Enabled).Select(target => new RoutedTarget(target, settings, _identity))];
        _state.KeepOnly(_targets.Select(target => target.Name), settings.Suppressions);
    }

    /// <inheritdoc/>
    public IReadOnlyList<OutboxEntry> Route(RunView run, Incident incident, Finding finding, AlertReason? reason)
    {
        var entries = new List<OutboxEntry>();
        var suppressedBy = SuppressionOf(run, finding);
        if (suppressedBy is not null && reason is not null)
            Suppressed++;
        FindingRecord? record = null;
        foreach (var target in _targets)
        {
            if (!target.Wants(incident, finding, reason, _settings))
                continue;
            if (target.Settings.RollUp)
                _state.TallyOf(target.Name, finding.At.TimestampNs).Count(incident, finding, suppressedBy is not null, _state);
            if (suppressedBy is not null || IsSummedUp(target, incident, finding, reason, entries))
                continue;
            record ??= new FindingRecord(run, incident, finding);
            entries.Add(target.Tell(run, record, reason ?? AlertReason.NewStage));
        }
        return entries;
    }

    /// <inheritdoc/>
    /// <remarks>An event about a target that cannot be reached is not sent to that target: it would wait in the very queue it tells of.</remarks>
    public IReadOnlyList<OutboxEntry> Route(OperationalEvent happened)
    {
        var notice = Notice.Of(happened);
        var isAboutTarget = happened.Id == Dispatch.TargetWatch.TargetUnreachable;
        return
        [
            .. _targets.Where(target => target.Settings.Operational && !(isAboutTarget && target.Name == happened.Subject))
                .Select(target => target.Tell(notice)),
        ];
    }

    /// <inheritdoc/>
    public IReadOnlyList<OutboxEntry> Tick(RunView run, long nowNs)
    {
        var entries = new List<OutboxEntry>();
        foreach (var window in _state.WindowsEndedBy(nowNs, _settings.Summaries.Window))
            AddSummary(entries, window);
        foreach (var target in _targets)
        {
            if (target.Settings.RollUp && _state.TallyOf(target.Name, nowNs).TakeIfDue(nowNs, _settings.RollUp.At, _state) is { } tally)
                entries.Add(target.Tell(RollUpNotice.Of(tally, target.Name, nowNs)));
        }
        foreach (var suppression in _settings.Suppressions)
        {
            if (suppression.IsExpired(nowNs) && _state.IsNewlyExpired(suppression))
                entries.AddRange(TellExpired(suppression, nowNs));
        }
        return entries;
    }

    /// <inheritdoc/>
    public string SaveState() => _state.Save();

    /// <inheritdoc/>
    public void LoadState(string state)
    {
        _state.Load(state);
        _state.KeepOnly(_targets.Select(target => target.Name), _settings.Suppressions);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var target in _targets)
            target.Dispose();
    }

    private Suppression? SuppressionOf(RunView run, Finding finding)
    {
        if (_settings.Suppressions.IsEmpty)
            return null;
        var segment = run.Segments.Describe(finding.At.Segment);
        foreach (var suppression in _settings.Suppressions)
        {
            if (suppression.Matches(finding, segment))
                return suppression;
        }
        return null;
    }

    /// <summary>
    /// The first victims of an incident are told one by one, further ones of the same window counted. A new incident and a new stage are always
    /// told; they count as told.
    /// </summary>
    private bool IsSummedUp(RoutedTarget target, Incident incident, Finding finding, AlertReason? reason, List<OutboxEntry> entries)
    {
        if (!target.SumsUp || reason is null || finding.Victim is null)
            return false;
        var atNs = finding.At.TimestampNs;
        var window = _state.WindowOf(target.Name, incident.Id, atNs, _settings.Summaries.Window, out var ended);
        if (ended is not null)
            AddSummary(entries, ended);
        if (reason != AlertReason.NewVictim || window.Told < _settings.Summaries.VictimsOneByOne)
        {
            _state.NoteTold(window);
            return false;
        }
        _state.NoteCounted(window, incident, finding);
        SummedUp++;
        return true;
    }

    private void AddSummary(List<OutboxEntry> entries, VictimWindow window)
    {
        if (window.Counted > 0 && Array.Find(_targets, target => target.Name == window.Target) is { } target)
            entries.Add(target.Tell(window.ToNotice()));
    }

    private IReadOnlyList<OutboxEntry> TellExpired(Suppression suppression, long nowNs)
    {
        var happened = new OperationalEvent(
            SuppressionExpired, suppression.ToString(), Severity.Low, IsOver: false, nowNs,
            $"The suppression of {suppression} has ended and suppresses no more. Its reason was: {suppression.Reason}",
            "Take it out of Alerts:Suppressions, or give it a later date");
        Happened?.Invoke(happened);
        return Route(happened);
    }
}
