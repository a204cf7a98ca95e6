using System.Diagnostics.CodeAnalysis;
using Sensor.Detection.Incidents;

namespace Sensor.Output.Delivery.Routing;

/// <summary>What the router remembers between findings. All of it survives a restart; all of it is bounded.</summary>
internal sealed class RouterState
{
    /// <summary>
    /// Windows open at a time, over all targets. More incidents with victims within a few minutes are one broken network; the window that began
    /// first then ends early. The state is stored with every finding that changes it, so it must stay small.
    /// </summary>
    public const int MaxWindows = 256;

    private readonly Dictionary<(string Target, string Incident), VictimWindow> _windows = [];
    private readonly Dictionary<string, DayTally> _tallies = new(StringComparer.Ordinal);
    private readonly HashSet<string> _reported = new(StringComparer.Ordinal);
    private string? _saved;

    /// <summary>The windows that are open.</summary>
    public IReadOnlyCollection<VictimWindow> Windows => _windows.Values;

    /// <summary>The tallies by target.</summary>
    public IReadOnlyDictionary<string, DayTally> Tallies => _tallies;

    /// <summary>The suppressions whose end was reported.</summary>
    public IReadOnlyCollection<string> Reported => _reported;

    /// <summary>Something has changed: it must be saved anew.</summary>
    public void Touch() => _saved = null;

    /// <summary>Forgets what belongs to targets and suppressions that are no longer configured.</summary>
    public void KeepOnly(IEnumerable<string> targets, IEnumerable<Suppression> suppressions)
    {
        var (names, known) = (targets.ToHashSet(StringComparer.Ordinal), suppressions.Select(static suppression => suppression.ToString()).ToHashSet());
        foreach (var gone in _windows.Where(window => !names.Contains(window.Key.Target)).Select(static window => window.Key).ToList())
            _windows.Remove(gone);
        foreach (var gone in _tallies.Keys.Where(name => !names.Contains(name)).ToList())
            _tallies.Remove(gone);
        _reported.RemoveWhere(name => !known.Contains(name));
        Touch();
    }

    /// <summary>
    /// The window of an incident that <paramref name="atNs"/> falls into. <paramref name="ended"/> is one that had to make room: its own, which
    /// was over, or the oldest of all.
    /// </summary>
    public VictimWindow WindowOf(string target, string incidentId, long atNs, TimeSpan length, out VictimWindow? ended)
    {
        ended = null;
        if (_windows.TryGetValue((target, incidentId), out var window))
        {
            if (atNs - window.StartNs < length.Ticks * 100)
                return window;
            ended = window;
        }
        else if (_windows.Count >= MaxWindows)
        {
            ended = _windows.Values.MinBy(static open => (open.StartNs, open.Target, open.IncidentId));
        }
        if (ended is not null)
            _windows.Remove((ended.Target, ended.IncidentId));
        window = new VictimWindow { Target = target, IncidentId = incidentId, StartNs = atNs };
        _windows.Add((target, incidentId), window);
        Touch();
        return window;
    }

    /// <summary>One more told one by one.</summary>
    public void NoteTold(VictimWindow window)
    {
        window.Told++;
        Touch();
    }

    /// <summary>One more counted.</summary>
    public void NoteCounted(VictimWindow window, Incident incident, Finding finding)
    {
        var atNs = finding.At.TimestampNs;
        if (window.Counted++ == 0)
        {
            (window.FirstNs, window.LastNs, window.Severity) = (atNs, atNs, finding.Severity);
            window.Detector = finding.Detector.Id;
        }
        window.FirstNs = Math.Min(window.FirstNs, atNs);
        window.LastNs = Math.Max(window.LastNs, atNs);
        window.Severity = (Severity)Math.Max((byte)window.Severity, (byte)finding.Severity);
        window.Suspect = HostText.Short(incident.Suspect);
        Touch();
    }

    /// <summary>Takes the windows out that are over at <paramref name="nowNs"/>, in the order they began.</summary>
    public IReadOnlyList<VictimWindow> WindowsEndedBy(long nowNs, TimeSpan length)
    {
        List<VictimWindow>? ended = null;
        foreach (var window in _windows.Values)
        {
            if (nowNs < window.StartNs)
                window.StartNs = nowNs;                          // the clock was set back: the window must not stay open for as long
            if (nowNs - window.StartNs >= length.Ticks * 100)
                (ended ??= []).Add(window);
        }
        if (ended is null)
            return [];
        foreach (var window in ended)
            _windows.Remove((window.Target, window.IncidentId));
        Touch();
        return [.. ended.OrderBy(static window => (window.StartNs, window.Target, window.IncidentId))];
    }

    /// <summary>The tally of a target; a new one begins at <paramref name="nowNs"/>.</summary>
    public DayTally TallyOf(string target, long nowNs)
    {
        if (_tallies.TryGetValue(target, out var tally))
            return tally;
        _tallies.Add(target, tally = new DayTally { StartNs = nowNs });
        Touch();
        return tally;
    }

    /// <summary>True the first time it is asked for a suppression that has ended.</summary>
    public bool IsNewlyExpired(Suppression suppression)
    {
        if (!_reported.Add(suppression.ToString()))
            return false;
        Touch();
        return true;
    }

    /// <summary>All of it as text; the same instance while nothing changes.</summary>
    public string Save() => _saved ??= RouterStateText.Write(this);

    /// <summary>Takes up what was saved; what cannot be read is left out.</summary>
    public void Load(string text)
    {
        RouterStateText.Read(text, this);
        Touch();
    }

    /// <summary>Adds a window that was saved.</summary>
    public void Add(VictimWindow window)
    {
        if (_windows.Count < MaxWindows)
            _windows[(window.Target, window.IncidentId)] = window;
    }

    /// <summary>Adds a tally that was saved.</summary>
    [SuppressMessage("Performance", "CA1864", Justification = "What was saved replaces what is there.")]
    public void Add(string target, DayTally tally) => _tallies[target] = tally;

    /// <summary>Adds a suppression whose end was reported.</summary>
    public void AddReported(string suppression) => _reported.Add(suppression);
}
